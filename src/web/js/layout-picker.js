// The layouts to choose from, each as a picture that the server draws for as many people as are here.

import { openDialog } from './dialog.js';
import { el, setAttr } from './dom.js';
import { isWatching } from './state.js';

const PREVIEW = { width: 320, height: 180 };

/** The address of a layout's preview. `changed`: anything that differs when the layouts have changed. */
export function previewUrl(name, { participants, screen, changed, base }) {
  const query = new URLSearchParams({ participants: String(participants), screen: screen ? '1' : '0', size: `${PREVIEW.width}x${PREVIEW.height}` });
  if (changed) query.set('changed', String(changed));
  return new URL(`api/v1/layouts/${encodeURIComponent(name)}/preview.png?${query}`, base).href;
}

/** Shows a preview that only bearers of the token get: it goes into a header, and never into an address. */
async function showPreview(image, url, token) {
  if (!token) {
    image.src = url;
    return;
  }
  const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } }).catch(() => null);
  if (!answer?.ok) return;
  const address = URL.createObjectURL(await answer.blob());
  const forget = () => URL.revokeObjectURL(address);
  image.addEventListener('load', forget, { once: true });
  image.addEventListener('error', forget, { once: true });
  image.src = address;
}

/** What the previews shall show: the crowd that is here. Pure. */
export function crowdOf(state) {
  const people = Object.values(state.participants).filter((p) => !isWatching(p));
  return { participants: Math.min(49, Math.max(1, people.length)), screen: people.some((p) => p.screen) };
}

/** The choices, "automatic" first: [{name, title, note, preview, chosen}]. Pure. */
export function choicesOf(state) {
  const { layout, layouts } = state;
  const titleOf = (name) => layouts.find((item) => item.name === name)?.title || name;
  const automatic = layout?.choice !== 'operator';
  const standard = layout?.default ?? layout?.name ?? '';
  return [
    { name: null, title: 'Automatic', note: `${titleOf(standard)}, or what its rules say`, preview: standard, chosen: automatic },
    ...layouts.map(({ name, title }) => ({ name, title: title || name, note: '', preview: name, chosen: !automatic && layout?.name === name })),
  ];
}

export function openLayoutPicker({ store, session, token = '' }) {
  const list = el('div', { class: 'layout-cards', role: 'radiogroup', 'aria-label': 'Layout' });
  const { close } = openDialog({ title: 'Layout', content: list, testid: 'layout-dialog', onclose: () => unsubscribe() });
  let shown = '';

  function render(state) {
    const choices = choicesOf(state), crowd = crowdOf(state);
    const now = JSON.stringify([choices, crowd, state.layoutsChanged]);
    if (now === shown) return;
    shown = now;
    const focused = document.activeElement?.dataset?.layout;
    list.replaceChildren(...choices.map((choice) => cardOf(choice, { ...crowd, changed: state.layoutsChanged, base: document.baseURI })));
    list.querySelector(focused === undefined ? '[aria-checked="true"]' : `[data-layout="${CSS.escape(focused)}"]`)?.focus();
  }

  function cardOf(choice, crowd) {
    const image = el('img', { alt: '', loading: 'lazy', ...PREVIEW });
    showPreview(image, previewUrl(choice.preview, crowd), token);
    const card = el('button', {
      class: 'layout-card', type: 'button', role: 'radio', 'aria-checked': String(choice.chosen), 'data-layout': choice.name ?? '', 'data-testid': 'layout-card',
      onclick: () => { session.setLayout(choice.name); close(); },
    },
      image,
      el('span', { class: 'layout-title' }, choice.title),
      choice.note && el('span', { class: 'layout-note' }, choice.note));
    setAttr(card, 'tabindex', choice.chosen ? '0' : '-1');
    return card;
  }

  // Arrow keys move between the cards, as in any group of radio buttons; Enter or Space chooses.
  list.addEventListener('keydown', (event) => {
    const cards = [...list.children];
    const at = cards.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: cards.length - 1 }[event.key];
    if (to === undefined) return;
    cards[(to + cards.length) % cards.length].focus();
    event.preventDefault();
  });

  const unsubscribe = store.subscribe(render);
  render(store.state);
}
