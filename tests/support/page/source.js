// What a test participant sends: a canvas of one colour with a counter as a bar code, and a tone.
import { barcode_rects } from '../barcode.mjs';

/**
 * {stream, count(), stop()}. `color`: "#rrggbb"; `tone`: Hz, or null for no audio track; `flash`: white picture and
 * tone only for the first 100 ms of each second, both begun at the same moment.
 */
export function make_source({ color, tone, width = 640, height = 360, rate = 30, gain = 0.25, flash = false }) {
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  // A canvas outside the document is captured as well, but only a rendered one is painted at a steady rate.
  document.body.append(canvas);
  const pen = canvas.getContext('2d', { alpha: false });
  let count = 0;
  let lit = false;
  const draw = () => {
    pen.fillStyle = flash && lit ? '#ffffff' : color;
    pen.fillRect(0, 0, width, height);
    if (!flash)
      for (const { x, y, w, h, white } of barcode_rects(count, width, height)) {
        pen.fillStyle = white ? '#ffffff' : '#000000';
        pen.fillRect(x, y, w, h);
      }
    // Something that moves, so that no encoder takes the picture for a still.
    pen.fillStyle = '#808080';
    pen.fillRect((count * 7) % width, Math.round(height * 0.82), 30, Math.round(height * 0.05));
    count = (count + 1) & 0xffff;
  };
  draw();
  const timer = setInterval(draw, 1000 / rate);
  const stream = canvas.captureStream(rate);
  const undo = [() => clearInterval(timer), () => canvas.remove()];
  if (tone) {
    const context = new AudioContext({ sampleRate: 48000 });
    const oscillator = new OscillatorNode(context, { frequency: tone });
    const volume = new GainNode(context, { gain: flash ? 0 : gain });
    const out = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
    oscillator.connect(volume).connect(out);
    oscillator.start();
    stream.addTrack(out.stream.getAudioTracks()[0]);
    undo.push(() => context.close());
    if (flash) {
      const beat = setInterval(() => {
        lit = true;
        volume.gain.value = gain;
        draw();
        setTimeout(() => {
          lit = false;
          volume.gain.value = 0;
          draw();
        }, 100);
      }, 1000);
      undo.push(() => clearInterval(beat));
    }
  }
  return {
    stream,
    count: () => count,
    stop() {
      stream.getTracks().forEach((track) => track.stop());
      undo.forEach((f) => f());
    },
  };
}
