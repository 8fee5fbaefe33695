// Above the picture: the room and its link, the quality of the connection, whether it is recorded, and the tools.

import { clockSeconds, formatClock } from './clock.js';
import { el, setAttr, setText } from './dom.js';
import { icon, logo, qualityIcon, setIcon } from './icons.js';
import { stateOf } from './recording-state.js';
import { activeRecording, canOperate } from './state.js';
import { createThemeButton } from './theme-button.js';

const QUALITY = { good: 'Good connection', fair: 'Fair connection', poor: 'Poor connection', unknown: 'Measuring the connection' };
const RECORDING = { starting: 'Starting', recording: 'REC', paused: 'Paused', interrupted: 'Interrupted', stopping: 'Stopping' };

export function createTopBar({ session, actions, signal }) {
  const roomName = el('span', { class: 'room-name' });
  const copy = el('button', { class: 'chip', type: 'button', testid: 'copy-link', title: 'Copy the link to this room', 'aria-label': 'Copy the link to this room', onclick: actions.copyLink }, roomName, icon('link'));
  const bars = qualityIcon();
  const quality = el('span', { class: 'quality', testid: 'quality', role: 'img' }, bars);

  const clock = el('time', { testid: 'recording-clock', class: 'clock' }, '0:00');
  const recordingWord = el('span', {});
  const badge = el('div', { class: 'rec-badge', testid: 'recording-badge', role: 'status', hidden: true },
    el('span', { class: 'rec-dot', 'aria-hidden': 'true' }), recordingWord, clock);

  const layoutTitle = el('span', { class: 'layout-now' });
  const layoutField = el('button', { class: 'button tool', type: 'button', testid: 'layout-open', 'aria-haspopup': 'dialog', title: 'Layout (L: the next one)', onclick: actions.chooseLayout }, icon('layout'), layoutTitle);
  const recordIcon = icon('record');
  const recordLabel = el('span', {});
  const recordRest = el('span', { class: 'tool-label' }, ' recording');
  const record = el('button', { class: 'button tool record', type: 'button', testid: 'record', title: 'Record (R)', onclick: actions.record }, recordIcon, el('span', {}, recordLabel, recordRest));

  // Beside the button: what to record, before; pause and go on, meanwhile.
  const recordMore = el('button', { class: 'icon-button tool', type: 'button', testid: 'record-more', 'aria-haspopup': 'dialog', 'aria-label': 'Record with other settings', title: 'Record with other settings', onclick: actions.recordAs }, icon('chevron'), el('span', { class: 'tool-label' }, 'Record with settings'));
  const pauseIcon = icon('pause');
  const pauseLabel = el('span', { class: 'tool-label' });
  const pause = el('button', { class: 'icon-button tool', type: 'button', testid: 'record-pause', onclick: actions.pauseRecording, hidden: true }, pauseIcon, pauseLabel);

  const tool = (testid, sign, label, run, key) => el('button', {
    class: 'icon-button tool', type: 'button', testid, 'aria-label': label, title: key ? `${label} (${key})` : label, onclick: run,
  }, icon(sign), el('span', { class: 'tool-label' }, label));
  const stats = tool('stats-toggle', 'stats', 'Statistics', actions.stats, 'I');
  const library = tool('library', 'film', 'Recordings of this room', actions.library);
  const fullscreen = tool('fullscreen', 'fullscreen', 'Full screen', actions.fullscreen, 'F');
  const tools = el('div', { class: 'tools', id: 'tools' }, layoutField, record, recordMore, pause, library, el('span', { class: 'tools-gap' }),
    stats, tool('settings', 'settings', 'Settings', actions.settings), createThemeButton(), tool('help', 'help', 'Help', actions.help, '?'), fullscreen);
  const more = el('button', { class: 'icon-button more-tools', type: 'button', testid: 'more', 'aria-label': 'More', 'aria-controls': 'tools', 'aria-expanded': 'false', onclick: flipTools }, icon('more'));

  const root = el('header', { class: 'top-bar' },
    el('span', { class: 'brand' }, logo(), el('span', { class: 'brand-name' }, 'Tessera')), copy, quality, badge, tools, more);

  // On a phone the tools are a sheet that opens from "more".
  function flipTools(event, open = !tools.classList.contains('open')) {
    tools.classList.toggle('open', open);
    setAttr(more, 'aria-expanded', String(open));
  }
  document.addEventListener('pointerdown', ({ target }) => {
    if (tools.classList.contains('open') && !tools.contains(target) && !more.contains(target)) flipTools(null, false);
  }, { signal });
  tools.addEventListener('click', (event) => { if (event.target.closest('button')) flipTools(null, false); });
  tools.addEventListener('keydown', (event) => { if (event.key === 'Escape') { flipTools(null, false); more.focus(); } });
  document.addEventListener('fullscreenchange', () => setIcon(fullscreen.firstChild, document.fullscreenElement ? 'fullscreen-exit' : 'fullscreen'), { signal });

  let recording = null;
  function tick() {
    if (!recording) return;
    setText(clock, formatClock(clockSeconds(recording.clock, Date.now())));
  }

  return {
    root,
    tick,
    setQuality(value) {
      setAttr(quality, 'data-quality', value);
      setAttr(quality, 'aria-label', QUALITY[value]);
      setAttr(quality, 'title', QUALITY[value]);
    },
    setStatsOpen: (open) => setAttr(stats, 'aria-pressed', String(open)),
    update(state) {
      const operator = canOperate(state);
      setText(roomName, state.room);
      recording = activeRecording(state);
      badge.hidden = !recording;
      const doing = recording ? stateOf(recording) : null;
      setAttr(badge, 'data-state', doing);
      setAttr(badge, 'title', doing === 'interrupted' ? 'The recording goes on when the room opens again' : null);
      setText(recordingWord, RECORDING[doing] ?? '');
      tick();
      const now = state.layout?.name ?? '';
      layoutField.hidden = !operator || state.layouts.length === 0;
      setText(layoutTitle, state.layouts.find(({ name }) => name === now)?.title || now);
      setAttr(layoutField, 'data-layout', now);
      setAttr(layoutField, 'aria-label', `Layout: ${layoutTitle.textContent}`);
      record.hidden = library.hidden = !operator;
      recordMore.hidden = !operator || Boolean(recording);
      const paused = doing === 'paused';
      pause.hidden = !operator || !(paused || doing === 'recording');
      setIcon(pauseIcon, paused ? 'play' : 'pause');
      setText(pauseLabel, paused ? 'Go on recording' : 'Pause the recording');
      for (const name of ['aria-label', 'title']) setAttr(pause, name, pauseLabel.textContent);
      record.disabled = recording?.state === 'stopping';
      setAttr(record, 'aria-pressed', String(Boolean(recording)));
      setIcon(recordIcon, recording ? 'stop' : 'record');
      setText(recordLabel, recording ? 'Stop' : 'Record');
      recordRest.hidden = !recording;
      setAttr(record, 'aria-label', recording ? 'Stop recording' : 'Start recording');
    },
  };
}
