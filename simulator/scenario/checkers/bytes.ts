import { eventsOf, type Trace } from './checker.ts';

/** Of a radio device's id, in hexadecimal digits. */
const idLength = 8;

/**
 * Whether the bytes that somebody put on the wire name none of the home's devices: then no telegram of theirs can be among
 * them, in one piece or in several.
 */
export function holdsNothingOf(trace: Trace): boolean {
  const bytes = eventsOf(trace, 'action')
    .map(({ action }) => (action.word === 'bytes' ? action.hex : ''))
    .join('')
    .replaceAll(/\s/gu, '')
    .toLowerCase();
  return (
    bytes === '' || trace.hub.accessories.every(({ id }) => id.length < idLength || !bytes.includes(id.toLowerCase()))
  );
}
