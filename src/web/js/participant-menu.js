// What an operator can do to somebody: from the list, and by a click on a tile of the picture.

import { confirmDialog, openMenu } from './dialog.js';
import { shownName } from './names.js';
import { openVolume } from './volume-dialog.js';

export function openParticipantMenu(anchor, participant, session) {
  const { id, name, muted, pinned, held } = participant;
  const change = (fields) => session.updateParticipant(id, fields);
  openMenu(anchor, [
    muted
      ? { label: 'Allow to speak', icon: 'mic', run: () => change({ muted: false }) }
      : { label: 'Mute for everybody', icon: 'mic-off', run: () => change({ muted: true }) },
    { label: 'Volume …', icon: 'volume', run: () => openVolume({ participant, session }) },
    held
      ? { label: 'Take off hold', icon: 'play', run: () => change({ held: false }) }
      : { label: 'Put on hold', icon: 'pause', run: () => change({ held: true }) },
    { label: 'Announcement for them …', icon: 'megaphone', run: () => session.openAnnouncements(id) },
    pinned
      ? { label: 'Unpin from the picture', icon: 'pin', run: () => change({ pinned: false }) }
      : { label: 'Pin in the picture', icon: 'pin', run: () => change({ pinned: true }) },
    {
      label: 'Remove from the room',
      icon: 'remove',
      danger: true,
      run: async () => {
        const sure = await confirmDialog({ title: 'Remove from the room?', text: `${shownName(name, 'This person')} will be disconnected, and stays out until you let them in again or the meeting ends.`, yes: 'Remove' });
        if (sure) session.kick(id);
      },
    },
  ], { label: `Actions for ${shownName(name, 'participant')}` });
}

/** Who was removed, the latest first: a click lets them in again. */
export function openReadmitMenu(anchor, kept, session) {
  const items = [...kept].reverse().map(({ id, name }) => ({
    label: `Let ${shownName(name, 'somebody without a name')} in again`,
    icon: 'people',
    run: () => session.readmit(id),
  }));
  openMenu(anchor, items, { label: 'Removed from the room' });
}
