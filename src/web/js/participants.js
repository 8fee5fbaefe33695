// Who is here: who talks, who is muted, whose camera is off, who has a hand up, who shares a screen.

import { el, reconcile, setAttr, setText } from './dom.js';
import { icon, setIcon } from './icons.js';
import { meterOf } from './meters.js';
import { shownName } from './names.js';
import { openParticipantMenu, openReadmitMenu } from './participant-menu.js';
import { canOperate, initialsOf, isTalking, rosterOf } from './state.js';

// A steady colour for a name, from a small set that reads well in both themes.
const hueOf = (text) => [...text].reduce((sum, c) => (sum * 31 + c.codePointAt(0)) % 8, 7);

export function createParticipants(session) {
  const people = el('ul', { class: 'roster', testid: 'participants', 'aria-label': 'Participants' });
  const watching = el('ul', { class: 'roster', 'aria-label': 'Watching' });
  const watchingTitle = el('h3', { class: 'roster-title' });
  const empty = el('p', { class: 'hint' }, 'Nobody else is here yet. Copy the link above and send it to somebody.');
  const muteAll = el('button', { class: 'button small', type: 'button', testid: 'mute-all', onclick: () => session.muteAll(true) }, icon('mic-off'), 'Mute all');
  const unmuteAll = el('button', { class: 'button small', type: 'button', testid: 'unmute-all', onclick: () => session.muteAll(false) }, 'Let all speak');
  const announce = el('button', { class: 'button small', type: 'button', testid: 'announce-open', 'aria-haspopup': 'dialog', onclick: () => session.openAnnouncements() }, icon('megaphone'), 'Announce …');
  const out = el('button', { class: 'button small', type: 'button', testid: 'kept-out', 'aria-haspopup': 'menu', onclick: () => openReadmitMenu(out, kept, session) });
  let kept = [];
  const tools = el('div', { class: 'roster-tools', role: 'group', 'aria-label': 'Everybody' }, muteAll, unmuteAll, announce, out);
  const root = el('div', { class: 'panel-scroll' }, tools, people, empty, watchingTitle, watching);
  const rows = new Map();
  const watchRows = new Map();

  function createRow() {
    let current = null;
    const avatar = el('span', { class: 'avatar', 'aria-hidden': 'true' });
    const name = el('bdi', { class: 'name' });
    const you = el('span', { class: 'roster-you', hidden: true }, ' (you)');
    const note = el('span', { class: 'roster-note' });
    const meter = el('span', { class: 'meter', 'aria-hidden': 'true' });
    const mic = icon('mic');
    const camera = icon('camera');
    const hand = el('span', { class: 'badge-hand', title: 'Hand raised' }, icon('hand'));
    const screen = el('span', { class: 'badge-screen', title: 'Shares a screen' }, icon('screen'));
    const spoken = el('span', { class: 'visually-hidden' });
    const menu = el('button', { class: 'icon-button small', type: 'button', onclick: () => openParticipantMenu(menu, current, session) }, icon('more'));
    const row = el('li', { class: 'roster-row' }, avatar, el('span', { class: 'roster-who' }, el('span', { class: 'roster-name' }, name, you), note, meter),
      el('span', { class: 'roster-signs', 'aria-hidden': 'true' }, hand, screen, camera, mic), spoken, menu);
    return {
      root: row,
      setLevel: (db) => meter.style.setProperty('--level', meterOf(db).toFixed(3)),
      update({ participant, state }) {
        current = participant;
        const { id } = participant;
        const me = id === state.self;
        const watches = participant.kind === 'viewer' || participant.role === 'viewer';
        const silent = participant.muted || !participant.audio;
        const talking = !silent && isTalking(state, id);
        const shown = shownName(participant.name, 'Guest');
        setText(name, shown);
        setAttr(name, 'title', shown);
        you.hidden = !me;
        setText(note, noteOf(participant));
        setText(avatar, initialsOf(shown));
        setAttr(avatar, 'data-hue', hueOf(shown));
        setAttr(row, 'data-talking', talking ? 'true' : null);
        setAttr(row, 'data-participant', id);
        setAttr(row, 'data-state', participant.state);
        setIcon(mic, silent ? 'mic-off' : 'mic');
        setIcon(camera, participant.video ? 'camera' : 'camera-off');
        setAttr(mic, 'data-off', silent ? 'true' : null);
        setAttr(camera, 'data-off', participant.video ? null : 'true');
        setAttr(row, 'data-held', participant.held ? 'true' : null);
        setAttr(meter, 'hidden', watches || silent || participant.held ? '' : null);
        for (const sign of [mic, camera]) setAttr(sign, 'hidden', watches ? '' : null);
        hand.hidden = !participant.hand;
        screen.hidden = !participant.screen;
        setText(spoken, watches ? '' : describe(participant, silent, talking));
        // Ours keeps its place, so that the signs of all rows line up.
        menu.hidden = !canOperate(state);
        menu.disabled = me;
        setAttr(menu, 'aria-label', `Actions for ${shown}`);
      },
    };
  }

  function update(state) {
    const roster = rosterOf(state);
    const items = (list) => list.map((participant) => ({ participant, state }));
    reconcile(people, rows, items(roster.people), (item) => item.participant.id, createRow);
    reconcile(watching, watchRows, items(roster.watching), (item) => item.participant.id, createRow);
    setText(watchingTitle, `Watching · ${roster.watching.length}`);
    watchingTitle.hidden = watching.hidden = roster.watching.length === 0;
    const operator = canOperate(state);
    tools.hidden = !operator;
    kept = state.keptOut;
    out.hidden = kept.length === 0;
    setText(out, `Removed · ${kept.length}`);
    const others = roster.people.filter((p) => p.id !== state.self);
    muteAll.disabled = others.every((p) => p.muted);
    unmuteAll.disabled = !roster.people.some((p) => p.muted);
    empty.hidden = roster.people.length + roster.watching.length > 1;
  }

  function setLevels(levels) {
    for (const [id, row] of rows) row.setLevel(levels[id]);
  }

  return { root, update, setLevels };
}

function noteOf({ state, role, kind, muted, held }) {
  if (state === 'detached') return 'Reconnecting …';
  if (state === 'connecting') return 'Connecting …';
  if (held) return 'On hold';
  if (muted) return 'Muted by an operator';
  if (kind === 'publisher') return 'Publishes a stream';
  return role === 'operator' || role === 'admin' ? 'Operator' : '';
}

function describe({ video, hand, screen }, silent, talking) {
  const parts = [silent ? 'muted' : talking ? 'talking' : 'microphone on', video ? 'camera on' : 'camera off'];
  if (hand) parts.push('hand raised');
  if (screen) parts.push('shares a screen');
  return parts.join(', ');
}
