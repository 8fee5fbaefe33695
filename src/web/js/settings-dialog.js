// Devices while in the room: camera, microphone, and where the sound comes out when the browser lets us say.

import { createDeviceSelect, createLevelBar } from './device-select.js';
import { openDialog } from './dialog.js';
import { el, setOptions } from './dom.js';
import { icon } from './icons.js';
import { LevelMeter } from './level-meter.js';

export function openSettings({ devices, video, viewer }) {
  const camera = createDeviceSelect('video', devices);
  const microphone = createDeviceSelect('audio', devices);
  const meter = new LevelMeter();
  const level = createLevelBar(meter);
  const preview = el('video', { class: 'settings-preview', playsinline: true, autoplay: true, 'aria-label': 'Preview of your camera' });
  preview.muted = true;
  const canRoute = 'setSinkId' in HTMLMediaElement.prototype;
  const speaker = el('select', { testid: 'speaker-select', onchange: () => video.setSinkId(speaker.value).catch(() => {}) });
  const volume = el('input', { type: 'range', min: '0', max: '1', step: '0.01', testid: 'volume', oninput: () => { video.volume = Number(volume.value); } });
  volume.value = String(video.volume);

  let shown = null;
  function update() {
    camera.update();
    microphone.update();
    meter.watch(devices.track('audio'));
    const track = devices.track('video');
    preview.hidden = !track;
    if (track !== shown) {
      shown = track;
      preview.srcObject = track ? new MediaStream([track]) : null;
    }
    const outputs = devices.list('audiooutput');
    setOptions(speaker, outputs.length ? outputs : [{ id: '', label: 'System default' }], video.sinkId || outputs[0]?.id || '');
  }

  devices.addEventListener('change', update);
  openDialog({
    title: 'Settings',
    testid: 'settings-dialog',
    content: el('div', { class: 'stack' },
      !viewer && [preview, camera.root, microphone.root, level.root],
      canRoute && el('label', { class: 'field' }, el('span', { class: 'field-label' }, icon('volume'), 'Speaker'), speaker),
      el('label', { class: 'field' }, el('span', { class: 'field-label' }, icon('volume'), 'Volume of the room'), volume)),
    onclose: () => {
      devices.removeEventListener('change', update);
      meter.close();
    },
  });
  update();
  level.start();
  devices.refresh();
}
