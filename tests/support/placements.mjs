// Where the room says that its tiles are.

/** {x, y, w, h} of a participant's tile in a layout ({placements: [{participant, kind, x, y, w, h}]}). */
export function tile_of(layout, participant, kind) {
  const found = layout.placements.find((p) => p.participant === participant && (!kind || p.kind === kind));
  if (!found) throw new Error(`no tile of ${participant} in ${JSON.stringify(layout)}`);
  const { x, y, w, h } = found;
  return { x, y, w, h };
}

/** Ids of participants by name. */
export const ids_by_name = (room) => Object.fromEntries(room.participants.map((p) => [p.name, p.id]));
