// Reads the WebVTT that the server writes: chapters, and the index of a strip of thumbnails. Pure.

import { shownName } from './names.js';

const TIMES = /^(?:(\d+):)?(\d\d):(\d\d)\.(\d{3}) --> (?:(\d+):)?(\d\d):(\d\d)\.(\d{3})/;
const ENTITIES = { amp: '&', lt: '<', gt: '>', nbsp: '\u00a0' };

const millis = (h, m, s, ms) => ((Number(h ?? 0) * 60 + Number(m)) * 60 + Number(s)) * 1000 + Number(ms);
const plain = (text) => text.replace(/<[^>]*>/g, '').replace(/&(amp|lt|gt|nbsp);/g, (_, name) => ENTITIES[name]);

/** → [{from, to, text}] in milliseconds; cues that cannot be read are left out. */
export function parseCues(text) {
  const cues = [];
  for (const block of String(text).replace(/\r\n?/g, '\n').split(/\n{2,}/)) {
    const lines = block.split('\n');
    const at = lines.findIndex((line) => line.includes('-->'));
    const times = at < 0 ? null : TIMES.exec(lines[at]);
    if (!times) continue;
    cues.push({ from: millis(...times.slice(1, 5)), to: millis(...times.slice(5, 9)), text: plain(lines.slice(at + 1).join(' ').trim()) });
  }
  return cues;
}

/** Chapters → [{ms, end, title}]; there are names in the titles. */
export const parseChapters = (text) => parseCues(text).map(({ from, to, text: title }) => ({ ms: from, end: to, title: shownName(title) }));

/** The index of a strip → [{from, to, x, y, width, height}] in milliseconds and pixels. */
export function parseStrip(text) {
  return parseCues(text).flatMap(({ from, to, text: target }) => {
    const area = /#xywh=(\d+),(\d+),(\d+),(\d+)$/.exec(target)?.slice(1).map(Number);
    return area ? [{ from, to, x: area[0], y: area[1], width: area[2], height: area[3] }] : [];
  });
}
