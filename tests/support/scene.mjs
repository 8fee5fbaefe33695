// Says whether a decoded frame of the mix shows a layout, or a moment on the way from one layout to another.
//
// A scene is what the room says of its picture: {width, height, placements: [{participant, x, y, w, h}]}, later ones on
// top. The way between two scenes is the one that docs/layouts.md describes: every edge moves by the same eased share,
// who comes grows from a speck in the middle of its place, who goes shrinks to one below the others.
import { spawn } from 'node:child_process';
import { join } from 'node:path';

import { read_log } from './mixed_stream.mjs';

const eased = (t) => t * t * (3 - 2 * t);
const speck = ({ x, y, w, h }) => ({ x: x + w / 2, y: y + h / 2, w: 2, h: 2 });
const between = (a, b, s) => {
  const mix = (p, q) => p + (q - p) * s;
  const x = mix(a.x, b.x), y = mix(a.y, b.y);
  return { x, y, w: mix(a.x + a.w, b.x + b.w) - x, h: mix(a.y + a.h, b.y + b.h) - y };
};

/** The tiles of a moment, bottom first: `time` from 0 (all of `from`) to 1 (all of `to`). */
export function on_the_way(from, to, time) {
  const s = eased(time);
  const of = (scene, who) => scene.placements.find((p) => p.participant === who);
  return [
    ...from.placements.filter((p) => !of(to, p.participant)).map((p) => ({ ...between(p, speck(p), s), participant: p.participant })),
    ...to.placements.map((p) => ({ ...between(of(from, p.participant) ?? speck(p), p, s), participant: p.participant })),
  ];
}

/** Yields {index, log, picture} for every stored frame, scaled to width × height RGB. */
export async function* decode_pictures(folder, width, height) {
  const log = read_log(folder).video;
  const child = spawn('ffmpeg', ['-hide_banner', '-loglevel', 'error', '-i', join(folder, 'video.ivf'), '-vf', `scale=${width}:${height}:flags=area`,
    '-vsync', 'passthrough', '-f', 'rawvideo', '-pix_fmt', 'rgb24', 'pipe:1'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const size = width * height * 3;
  let rest = Buffer.alloc(0), index = 0;
  for await (const chunk of child.stdout) {
    rest = rest.length ? Buffer.concat([rest, chunk]) : chunk;
    for (; rest.length >= size; rest = rest.subarray(size)) {
      yield { index, log: log[index], picture: { width, height, data: rest.subarray(0, size) } };
      index++;
    }
  }
}

/** Reads frames of tiles that are one colour each; `colors`: participant → [r, g, b]; a grid of points is looked at. */
export class SceneReader {
  #points = [];
  #colors;

  constructor(colors, background, { width = 320, height = 180, step = 6 } = {}) {
    this.#colors = [[null, background], ...Object.entries(colors)];
    Object.assign(this, { width, height });
    for (let y = 3; y < height; y += step) for (let x = 3; x < width; x += step) this.#points.push([x, y]);
  }

  /** Whom each point shows: a participant, null for the background, undefined for anything else (names, bar codes). */
  read(picture) {
    return this.#points.map(([x, y]) => {
      const at = (y * picture.width + x) * 3;
      let best, least = 40;
      for (const [who, color] of this.#colors) {
        const distance = Math.max(...color.map((c, i) => Math.abs(c - picture.data[at + i])));
        if (distance < least) [best, least] = [who, distance];
      }
      return best;
    });
  }

  /** The share of legible points that show somebody else than `tiles` say, away from edges and from `ignored`'s tile. */
  unlike(seen, tiles, canvas, ignored) {
    const sx = this.width / canvas.width, sy = this.height / canvas.height, margin = 4;
    const boxes = tiles.map((t) => ({ who: t.participant, l: t.x * sx, t: t.y * sy, r: (t.x + t.w) * sx, b: (t.y + t.h) * sy }));
    let wrong = 0, legible = 0;
    this.#points.forEach(([x, y], i) => {
      if (seen[i] === undefined) return;
      let who = null;
      for (const box of boxes) {
        const inside = x > box.l - margin && x < box.r + margin && y > box.t - margin && y < box.b + margin;
        if (!inside) continue;
        const edge = x < box.l + margin || x > box.r - margin || y < box.t + margin || y > box.b - margin;
        who = edge || box.who === ignored ? undefined : box.who;
      }
      if (who === undefined) return;
      legible++;
      if (who !== seen[i]) wrong++;
    });
    return legible ? wrong / legible : 1;
  }

  /** {share, time}: the moment between two scenes that the frame is most like. */
  moment(seen, from, to) {
    return finest((time) => this.unlike(seen, on_the_way(from, to, time), to));
  }

  /** The same for a switch to `to` that came while one from `from` to `middle` was under way. */
  moment_of_haste(seen, from, middle, to) {
    let found;
    finest((turn) => {
      const moment = this.moment(seen, { ...from, placements: on_the_way(from, middle, turn) }, to);
      if (!found || moment.share < found.share) found = moment;
      return moment.share;
    });
    return found;
  }
}

/** Where in 0…1 `share(time)` is least: looked for in steps, then in small steps around the best. */
function finest(share) {
  let best = { share: 1, time: 0 };
  const look = (time) => {
    const there = { share: share(time), time };
    if (there.share < best.share) best = there;
  };
  const steps = 16, fine = 8;
  for (let i = 0; i <= steps && best.share > 0; i++) look(i / steps);
  const middle = best.time;
  for (let i = -fine + 1; i < fine && best.share > 0; i++) look(Math.min(1, Math.max(0, middle + i / (steps * fine))));
  return best;
}
