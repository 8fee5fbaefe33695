// The first screen: which room, which name, which devices; what the others will see and hear.

import { createDeviceSelect, createLevelBar } from './device-select.js';
import { el, setAttr, setText } from './dom.js';
import { icon, logo, setIcon } from './icons.js';
import { LevelMeter } from './level-meter.js';
import { toRoomId } from './params.js';
import { initialsOf } from './state.js';
import { createThemeButton } from './theme-button.js';

export function createJoinView({ devices, params, remembered, onjoin, onstop }) {
  const room = el('input', {
    testid: 'room-input', required: true, maxlength: '64', autocomplete: 'off', spellcheck: 'false', autocapitalize: 'none',
    value: params.room || remembered.room || 'lobby',
  });
  room.readOnly = params.roomFixed;
  const name = el('input', {
    testid: 'name-input', required: true, maxlength: '64', autocomplete: 'name', placeholder: 'How others will see you',
    value: params.name || remembered.name || '',
  });
  const camera = createDeviceSelect('video', devices);
  const microphone = createDeviceSelect('audio', devices);
  const meter = new LevelMeter();
  const level = createLevelBar(meter);

  const video = el('video', { class: 'preview-video', testid: 'preview', muted: true, playsinline: true, autoplay: true, 'aria-label': 'Preview of your camera' });
  video.muted = true;
  const avatar = el('span', { class: 'preview-avatar', 'aria-hidden': 'true' });
  const previewNote = el('p', { class: 'preview-note', role: 'status' });
  const audioToggle = toggle('join-audio', 'mic', 'Microphone', () => flip('audio'));
  const videoToggle = toggle('join-video', 'camera', 'Camera', () => flip('video'));
  const previewBox = el('div', { class: 'preview' }, video, avatar, previewNote,
    el('div', { class: 'preview-controls' }, audioToggle.root, videoToggle.root), level.root);

  const viewer = el('input', { type: 'checkbox', testid: 'join-viewer', onchange: setViewer });
  viewer.checked = params.viewer;
  viewer.disabled = params.viewerFixed;
  const deviceFields = el('div', { class: 'field-row' }, camera.root, microphone.root);
  const problem = el('p', { class: 'problem', role: 'alert', testid: 'join-problem', hidden: true });
  const deviceProblem = el('p', { class: 'device-problem', role: 'status', testid: 'device-problem', hidden: true });
  const joinLabel = el('span', {}, 'Join');
  const join = el('button', { class: 'button primary large', type: 'submit', testid: 'join-button' }, joinLabel);

  const form = el('form', { class: 'join-form', onsubmit: submit, novalidate: true },
    el('h1', {}, 'Join a room'),
    el('p', { class: 'lead' }, 'Everybody is mixed into one picture and one sound. This is what you add to it.'),
    problem,
    el('label', { class: 'field' }, el('span', { class: 'field-label' }, 'Your name'), name),
    el('label', { class: 'field' }, el('span', { class: 'field-label' }, 'Room'), room),
    deviceFields,
    deviceProblem,
    el('label', { class: 'check' }, viewer, el('span', {}, 'Only watch', el('small', {}, 'Nobody sees or hears you'))),
    join);

  const root = el('main', { class: 'join', testid: 'join-view' },
    el('header', { class: 'join-head' }, el('span', { class: 'brand' }, logo(), 'Tessera'), createThemeButton()),
    el('div', { class: 'join-body' }, previewBox, form));

  function toggle(testid, sign, label, run) {
    const svg = icon(sign);
    const button = el('button', { class: 'round', type: 'button', testid, onclick: run }, svg);
    return {
      root: button,
      set(on, blocked) {
        setIcon(svg, on ? sign : `${sign}-off`);
        setAttr(button, 'aria-pressed', String(on));
        setAttr(button, 'data-off', on ? null : 'true');
        setAttr(button, 'data-blocked', blocked ? 'true' : null);
        setAttr(button, 'aria-label', `${label} ${on ? 'on' : 'off'}`);
        setAttr(button, 'title', `${label} ${on ? 'on' : 'off'}`);
      },
    };
  }

  const flip = (kind) => devices.set(kind, !devices.isOn(kind));

  async function setViewer() {
    if (viewer.checked) devices.stop();
    else await devices.start({ audio: true, video: true });
    update();
  }

  name.addEventListener('input', update);
  devices.addEventListener('change', update);

  let waiting = false;
  let watched = null;
  function update() {
    const watching = viewer.checked;
    const [audio, picture] = [devices.isOn('audio'), devices.isOn('video')];
    audioToggle.set(audio, Boolean(devices.error('audio')));
    videoToggle.set(picture, Boolean(devices.error('video')));
    audioToggle.root.disabled = videoToggle.root.disabled = watching;
    camera.update();
    microphone.update();
    deviceFields.hidden = watching;
    level.root.hidden = watching || !audio;
    setText(avatar, initialsOf(name.value));
    avatar.hidden = picture || watching;
    video.hidden = !picture;
    setText(previewNote, watching ? 'You will only watch' : picture ? '' : devices.error('video') ? 'No camera' : 'Camera is off');
    const errors = [...new Set([devices.error('video'), devices.error('audio')].filter(Boolean))];
    deviceProblem.hidden = watching || errors.length === 0;
    setText(deviceProblem, errors.join(' '));
    meter.watch(audio ? devices.track('audio') : null);
    const track = devices.track('video');
    if (track !== watched) {
      watched = track;
      video.srcObject = track ? new MediaStream([track]) : null;
      if (track) video.play().catch(() => {});
    }
  }

  function submit(event) {
    event?.preventDefault();
    if (waiting) {
      onstop();
      return;
    }
    const id = toRoomId(room.value);
    const label = name.value.trim();
    for (const [input, ok] of [[name, label !== ''], [room, id !== '']]) setAttr(input, 'aria-invalid', ok ? null : 'true');
    if (!label || !id) {
      showProblem(label ? 'Give the room a name of letters, digits, - and _.' : 'Tell the others your name.');
      (label ? room : name).focus();
      return;
    }
    room.value = id;
    onjoin({ room: id, name: label, viewer: viewer.checked });
  }

  function showProblem(text) {
    problem.hidden = !text;
    setText(problem, text ?? '');
  }

  return {
    root,
    setState(state) {
      const busy = state.phase === 'joining';
      waiting = busy && state.waiting;
      join.disabled = busy && !waiting;
      setText(joinLabel, waiting ? 'Stop waiting' : busy ? 'Joining …' : viewer.checked ? 'Watch' : 'Join');
      if (state.problem || busy) showProblem(state.problem);
    },
    start() {
      update();
      level.start();
      if (!name.value) name.focus();
    },
    leave() {
      devices.removeEventListener('change', update);
      meter.close();
      video.srcObject = null;
    },
  };
}
