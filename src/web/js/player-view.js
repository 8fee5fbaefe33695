// One recording: its picture and sound, chapters, who spoke when, its files; deleting it.

import { confirmDialog } from './dialog.js';
import { el, setText } from './dom.js';
import { icon } from './icons.js';
import { LANE_EVENTS, canControl, canPause, clockOf, countOf, currentOf, durationOf, endingOf, hasVideo, isActive, partsOf, speakerLanes, startOf, stateWord, titleOf } from './library-model.js';
import { MultipartPlayer } from './multipart-player.js';
import { createPlayerControls } from './player-controls.js';
import { createPlayerPanel } from './player-panel.js';
import { isInterrupted } from './recording-state.js';
import { createSeekBar } from './seek-bar.js';
import { createSpeakerLanes } from './speaker-lanes.js';
import { parseChapters, parseStrip } from './webvtt.js';

const WAITING = 2000;
/** "The chapter before" goes to the beginning of this one first, as in every player. */
const RESTART = 3000;

export function createPlayerView({ api, toaster, id, onback }) {
  const life = new AbortController();
  const { signal } = life;
  const title = el('bdi', {});
  const heading = el('h1', { class: 'player-title', testid: 'player-title', tabindex: '-1' }, title);
  const subtitle = el('p', { class: 'lead' });
  const remove = el('button', { class: 'button danger-text', type: 'button', testid: 'delete', onclick: askDelete, hidden: true }, icon('trash'), 'Delete');
  const body = el('div', { class: 'player-body' });
  const root = el('section', { class: 'player-page', testid: 'player-page' },
    el('div', { class: 'player-head' },
      el('button', { class: 'icon-button', type: 'button', testid: 'player-back', 'aria-label': 'Back to the list', title: 'Back to the list', onclick: onback }, icon('back')),
      el('div', { class: 'player-names' }, heading, subtitle), remove),
    body);
  let recording = null;
  let player = null;
  let timer = null;
  let count = null;            // what the counter of a running one shows
  const pictures = [];

  async function load() {
    try {
      recording = await api.one(id);
    } catch (error) {
      fail(error.status === 404 ? 'This recording does not exist any more.' : error.message);
      return;
    }
    if (signal.aborted) return;
    setText(title, titleOf(recording));
    setText(subtitle, [startOf(recording), recording.name ? recording.room : '', endingOf(recording)].filter(Boolean).join(' · '));
    document.title = `${titleOf(recording)} · Tessera`;
    remove.hidden = isActive(recording);
    // Who reads with ears hears where they have come to.
    if (document.activeElement === document.body) heading.focus({ preventScroll: true });
    if (recording.state === 'ready') await showPlayer();
    else showWaiting();
  }

  function fail(text) {
    body.replaceChildren(el('p', { class: 'library-problem', role: 'alert', testid: 'player-problem' }, text));
  }

  // ── Not finished yet ────────────────────────────────────────────────────────────────────────────────────

  function showWaiting() {
    const failed = recording.state === 'failed';
    count = countOf(recording, Date.now(), count);
    const words = failed ? recording.error?.message || 'It could not be finished.'
      : isInterrupted(recording) ? `${count === null ? 'It' : `It stands at ${clockOf(count)}, and`} goes on when the room opens again.`
      : recording.state === 'recording' ? `Running for ${clockOf(count)}. It can be played when it has been stopped.`
        : recording.state === 'finishing' ? 'Its file is being written and read back. This takes a moment.' : 'It can be played when it has been stopped.';
    const act = (to, label, sign) => el('button', { class: 'button', type: 'button', onclick: () => setState(to) }, icon(sign), label);
    body.replaceChildren(el('div', { class: 'library-empty', testid: 'player-waiting' },
      failed ? icon('warning') : icon('record'), el('h2', {}, stateWord(recording)), el('p', { class: 'lead' }, words),
      canControl(recording) && el('div', { class: 'waiting-actions' },
        canPause(recording) && (recording.state === 'paused' ? act('recording', 'Go on', 'play') : act('paused', 'Pause', 'pause')), act('stopped', 'Stop', 'stop'))));
    if (!failed) timer = setTimeout(load, WAITING);
  }

  async function setState(to) {
    clearTimeout(timer);
    try {
      await api.setState(id, to);
    } catch (error) {
      toaster.show({ kind: 'error', text: error.message });
    }
    load();
  }

  // ── The player ──────────────────────────────────────────────────────────────────────────────────────────

  async function showPlayer() {
    let grant;
    try {
      grant = await api.link(id);
    } catch (error) {
      fail(error.message);
      return;
    }
    if (signal.aborted) return;
    const duration = durationOf(recording);
    const video = el('video', { class: 'player-video', testid: 'player-video', playsinline: true, preload: 'metadata' });
    if (recording.poster) video.poster = api.fileUrl(id, 'poster.jpg', grant);
    player = new MultipartPlayer({
      video,
      parts: partsOf(recording),
      addressOf: async (part, renew) => api.fileUrl(id, 'file', await api.link(id, { renew }), { part: part.n }),
    });
    let chapters = [];
    const onseek = (position) => player.seek(position);
    const seekBar = createSeekBar({ duration, onseek });
    const lanes = createSpeakerLanes({ onseek });
    const panel = createPlayerPanel({ recording, addressOf: (rest, query) => api.fileUrl(id, rest, grant, query), onseek });
    const bigPlay = el('button', { class: 'player-big', type: 'button', 'aria-label': 'Play', tabindex: '-1', onclick: () => player.toggle() }, icon('play'));
    const problem = el('p', { class: 'player-problem', role: 'alert', hidden: true });
    const frame = el('div', { class: 'player-frame', 'data-sound': hasVideo(recording) ? null : 'true' }, video,
      !hasVideo(recording) && el('div', { class: 'player-sound' }, icon('volume'), 'Sound only'), bigPlay, problem);
    const stage = el('div', { class: 'player-stage' }, frame, seekBar.root);
    const bar = createPlayerControls({ player, frame: stage, chapterBy });
    stage.append(bar.root);
    body.replaceChildren(el('div', { class: 'player-left' }, stage, lanes.root), panel.root);

    function chapterBy(by) {
      const now = currentOf(chapters, player.position);
      const at = chapters.indexOf(now);
      if (by < 0 && now && player.position - now.ms > RESTART) player.seek(now.ms);
      else if (chapters[at + by]) player.seek(chapters[at + by].ms);
    }
    function update() {
      seekBar.setPosition(player.position);
      lanes.setPosition(player.position);
      panel.setPosition(player.position);
      bar.update();
      bigPlay.hidden = !player.paused;
      stage.classList.toggle('playing', !player.paused);
    }
    player.addEventListener('time', update);
    player.addEventListener('part', update);
    player.addEventListener('problem', ({ detail }) => { problem.hidden = false; setText(problem, detail); });
    video.addEventListener('playing', () => { problem.hidden = true; });
    video.addEventListener('click', () => player.toggle());
    video.addEventListener('dblclick', () => bar.onKey(new KeyboardEvent('keydown', { key: 'f' })));
    document.addEventListener('keydown', (event) => bar.onKey(event), { signal });
    document.addEventListener('fullscreenchange', () => bar.setFull(), { signal });
    bar.setChapters(false);
    update();
    player.load();

    // What lies beside it may be missing, and is no reason not to play.
    const extras = [
      recording.chapters && api.text(id, 'chapters.vtt').then((text) => {
        chapters = parseChapters(text);
        seekBar.setChapters(chapters);
        panel.setChapters(chapters);
        bar.setChapters(chapters.length > 1);
      }),
      recording.strip && Promise.all([api.text(id, 'strip.vtt'), api.picture(id, 'strip.jpg')]).then(([index, address]) => {
        pictures.push(address);
        seekBar.setStrip(parseStrip(index), address);
      }),
      api.timeline(id, LANE_EVENTS).then((timeline) => lanes.show(speakerLanes(timeline, duration), duration)),
    ];
    await Promise.allSettled(extras);
    if (!signal.aborted) update();
  }

  async function askDelete() {
    const yes = await confirmDialog({ title: 'Delete this recording?', text: `“${titleOf(recording)}”, ${startOf(recording)}, is deleted from the server with all its files. This cannot be undone.`, yes: 'Delete' });
    if (!yes) return;
    try {
      player?.close();
      await api.remove(id);
      toaster.show({ kind: 'success', text: 'The recording was deleted.' });
      onback();
    } catch (error) {
      toaster.show({ kind: 'error', text: error.message });
      load();
    }
  }

  return {
    root,
    start: load,
    close() {
      life.abort();
      clearTimeout(timer);
      player?.close();
      for (const address of pictures) URL.revokeObjectURL(address);
    },
  };
}
