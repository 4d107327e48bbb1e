import { type Clock, hourMs } from '#protocol/core/time.ts';
import { readPdu, type Report } from './pdus.ts';

/** Long messages whose other parts are waited for at one time, and how long; then their parts are given up. */
export const incompleteLimit = 8;
export const incompleteAtMostMs = 24 * hourMs;

/** A message as the modem holds it; without an index it came straight and is in no store. */
export interface Stored {
  index?: number;
  pdu: string;
}

export interface Taken {
  whole: { from: string; text: string }[];
  reports: Report[];
  /** Indexes to be deleted. */
  finished: number[];
  unreadable: number;
  /** Long messages given up because parts of them did not come. */
  incomplete: number;
}

interface Part extends Stored {
  from: string;
  text: string;
  number: number;
  total: number;
}

interface LongMessage {
  sinceMs: number;
  /** By their number; one that comes twice counts once. */
  parts: Map<number, Part>;
}

const straight = 'straight';

/** `listed`: this is all that the store holds. */
export type Inbox = { take(stored: readonly Stored[], listed: boolean): Taken };

/**
 * Makes messages of what the modem's store holds. Parts of a long one stay in the store until all are there, so that a
 * restart of the hub loses none; what fits nothing is given up, so that the store does not fill.
 */
export function createInbox(clock: Clock): Inbox {
  /** What was told and may still be in the store: it is not told again when it could not be deleted. */
  let told = new Set<string>();
  const long = new Map<string, LongMessage>();

  function takeOne(stored: Stored, taken: Taken): void {
    const read = readPdu(stored.pdu);
    if (read.type === 'part') {
      keepPart(`${read.from} ${read.reference} ${read.total}`, { ...stored, ...read });
      return;
    }
    finish([stored], taken);
    if (read.type === 'message') tellOnce(nameOf(stored), read, taken);
    else if (read.type === 'report') taken.reports.push(read);
    else taken.unreadable += 1;
  }

  function keepPart(key: string, part: Part): void {
    const message = long.get(key) ?? { sinceMs: clock.monotonicMs(), parts: new Map<number, Part>() };
    message.parts.set(part.number, part);
    long.set(key, message);
  }

  function joinWhole(taken: Taken): void {
    for (const [key, { parts }] of long) {
      const [first] = parts.values();
      if (first === undefined || parts.size < first.total) continue;
      const inOrder = [...parts.values()].toSorted((one, other) => one.number - other.number);
      const whole = { from: first.from, text: inOrder.map(({ text }) => text).join('') };
      tellOnce(inOrder.map(nameOf).join(' '), whole, taken);
      long.delete(key);
      finish(inOrder, taken);
    }
  }

  function giveUp(taken: Taken): void {
    const oldestMs = clock.monotonicMs() - incompleteAtMostMs;
    for (const [key, { sinceMs, parts }] of long) {
      if (sinceMs > oldestMs && long.size <= incompleteLimit) continue;
      long.delete(key);
      finish([...parts.values()], taken);
      taken.incomplete += 1;
    }
  }

  function finish(stored: readonly Stored[], taken: Taken): void {
    for (const { index } of stored) if (index !== undefined) taken.finished.push(index);
  }

  function tellOnce(name: string, message: { from: string; text: string }, taken: Taken): void {
    if (told.has(name)) return;
    if (!name.includes(straight)) told.add(name);
    taken.whole.push({ from: message.from, text: message.text });
  }

  return {
    take(stored, listed) {
      const taken: Taken = { whole: [], reports: [], finished: [], unreadable: 0, incomplete: 0 };
      if (listed) {
        const inStore = stored.map(nameOf);
        told = new Set([...told].filter((name) => inStore.some((one) => name.includes(one))));
      }
      for (const one of stored) takeOne(one, taken);
      joinWhole(taken);
      giveUp(taken);
      return taken;
    },
  };
}

function nameOf({ index, pdu }: Stored): string {
  return `${index ?? straight}:${pdu}`;
}
