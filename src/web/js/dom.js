// The little that is needed instead of a framework.

/**
 * el('button', {class: 'x', onclick: f, 'aria-label': 'y', testid: 'mute'}, child, …). `testid` sets both id and
 * data-testid: the names that tests and support rely on. null, undefined and false attributes are left out.
 */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (key === 'testid') {
      node.id = value;
      node.dataset.testid = value;
    } else if (key.startsWith('on')) {
      node.addEventListener(key.slice(2), value);
    } else if (key === 'class') {
      node.className = value;
    } else if (key in node && typeof value !== 'string') {
      node[key] = value;
    } else {
      node.setAttribute(key, value === true ? '' : value);
    }
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Sets or removes an attribute, touching the document only when it changes (screen readers notice each touch). */
export function setAttr(node, name, value) {
  if (value === null || value === undefined || value === false) {
    if (node.hasAttribute(name)) node.removeAttribute(name);
  } else {
    const text = value === true ? '' : String(value);
    if (node.getAttribute(name) !== text) node.setAttribute(name, text);
  }
}

/**
 * Makes the children of `parent` those of `items`, in that order, keeping the nodes (and focus) of keys that stay.
 * `create(item)` returns {root, update(item)}.
 */
export function reconcile(parent, rows, items, keyOf, create) {
  const keys = new Set(items.map(keyOf));
  for (const [key, row] of rows) {
    if (keys.has(key)) continue;
    row.root.remove();
    rows.delete(key);
  }
  let at = parent.firstElementChild;
  for (const item of items) {
    const key = keyOf(item);
    let row = rows.get(key);
    if (!row) rows.set(key, (row = create(item)));
    row.update(item);
    if (row.root === at) at = at.nextElementSibling;
    else parent.insertBefore(row.root, at);
  }
}

/** Fills a select, keeping what is chosen. Does nothing when the options are the same: an open list must not close. */
export function setOptions(select, options, value) {
  const same = select.options.length === options.length
    && options.every((option, i) => select.options[i].value === option.id && select.options[i].text === option.label);
  if (!same) select.replaceChildren(...options.map(({ id, label }) => el('option', { value: id }, label)));
  if (value !== undefined && select.value !== value) select.value = value;
}
