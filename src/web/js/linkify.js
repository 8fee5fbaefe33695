// Chat text → parts, so that addresses become links without ever treating text as markup. Pure.

const ADDRESS = /\bhttps?:\/\/[^\s<>"'`\p{Bidi_Control}]+/gu;

/** "see https://a.b/c." → [{text: "see "}, {text: "https://a.b/c", href: "https://a.b/c"}, {text: "."}] */
export function linkify(text) {
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = match[0].replace(/[.,;:!?)\]}]+$/, '');
    if (match.index > from) parts.push({ text: text.slice(from, match.index) });
    parts.push({ text: address, href: address });
    from = match.index + address.length;
  }
  if (from < text.length) parts.push({ text: text.slice(from) });
  return parts;
}
