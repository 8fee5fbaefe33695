// Chat: lines in the order in which the server sent them (ours come back from it too).

import { el, setAttr, setText } from './dom.js';
import { icon } from './icons.js';
import { linkify } from './linkify.js';
import { shownName } from './names.js';
import { fateOfChat, keepsChat } from './recording-state.js';
import { activeRecording } from './state.js';

const time = (at) => new Date(at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });

export function createChat(session) {
  const log = el('ol', { class: 'chat-log panel-scroll', testid: 'chat-log', role: 'log', 'aria-label': 'Messages', tabindex: '0' });
  const empty = el('p', { class: 'hint' }, 'No messages yet. What is written here is seen by everybody in the room.');
  const input = el('textarea', { testid: 'chat-input', rows: '1', placeholder: 'Message to everybody', 'aria-label': 'Message to everybody' });
  const button = el('button', { class: 'icon-button accent', type: 'submit', testid: 'chat-send', 'aria-label': 'Send' }, icon('send'));
  const form = el('form', { class: 'chat-form', onsubmit: submit }, input, button);
  const fate = el('p', { class: 'chat-fate', testid: 'chat-fate', role: 'status' });
  const root = el('div', { class: 'chat' }, empty, log, fate, form);
  let shown = [];

  input.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) submit(event);
  });
  input.addEventListener('input', grow);

  function grow() {
    input.style.height = 'auto';
    input.style.height = `${Math.min(input.scrollHeight + 2, 120)}px`;
  }

  async function submit(event) {
    event.preventDefault();
    const text = input.value.trim();
    if (!text) return;
    input.value = '';
    grow();
    // What could not be sent is not lost.
    if (!(await session.sendChat(text)) && input.value === '') {
      input.value = text;
      grow();
    }
  }

  function line(message, previous, self) {
    const own = message.from === self;
    const follows = previous && previous.from === message.from && message.at - previous.at < 120_000;
    const body = linkify(message.text).map((part) =>
      part.href ? el('a', { href: part.href, target: '_blank', rel: 'noopener noreferrer' }, part.text) : part.text);
    return el('li', { class: `chat-line${own ? ' own' : ''}${follows ? ' follows' : ''}` },
      el('span', { class: 'chat-meta' }, el('b', {}, own ? 'You' : el('bdi', {}, shownName(message.name, 'Guest'))), ' ', el('time', {}, time(message.at))),
      el('p', {}, body));
  }

  function update(state) {
    const recording = activeRecording(state);
    setText(fate, fateOfChat(recording));
    setAttr(fate, 'data-kept', keepsChat(recording));
    empty.hidden = state.chat.length > 0;
    log.hidden = state.chat.length === 0;
    if (state.chat === shown) return;
    const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
    const known = new Set(shown);
    const extends_ = shown.length > 0 && state.chat[0] === shown[0];
    if (!extends_) log.replaceChildren();
    state.chat.forEach((message, i) => {
      if (!extends_ || !known.has(message)) log.append(line(message, state.chat[i - 1], state.self));
    });
    shown = state.chat;
    if (atEnd || shown.at(-1)?.from === state.self) log.scrollTop = log.scrollHeight;
  }

  return { root, update, focus: () => input.focus() };
}
