import { el, setAttr } from './dom.js';
import { icon, setIcon } from './icons.js';
import { currentTheme, nextTheme, setTheme } from './theme.js';

const SHOWN = { auto: ['auto', 'Theme: as the system'], light: ['sun', 'Theme: light'], dark: ['moon', 'Theme: dark'] };

export function createThemeButton() {
  const svg = icon('auto');
  const label = el('span', { class: 'tool-label' }, 'Theme');
  const button = el('button', { class: 'icon-button tool', type: 'button', 'data-testid': 'theme', onclick: flip }, svg, label);
  function show() {
    const [sign, text] = SHOWN[currentTheme()];
    setIcon(svg, sign);
    setAttr(button, 'aria-label', text);
    setAttr(button, 'title', text);
  }
  function flip() {
    setTheme(nextTheme(currentTheme()));
    show();
  }
  show();
  return button;
}
