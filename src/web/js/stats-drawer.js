// The statistics drawer: what getStats() says, once a second, in words; and all of it to the clipboard for support.

import { el, setText } from './dom.js';
import { icon } from './icons.js';
import { formatBitrate, formatMs, formatShare, formatSize } from './stats-model.js';

const HISTORY = 60;
const SVG = 'http://www.w3.org/2000/svg';

function sparkline(title) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', `0 0 ${HISTORY - 1} 24`);
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.setAttribute('class', 'spark');
  svg.setAttribute('aria-hidden', 'true');
  const area = document.createElementNS(SVG, 'path');
  area.setAttribute('class', 'spark-area');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('class', 'spark-line');
  svg.append(area, path);
  const value = el('b', {});
  const values = [];
  return {
    root: el('div', { class: 'spark-box' }, el('span', {}, title), value, svg),
    push(number, text) {
      setText(value, text);
      values.push(number ?? 0);
      if (values.length > HISTORY) values.shift();
      const top = Math.max(1, ...values);
      const from = HISTORY - values.length;
      const points = values.map((v, i) => `${from + i},${(23 - (v / top) * 21).toFixed(1)}`);
      path.setAttribute('d', `M${points.join('L')}`);
      area.setAttribute('d', `M${from},24L${points.join('L')}L${HISTORY - 1},24Z`);
    },
  };
}

const LIMITS = { cpu: 'this computer is busy', bandwidth: 'the network', other: 'the browser' };

function rowsOf(summary, screen) {
  const { receive, send, path } = summary;
  const sections = [];
  const add = (title, rows) => sections.push({ title, rows: rows.filter(Boolean) });
  if (receive.video) {
    add('Picture you receive', [
      ['Size', formatSize(receive.video)],
      ['Codec', receive.video.codec ?? '–'],
      ['Bitrate', formatBitrate(receive.video.bitrate)],
      ['Loss', formatShare(receive.video.loss)],
      ['Jitter', formatMs(receive.video.jitter)],
      ['Buffer', formatMs(receive.video.buffer)],
      ['Freezes', String(receive.video.freezes ?? '–')],
    ]);
  }
  if (receive.audio) {
    add('Sound you receive', [
      ['Codec', receive.audio.codec ?? '–'],
      ['Bitrate', formatBitrate(receive.audio.bitrate)],
      ['Loss', formatShare(receive.audio.loss)],
      ['Jitter', formatMs(receive.audio.jitter)],
      ['Buffer', formatMs(receive.audio.buffer)],
    ]);
  }
  const outgoing = (title, stat) => stat && add(title, [
    stat.width && ['Size', formatSize(stat)],
    ['Codec', stat.codec ?? '–'],
    ['Bitrate', formatBitrate(stat.bitrate)],
    ['Loss', formatShare(stat.loss)],
    stat.limited && ['Limited by', LIMITS[stat.limited] ?? stat.limited],
  ]);
  outgoing('Picture you send', send.video);
  outgoing('Sound you send', send.audio);
  outgoing('Screen you share', screen?.send.video);
  if (path) {
    add('Connection', [
      ['Round trip', formatMs(path.rtt)],
      ['Room to send', formatBitrate(path.available)],
      ['Way', [path.local, path.remote].filter(Boolean).join(' → ') + (path.protocol ? ` · ${path.protocol.toUpperCase()}` : '')],
    ]);
  }
  return sections;
}

export function createStatsDrawer({ onclose, toaster }) {
  const incoming = sparkline('Receiving');
  const outgoing = sparkline('Sending');
  const trip = sparkline('Round trip');
  const body = el('div', { class: 'stats-body' });
  let latest = null;
  const copy = el('button', { class: 'button small', type: 'button', title: 'Copy all figures, for support', onclick: copyAll }, icon('copy'), 'Copy');
  const root = el('aside', { class: 'drawer', testid: 'stats-drawer', 'aria-label': 'Statistics', hidden: true },
    el('header', { class: 'panel-head' }, el('h2', {}, 'Statistics'), copy,
      el('button', { class: 'icon-button', type: 'button', 'aria-label': 'Close statistics', onclick: onclose }, icon('close'))),
    el('div', { class: 'panel-scroll' }, el('div', { class: 'sparks' }, incoming.root, outgoing.root, trip.root), body));

  async function copyAll() {
    const raw = latest ? [...latest.raw.values()] : [];
    try {
      await navigator.clipboard.writeText(JSON.stringify({ agent: navigator.userAgent, at: new Date().toISOString(), stats: raw }, null, 1));
      toaster.show({ kind: 'success', text: 'Statistics copied.' });
    } catch {
      toaster.show({ kind: 'error', text: 'The clipboard cannot be used here.' });
    }
  }

  // Built anew only when the rows differ; otherwise just the figures change, so that text can be selected.
  let shape = '';
  let cells = [];
  function draw(sections) {
    const now = JSON.stringify(sections.map((section) => [section.title, section.rows.map((row) => row[0])]));
    if (now !== shape) {
      shape = now;
      cells = [];
      body.replaceChildren(...sections.map((section) => el('section', {}, el('h3', {}, section.title),
        el('dl', {}, section.rows.map(([name]) => {
          const cell = el('dd', {});
          cells.push(cell);
          return el('div', {}, el('dt', {}, name), cell);
        })))));
    }
    sections.flatMap((section) => section.rows).forEach(([, value], i) => setText(cells[i], value));
  }

  return {
    root,
    push(summary, screen) {
      latest = summary;
      const sum = (side) => (side.video?.bitrate ?? 0) + (side.audio?.bitrate ?? 0);
      const sent = sum(summary.send) + (screen ? sum(screen.send) : 0);
      incoming.push(sum(summary.receive), formatBitrate(sum(summary.receive)));
      outgoing.push(sent, formatBitrate(sent));
      trip.push(summary.path?.rtt, formatMs(summary.path?.rtt));
      if (!root.hidden) draw(rowsOf(summary, screen));
    },
  };
}
