// Several files as one: positions, what follows what, and links that have expired.
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { MultipartPlayer } from '../../../src/web/js/multipart-player.js';

class FakeVideo extends EventTarget {
  src = '';
  currentTime = 0;
  readyState = 0;
  playing = false;
  async play() {
    this.playing = true;
    this.tell('playing');
  }
  pause() {
    this.playing = false;
  }
  load() {}
  removeAttribute() {
    this.src = '';
  }
  tell(name) {
    this.dispatchEvent(new Event(name));
  }
  loaded() {
    this.readyState = 1;
    this.currentTime = 0;
    this.tell('loadedmetadata');
  }
}

const parts = [{ n: 1, start: 0, duration: 4000 }, { n: 3, start: 4000, duration: 6000 }];
const turn = () => new Promise((resolve) => setImmediate(resolve));
let video, player, asked, problems;

beforeEach(async () => {
  video = new FakeVideo();
  asked = [];
  problems = [];
  player = new MultipartPlayer({ video, parts, addressOf: async (part, renew) => {
    asked.push([part.n, renew]);
    return `part-${part.n}`;
  } });
  player.addEventListener('problem', ({ detail }) => problems.push(detail));
  await player.load();
  video.loaded();
});

test('ASeekWithinThePart_IsTheVideosOwn', async () => {
  await player.seek(2500);
  assert.equal(video.currentTime, 2.5);
  assert.equal(player.position, 2500);
  assert.deepEqual(asked, [[1, false]]);
});

test('ASeekIntoAnotherPart_OpensItThere', async () => {
  await player.seek(7000);
  assert.equal(video.src, 'part-3');
  assert.equal(player.position, 7000, 'while it loads too');
  video.loaded();
  assert.equal(video.currentTime, 3);
  assert.equal(player.position, 7000);
});

test('SeeksEndInsideTheRecording', async () => {
  await player.seek(-100);
  assert.equal(player.position, 0);
  await player.seek(99_999);
  video.loaded();
  assert.equal(player.position, 9950);
});

test('TheNextPartFollowsByItself_AndGoesOnPlaying', async () => {
  await player.play();
  video.currentTime = 4;
  video.tell('ended');
  await turn();
  assert.equal(video.src, 'part-3');
  video.playing = false;          // a new source stops
  video.loaded();
  await turn();
  assert.ok(video.playing && !player.paused);
  video.currentTime = 6;
  video.tell('ended');
  await turn();
  assert.ok(player.paused, 'after the last part it is over');
});

test('AtTheEnd_PlayBeginsAgain', async () => {
  await player.seek(9999);
  video.loaded();
  await player.play();
  assert.equal(video.src, 'part-1');
  video.loaded();
  assert.equal(player.position, 0);
});

test('AnExpiredLink_IsRenewedWhereItBroke_ButNotForEver', async () => {
  await player.play();
  video.currentTime = 3;
  video.tell('error');
  await turn();
  assert.deepEqual(asked.at(-1), [1, true]);
  video.loaded();
  await turn();
  assert.equal(video.currentTime, 3);
  for (let i = 0; i < 3; i++) {
    video.tell('error');
    await turn();
  }
  assert.equal(problems.length, 1);
  assert.equal(asked.filter(([, renew]) => renew).length, 3);
  assert.ok(player.paused);
});

test('WhoClosedIt_HearsNoMore', async () => {
  player.close();
  video.tell('error');
  await turn();
  assert.deepEqual(problems, []);
  assert.equal(asked.length, 1);
});
