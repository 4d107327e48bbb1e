import { success } from '#protocol/core/result.ts';
import { rorgs } from './constants.ts';
import type { Profile } from './profile.ts';
import { decodeTeachIn, encodeTeachIn, notLearnBit } from './teachIn.ts';

const closedBit = 0x01;

/** EEP D5-00-01: doors and windows. */
export const contact: Profile = {
  title: 'Contacts and Switches: Single Input Contact',
  rorg: rorgs.oneByte,
  payloadLength: 1,
  decode(content) {
    const state = content.payload[0] ?? 0;
    return success(decodeTeachIn(content) ?? { event: 'contact', open: (state & closedBit) === 0 });
  },
  encode(event) {
    if (event.event === 'teach-in') return encodeTeachIn(rorgs.oneByte, event);
    if (event.event !== 'contact') return undefined;
    const state = notLearnBit | (event.open ? 0 : closedBit);
    return { rorg: rorgs.oneByte, payload: Uint8Array.from([state]), status: 0 };
  },
};
