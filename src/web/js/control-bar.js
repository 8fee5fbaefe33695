// Below the picture: our own microphone, camera, screen and hand; the panels; the way out.

import { el, setAttr, setText } from './dom.js';
import { icon, setIcon } from './icons.js';
import { canShare } from './screen-share.js';
import { canOperate, isViewer, selfOf } from './state.js';

export function createControlBar({ actions }) {
  function control(testid, label, key, run, className = '') {
    const svg = icon('');
    const text = el('span', { class: 'control-label' });
    const badge = el('span', { class: 'count', hidden: true });
    const button = el('button', { class: `control ${className}`, type: 'button', testid, onclick: run, 'aria-keyshortcuts': key }, svg, text, badge);
    return {
      root: button,
      badge,
      set({ sign, name, word = label, pressed = null, off = false, disabled = false }) {
        setIcon(svg, sign);
        setText(text, word);
        setAttr(button, 'aria-label', name);
        setAttr(button, 'title', key ? `${name} (${key})` : name);
        setAttr(button, 'aria-pressed', pressed === null ? null : String(pressed));
        setAttr(button, 'data-off', off ? 'true' : null);
        button.disabled = disabled;
      },
    };
  }

  const mute = control('mute', 'Mute', 'M', actions.mute);
  const camera = control('camera', 'Camera', 'V', actions.camera);
  const share = control('share', 'Share', 'S', actions.share);
  const hand = control('hand', 'Hand', 'H', actions.hand);
  const people = control('people-toggle', 'People', 'P', actions.people, 'panel-toggle');
  const chat = control('chat-toggle', 'Chat', 'C', actions.chat, 'panel-toggle');
  const leave = control('leave', 'Leave', '', actions.leave, 'leave');
  const endAll = el('button', { class: 'control leave-more', type: 'button', testid: 'leave-more', 'aria-label': 'Leave or end the meeting', title: 'Leave or end the meeting', onclick: () => actions.leaveMenu(endAll) }, icon('chevron'));

  const own = el('div', { class: 'controls-own', role: 'group', 'aria-label': 'You' }, mute.root, camera.root, share.root, hand.root);
  const root = el('footer', { class: 'control-bar' },
    el('div', { class: 'controls-left' }),
    el('div', { class: 'controls-middle' }, own, el('div', { class: 'leave-group' }, leave.root, endAll)),
    el('div', { class: 'controls-right', role: 'group', 'aria-label': 'Panels' }, people.root, chat.root));

  return {
    root,
    update(state, { panel, unread }) {
      const { local } = state;
      const me = selfOf(state);
      const silenced = Boolean(me?.muted);
      const audible = local.audio && !silenced;
      mute.root.hidden = camera.root.hidden = share.root.hidden = isViewer(state);
      mute.set({
        sign: audible ? 'mic' : 'mic-off',
        word: silenced ? 'Muted' : local.audio ? 'Mute' : 'Unmute',
        name: silenced ? 'You were muted by an operator' : local.audio ? 'Mute' : 'Unmute',
        pressed: !audible, off: !audible,
      });
      camera.set({ sign: local.video ? 'camera' : 'camera-off', name: local.video ? 'Camera off' : 'Camera on', word: 'Camera', pressed: !local.video, off: !local.video });
      const sharing = local.screen !== 'off';
      share.set({ sign: sharing ? 'screen-off' : 'screen', name: sharing ? 'Stop sharing' : 'Share the screen', word: sharing ? 'Stop' : 'Share', pressed: sharing, disabled: !canShare() || local.screen === 'starting' });
      if (!canShare()) share.root.hidden = true;
      hand.set({ sign: 'hand', name: local.hand ? 'Lower your hand' : 'Raise your hand', pressed: local.hand });
      leave.set({ sign: 'leave', name: 'Leave' });
      endAll.hidden = !canOperate(state);
      people.set({ sign: 'people', name: 'Who is here', pressed: panel === 'people' });
      chat.set({ sign: 'chat', name: 'Chat', pressed: panel === 'chat' });
      people.badge.hidden = false;
      setText(people.badge, String(Object.keys(state.participants).length));
      chat.badge.hidden = unread === 0;
      setText(chat.badge, unread > 9 ? '9+' : String(unread));
      setAttr(chat.badge, 'data-new', 'true');
    },
  };
}
