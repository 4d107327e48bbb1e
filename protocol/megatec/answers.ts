import { readIdentity, readRatings, type Identity, type Ratings } from './ratings.ts';
import { readStatus, type Status } from './status.ts';

/** What a supply says, by what it is. */
export type SupplyAnswer =
  | { type: 'status'; status: Status }
  | { type: 'ratings'; ratings: Ratings }
  | { type: 'identity'; identity: Identity }
  /** The protocol has no word for it: a supply does what it is told and is silent. Some models say ACK. */
  | { type: 'accepted' }
  /** It cannot do that: NAK, or N. The protocol's own way is to say the command back. */
  | { type: 'refused' }
  /** None of these: an echo, or noise that happens to be text. */
  | { type: 'other'; text: string };

const accepting: readonly string[] = ['ACK', '(ACK'];
const refusing: readonly string[] = ['NAK', '(NAK', 'N'];

/** Reads a line of a supply. */
export function readAnswer(text: string): SupplyAnswer {
  if (accepting.includes(text)) return { type: 'accepted' };
  if (refusing.includes(text)) return { type: 'refused' };
  if (text.startsWith('(')) {
    const status = readStatus(text);
    if (status.ok) return { type: 'status', status: status.value };
  }
  const ratings = readRatings(text);
  if (ratings.ok) return { type: 'ratings', ratings: ratings.value };
  const identity = readIdentity(text);
  return identity.ok ? { type: 'identity', identity: identity.value } : { type: 'other', text };
}
