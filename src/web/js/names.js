// Names that strangers chose, as the page shows them. Pure.

/** Marks that turn the text around them: with one in it "gnp.exe" reads "exe.png". */
const TURNING = /\p{Bidi_Control}/gu;

/** The name without such marks; `otherwise` when nothing is left. What shows it also isolates it: <bdi>. */
export function shownName(name, otherwise = '') {
  return String(name ?? '').replace(TURNING, '').trim() || otherwise;
}
