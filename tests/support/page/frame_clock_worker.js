// Reads decoded frames and posts when each arrived.
onmessage = async ({ data: readable }) => {
  const reader = readable.getReader();
  let times = [];
  let posted = 0;
  for (;;) {
    const { value: frame, done } = await reader.read();
    if (done) break;
    const now = performance.timeOrigin + performance.now();
    times.push(now);
    frame.close();
    if (now - posted > 100) {
      postMessage(times);
      times = [];
      posted = now;
    }
  }
};
