// The room: puts the parts together and gives the buttons and keys their meaning.

import { openAnnouncements } from './announce-dialog.js';
import { createChat } from './chat.js';
import { createControlBar } from './control-bar.js';
import { confirmDialog, openMenu } from './dialog.js';
import { el, setAttr, setText } from './dom.js';
import { openHelp } from './help-dialog.js';
import { icon } from './icons.js';
import { createImmersion } from './immersion.js';
import { openLayoutPicker } from './layout-picker.js';
import { openLibrary } from './library-link.js';
import { shownName } from './names.js';
import { roomLink } from './params.js';
import { createMeters } from './meters.js';
import { createParticipants } from './participants.js';
import { openRecordDialog } from './record-dialog.js';
import { createRecordingNotice } from './recording-notice.js';
import { openSettings } from './settings-dialog.js';
import { actionOf } from './shortcuts.js';
import { createStage } from './stage.js';
import { activeRecording, canOperate, isViewer } from './state.js';
import { createStatsDrawer } from './stats-drawer.js';
import { createTopBar } from './top-bar.js';
import { createWakeLock } from './wake-lock.js';

export function createRoomView({ store, session, devices, toaster }) {
  // A phone that lies on its side has room for the picture only.
  let panel = matchMedia('(max-height: 460px)').matches ? null : 'people';
  let panelBefore = panel;
  const life = new AbortController();      // ends every listener on the document and the session
  let statsOpen = false;
  let seen = 0;            // chat lines that were on the screen
  let chatBefore = store.state.chat;

  const actions = {
    mute: () => session.setDevice('audio', !store.state.local.audio || Boolean(store.state.participants[store.state.self]?.muted)),
    camera: () => session.setDevice('video', !store.state.local.video),
    share: () => (store.state.local.screen === 'off' ? session.startShare() : session.stopShare()),
    hand: () => session.setHand(!store.state.local.hand),
    record: () => canOperate(store.state) && session.toggleRecording(),
    recordAs: () => openRecordDialog({ room: store.state.room, onstart: (wishes) => session.startRecording(wishes) }),
    pauseRecording: () => session.pauseRecording(),
    library: () => openLibrary({ room: store.state.room, token: session.token }),
    layout: nextLayout,
    chooseLayout: () => openLayoutPicker({ store, session, token: session.token }),
    people: () => openPanel('people'),
    chat: () => openPanel('chat'),
    stats: () => openStats(!statsOpen),
    fullscreen: () => immersion.toggle(),
    settings: () => openSettings({ devices, video: stage.video, viewer: isViewer(store.state) }),
    help: () => openHelp({ operator: canOperate(store.state) }),
    leave: () => session.leave(),
    leaveMenu,
    copyLink,
  };

  const topBar = createTopBar({ session, actions, signal: life.signal });
  const stage = createStage(session, life.signal);
  const notice = createRecordingNotice({ onleave: () => session.leave() });
  stage.root.append(notice.root);
  const controls = createControlBar({ actions });
  const participants = createParticipants(session);
  const meters = createMeters(session, { show: participants.setLevels, signal: life.signal });
  session.addEventListener('open-announcements', ({ detail: to }) => openAnnouncements({ store, session, to }), { signal: life.signal });
  const chat = createChat(session);
  const stats = createStatsDrawer({ onclose: () => openStats(false), toaster });
  const panelTitle = el('h2', {});
  const side = el('aside', { class: 'side', 'aria-labelledby': 'side-title' },
    el('header', { class: 'panel-head' }, panelTitle, el('button', { class: 'icon-button', type: 'button', 'aria-label': 'Close panel', onclick: () => openPanel(null) }, icon('close'))),
    participants.root, chat.root);
  panelTitle.id = 'side-title';
  const root = el('div', { class: 'room', 'data-testid': 'room-view' }, topBar.root, el('main', { class: 'room-main' }, stats.root, stage.root, side), controls.root);

  const wakeLock = createWakeLock();
  const immersion = createImmersion({
    root,
    signal: life.signal,
    video: stage.video,
    onchange(on) {
      if (on) panelBefore = panel;
      panel = on ? null : panelBefore;
      render(store.state);
    },
  });

  function openPanel(name) {
    panel = panel === name ? null : name;
    render(store.state);
    if (panel === 'chat') chat.focus();
  }

  function openStats(open) {
    statsOpen = open;
    stats.root.hidden = !open;
    topBar.setStatsOpen(open);
  }

  function nextLayout() {
    const { layouts, layout } = store.state;
    if (!canOperate(store.state) || layouts.length < 2) return;
    const next = layouts[(layouts.findIndex((item) => item.name === layout?.name) + 1) % layouts.length];
    session.setLayout(next.name);
    toaster.show({ text: `Layout: ${next.title || next.name}` });
  }

  async function copyLink() {
    const link = roomLink(document.baseURI, store.state.room);
    try {
      await navigator.clipboard.writeText(link);
      toaster.show({ kind: 'success', text: 'Link copied.' });
    } catch {
      toaster.show({ text: `The link to this room: ${link}` });
    }
  }

  function leaveMenu(anchor) {
    openMenu(anchor, [
      { label: 'Leave', icon: 'leave', run: actions.leave },
      {
        label: 'End the meeting for everybody',
        icon: 'close',
        danger: true,
        run: async () => {
          if (await confirmDialog({ title: 'End the meeting?', text: 'Everybody is disconnected, and a recording is finished.', yes: 'End the meeting' })) session.closeRoom();
        },
      },
    ], { label: 'Leave' });
  }

  function render(state) {
    if (state.phase !== 'room') return;
    if (panel === 'chat') seen = state.chat.length;
    seen = Math.min(seen, state.chat.length);
    if (state.chat !== chatBefore) {
      chatBefore = state.chat;
      const line = state.chat.at(-1);
      if (line && panel !== 'chat') toaster.announce(`${shownName(line.name, 'Guest')}: ${line.text}`);
    }
    side.hidden = panel === null;
    participants.root.hidden = panel !== 'people';
    chat.root.hidden = panel !== 'chat';
    setText(panelTitle, panel === 'chat' ? 'Chat' : `People · ${Object.keys(state.participants).length}`);
    setAttr(root, 'data-panel', panel);
    topBar.update(state);
    stage.update(state);
    notice.update(activeRecording(state), session.ownRecordings);
    controls.update(state, { panel, unread: state.chat.length - seen });
    participants.update(state);
    meters.watch(panel === 'people');
    meters.update(state);
    chat.update(state);
  }

  function onKey(event) {
    if (document.querySelector('dialog[open], .menu')) return;
    const action = actionOf(event);
    if (!action || (isViewer(store.state) && ['mute', 'camera', 'share'].includes(action))) return;
    event.preventDefault();
    actions[action]();
  }

  const timer = setInterval(topBar.tick, 250);
  document.addEventListener('keydown', onKey, { signal: life.signal });
  const unsubscribe = store.subscribe(render);

  return {
    root,
    get statsOpen() {
      return statsOpen;
    },
    showStats(summary, screen, quality) {
      topBar.setQuality(quality);
      stats.push(summary, screen);
    },
    close() {
      clearInterval(timer);
      wakeLock.release();
      immersion.close();
      life.abort();
      unsubscribe();
    },
  };
}
