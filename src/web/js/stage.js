// The mixed picture, large, with its sound; over it what is wrong with the connection, and for operators what can be done
// with each tile.

import { el, reconcile, setAttr, setText } from './dom.js';
import { icon } from './icons.js';
import { shownName } from './names.js';
import { openParticipantMenu } from './participant-menu.js';
import { canOperate, selfOf } from './state.js';

export function createStage(session, signal) {
  const video = el('video', { class: 'mixed', testid: 'mixed-video', playsinline: true, autoplay: true, 'aria-label': 'The mixed picture of the room' });
  video.disablePictureInPicture = false;
  const tiles = el('div', { class: 'tiles' });
  const waiting = el('div', { class: 'stage-wait', role: 'status' }, el('span', { class: 'spinner', 'aria-hidden': 'true' }), el('span', {}, ''));
  const unlock = el('button', { class: 'button primary stage-unlock', type: 'button', testid: 'unlock-audio', hidden: true, onclick: turnOnSound }, icon('volume'), 'Turn on sound');
  const bannerText = el('span', {});
  const retry = el('button', { class: 'button small', type: 'button', testid: 'retry', onclick: () => session.retryNow() }, 'Try now');
  const banner = el('div', { class: 'banner', role: 'status', testid: 'banner', hidden: true }, el('span', { class: 'spinner', 'aria-hidden': 'true' }), bannerText, retry);
  const held = el('div', { class: 'stage-held', role: 'status', testid: 'held', hidden: true }, icon('pause'),
    el('b', {}, 'You are on hold'), el('span', {}, 'Nobody hears or sees you. An operator will bring you back.'));
  const frame = el('div', { class: 'frame' }, video, tiles, waiting, held, unlock);
  const root = el('section', { class: 'stage', 'aria-label': 'Meeting' }, banner, frame);
  const rows = new Map();
  let hasPicture = false;
  let state = null;

  for (const type of ['loadeddata', 'playing', 'resize', 'emptied']) {
    video.addEventListener(type, () => {
      hasPicture = video.readyState >= 2 && video.videoWidth > 0;
      if (state) update(state);
    });
  }

  session.addEventListener('media', ({ detail: stream }) => {
    // The last picture of a lost connection stays until the next one brings its own.
    if (!stream || (video.srcObject === stream && !video.paused)) return;
    if (video.srcObject !== stream) video.srcObject = stream;
    play();
  }, { signal });

  async function play() {
    try {
      await video.play();
      unlock.hidden = !video.muted;
    } catch (error) {
      if (error.name !== 'NotAllowedError') return;
      // Without a click first, browsers play pictures only.
      video.muted = true;
      unlock.hidden = false;
      video.play().catch(() => {});
    }
  }

  // Any click or key will do; the button only says so.
  for (const type of ['pointerdown', 'keydown']) document.addEventListener(type, () => { if (!unlock.hidden) turnOnSound(); }, { signal });

  function turnOnSound() {
    video.muted = false;
    unlock.hidden = true;
    video.play().catch(() => { unlock.hidden = false; });
  }

  // A click pins; what else can be done is behind the button in the corner, and behind a right click.
  function createTile() {
    let current = null;
    const name = el('bdi', {});
    const pinSign = icon('pin');
    const pin = el('button', { class: 'tile-pin', type: 'button', 'data-testid': 'tile', onclick: () => session.updateParticipant(current.id, { pinned: !current.pinned }) });
    const menu = el('button', { class: 'tile-menu', type: 'button', 'data-testid': 'tile-menu', onclick: () => openParticipantMenu(menu, current, session) }, pinSign, name, icon('more'));
    const tile = el('div', { class: 'tile' }, pin, menu);
    tile.addEventListener('contextmenu', (event) => {
      if (menu.disabled) return;
      event.preventDefault();
      openParticipantMenu(menu, current, session);
    });
    return {
      root: tile,
      update({ placement, participant, layout, self }) {
        current = participant;
        const part = (value, whole) => `${((value / whole) * 100).toFixed(3)}%`;
        Object.assign(tile.style, {
          left: part(placement.x, layout.width), top: part(placement.y, layout.height),
          width: part(placement.w, layout.width), height: part(placement.h, layout.height),
        });
        const who = shownName(participant.name, 'Guest');
        setText(name, who);
        // A screen cannot be pinned: a layout that knows screens shows it anyway.
        pin.hidden = placement.kind === 'screen';
        menu.disabled = self;
        pinSign.style.display = participant.pinned ? '' : 'none';
        setAttr(tile, 'data-participant', participant.id);
        setAttr(pin, 'aria-pressed', String(Boolean(participant.pinned)));
        setAttr(pin, 'aria-label', participant.pinned ? `Unpin ${who}` : `Pin ${who}`);
        setAttr(pin, 'title', participant.pinned ? 'Unpin' : 'Pin in the picture');
        setAttr(menu, 'aria-label', `Actions for ${who}`);
      },
    };
  }

  function update(next) {
    state = next;
    const { layout, canvas } = state;
    const [width, height] = [layout?.width ?? canvas?.width, layout?.height ?? canvas?.height];
    if (width && height) root.style.setProperty('--ratio', String(width / height));
    const placements = width && height && canOperate(state) ? layout?.placements ?? [] : [];
    const items = placements
      .map((placement) => ({ placement, participant: state.participants[placement.participant], layout: { width, height }, self: placement.participant === state.self }))
      .filter(({ participant }) => participant);
    reconcile(tiles, rows, items, (item) => `${item.participant.id}/${item.placement.kind ?? ''}`, createTile);

    const interrupted = state.link !== 'open';
    banner.hidden = !(state.phase === 'room' && (interrupted || (state.media === 'lost' && hasPicture)));
    retry.hidden = state.link !== 'waiting';
    setText(bannerText, interrupted ? 'Connection to the server lost. Trying again …' : 'The picture was interrupted. Reconnecting …');
    waiting.hidden = hasPicture;
    held.hidden = !selfOf(state)?.held;
    setText(waiting.lastChild, state.media === 'lost' ? 'Reconnecting …' : state.media === 'connected' ? 'Waiting for the picture …' : 'Connecting …');
    setAttr(frame, 'data-stale', hasPicture && state.media !== 'connected' && state.media !== 'idle' ? 'true' : null);
  }

  return {
    root,
    video,
    update,
  };
}
