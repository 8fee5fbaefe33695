// The buttons under the picture, and the keys that do the same.

import { el, setAttr, setText } from './dom.js';
import { icon, setIcon } from './icons.js';
import { clockOf } from './library-model.js';

const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 3];

export function createPlayerControls({ player, frame, chapterBy }) {
  const { video } = player;
  const button = (testid, sign, label, run) => {
    const svg = icon(sign);
    return { svg, root: el('button', { class: 'icon-button', type: 'button', testid, 'aria-label': label, title: label, onclick: run }, svg) };
  };
  const play = button('play', 'play', 'Play', () => player.toggle());
  const before = button('chapter-before', 'skip-back', 'The chapter before (Page up)', () => chapterBy(-1));
  const after = button('chapter-after', 'skip-forward', 'The next chapter (Page down)', () => chapterBy(1));
  const mute = button('player-mute', 'volume', 'Sound off', () => { video.muted = !video.muted; });
  const volume = el('input', { type: 'range', class: 'player-volume', min: '0', max: '1', step: '0.05', 'aria-label': 'Volume', oninput: () => { video.volume = Number(volume.value); video.muted = false; } });
  const time = el('span', { class: 'player-time', testid: 'player-time' });
  const speed = el('select', { class: 'player-speed', testid: 'player-speed', 'aria-label': 'Speed', title: 'Speed (< >)', onchange: () => setSpeed(Number(speed.value)) },
    SPEEDS.map((rate) => el('option', { value: String(rate) }, `${rate}×`)));
  speed.value = '1';
  const full = button('player-fullscreen', 'fullscreen', 'Full screen (F)', toggleFull);
  const root = el('div', { class: 'player-controls' }, before.root, play.root, after.root, time, el('span', { class: 'gap' }), mute.root, volume, speed, full.root);

  function setSpeed(rate) {
    video.defaultPlaybackRate = rate;        // a new part begins with it
    video.playbackRate = rate;
  }
  function stepSpeed(by) {
    const at = SPEEDS.indexOf(video.playbackRate);
    setSpeed(SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, (at < 0 ? 2 : at) + by))]);
  }
  function toggleFull() {
    if (document.fullscreenElement) document.exitFullscreen();
    else frame.requestFullscreen?.().catch(() => {});
  }

  const keys = {
    ' ': () => player.toggle(), k: () => player.toggle(),
    ArrowLeft: () => player.seek(player.position - 5000), ArrowRight: () => player.seek(player.position + 5000),
    j: () => player.seek(player.position - 10_000), l: () => player.seek(player.position + 10_000),
    Home: () => player.seek(0), End: () => player.seek(player.duration),
    PageUp: () => chapterBy(-1), PageDown: () => chapterBy(1),
    m: () => { video.muted = !video.muted; }, f: toggleFull, '<': () => stepSpeed(-1), '>': () => stepSpeed(1),
  };

  return {
    root,
    onKey(event) {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      const { target } = event;
      // Space presses a button, letters go into a field; keys of the player do not.
      if (target.closest('input:not([type=range]), select, textarea, dialog, [role=menu]')) return;
      if (event.key === ' ' && target.closest('button, a')) return;
      const run = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (!run) return;
      event.preventDefault();
      run();
    },
    update() {
      const { paused } = player;
      setIcon(play.svg, paused ? 'play' : 'pause');
      for (const name of ['aria-label', 'title']) setAttr(play.root, name, paused ? 'Play (space)' : 'Pause (space)');
      const silent = video.muted || video.volume === 0;
      setIcon(mute.svg, silent ? 'volume-off' : 'volume');
      for (const name of ['aria-label', 'title']) setAttr(mute.root, name, silent ? 'Sound on (M)' : 'Sound off (M)');
      volume.value = String(video.muted ? 0 : video.volume);
      setText(time, `${clockOf(player.position)} / ${clockOf(player.duration)}`);
      if (speed.value !== String(video.playbackRate)) speed.value = String(video.playbackRate);
    },
    setChapters: (some) => { before.root.hidden = after.root.hidden = !some; },
    setFull: () => setIcon(full.svg, document.fullscreenElement ? 'fullscreen-exit' : 'fullscreen'),
  };
}
