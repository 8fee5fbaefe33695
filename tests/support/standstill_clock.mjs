// A clock that goes before everything else on the machine (run by chrt, see standstill.mjs). It sleeps 5 ms at a time and
// tells its parent {from, until} (ms of the wall clock) whenever it slept much longer.
const wall = () => performance.timeOrigin + performance.now();
const late = 15;

let last = wall();
setInterval(() => {
  const now = wall();
  if (now - last > late) process.send({ from: last, until: now });
  last = now;
}, 5);
process.on('disconnect', () => process.exit());
process.send('ready');
