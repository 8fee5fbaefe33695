// Thread of bystander.mjs: asks for /healthz over and over, a new connection each time, and notes how long it took.
import http from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';

const url = new URL('/healthz', workerData.url);
const interval = 20; // ms from an answer to the next question
const patience = 30_000;
let figures = null; // since "begin"
let under_way = null;

function ask() {
  const asked = performance.now();
  return new Promise((resolve) => {
    const request = http.get(url, { agent: false, timeout: patience }, (response) => {
      response.resume();
      response.on('end', () => resolve({ ms: performance.now() - asked, failure: response.statusCode === 200 ? null : `status ${response.statusCode}` }));
      response.on('error', (error) => resolve({ ms: performance.now() - asked, failure: error.message }));
    });
    request.on('timeout', () => request.destroy(new Error(`no answer within ${patience} ms`)));
    request.on('error', (error) => resolve({ ms: performance.now() - asked, failure: error.message }));
  });
}

async function probe() {
  if (!figures) return;
  const mine = figures;
  under_way = ask();
  const { ms, failure } = await under_way;
  mine.probes++;
  mine.longest = Math.max(mine.longest, ms);
  if (failure && mine.failures.length < 10) mine.failures.push(failure);
  if (figures === mine) setTimeout(probe, interval);
}

parentPort.on('message', async ({ id, command }) => {
  if (command === 'begin') {
    figures = { probes: 0, longest: 0, failures: [] };
    probe();
    return parentPort.postMessage({ id });
  }
  const mine = figures;
  figures = null;
  // The question under way counts too: it may be the one that is answered late.
  await under_way;
  parentPort.postMessage({ id, ...mine });
});
