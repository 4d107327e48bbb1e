import { createHash } from 'node:crypto';
import type { LogFields } from '#protocol/core/log.ts';
import type { WorldEvent } from './world.ts';

/** An event before it has its place and time. */
export type NewEvent = WorldEvent extends infer Event
  ? Event extends WorldEvent
    ? Omit<Event, 'sequence' | 'atMs'>
    : never
  : never;

/** Notes what happens, and folds it into one hash with every byte on every line. */
export interface Recorder {
  note(event: NewEvent): void;
  /** Bytes went over a line or the network. */
  bytes(line: string, direction: 'in' | 'out', bytes: Uint8Array): void;
  events(): readonly WorldEvent[];
  hash(): string;
  /** From now on it counts: this is time 0. Bytes from before are in the hash, events are not. */
  begin(): void;
}

/** Characters that are folded into the hash at once. */
const foldAtLength = 65_536;

/** `nowMs` is time since time 0, negative before it; `onSomething` is called behind whatever happens. */
export function createRecorder(nowMs: () => number, onSomething: () => void = () => {}): Recorder {
  const events: WorldEvent[] = [];
  const hash = createHash('sha256');
  let begun = false;
  // Many small updates take far longer than a large one.
  let text = '';

  function fold(part: string): void {
    text += part;
    if (text.length < foldAtLength) return;
    hash.update(text);
    text = '';
  }

  return {
    note(event) {
      if (!begun) {
        onSomething();
        return;
      }
      const noted: WorldEvent = { sequence: events.length + 1, atMs: nowMs(), ...event };
      events.push(noted);
      fold(`${JSON.stringify(noted)}\n`);
      onSomething();
    },
    bytes(line, direction, bytes) {
      // A character a byte.
      fold(`${nowMs()} ${line} ${direction} ${Buffer.from(bytes).toString('latin1')}\n`);
      onSomething();
    },
    events: () => events,
    hash: () => hash.copy().update(text).digest('hex'),
    begin() {
      begun = true;
    },
  };
}

/** The fields of a log line as plain data, without the places on this disk, which differ from run to run. */
export function plainFields(fields: LogFields, folder: string): LogFields {
  const text = JSON.stringify(fields, (_key, value: unknown) => (value instanceof Error ? value.message : value));
  const plain: unknown = JSON.parse(text.replaceAll(folder, ''));
  return typeof plain === 'object' && plain !== null ? { ...plain } : {};
}
