/**
 * Turns chunks of bytes, however cut, into frames and what was none. Every byte comes out once, in order: within a frame,
 * or discarded with a reason; behind a bad frame the search goes on inside it. Protocols say only what stands where.
 */
export interface Framer<Reason extends string> {
  /** Takes the next bytes from the wire and tells what is complete now. */
  push(bytes: Uint8Array): FramerItem<Reason>[];
  /**
   * Gives up waiting: what is held is told as discarded, save for whole frames found inside a falsely claimed longer one.
   * The owner calls it when `waiting()` and nothing more has come for as long as the protocol allows.
   */
  idle(): FramerItem<Reason>[];
  /** Whether the beginning of a frame is held. */
  waiting(): boolean;
}

export type FramerItem<Reason extends string> =
  | { kind: 'frame'; bytes: Uint8Array }
  | { kind: 'discarded'; reason: Reason | CommonReason; bytes: Uint8Array };

export type CommonReason =
  /** Bytes between frames. */
  | 'no-start'
  /** The rest of the frame did not come in time. */
  | 'half-frame';

/** What stands at one place of a buffer. */
export type Verdict<Reason extends string> =
  | { kind: 'frame'; length: number }
  /** So far it could be a frame. Must be decided after a bounded number of bytes: that bounds what a framer holds. */
  | { kind: 'incomplete' }
  /** `extent`: how many bytes had been claimed for the frame that was none. */
  | { kind: 'bad'; reason: Reason; extent: number };

export interface Framing<Reason extends string> {
  /** The byte or bytes that a frame may begin with. */
  starts: readonly number[];
  /** Asked only where one of `starts` stands. More bytes behind must not change what was decided without them. */
  judge(bytes: Uint8Array, at: number): Verdict<Reason>;
}

export function createFramer<Reason extends string>({ starts, judge }: Framing<Reason>): Framer<Reason> {
  let held: Uint8Array = new Uint8Array(0);
  /** Bytes that a bad frame had claimed and that are still to come out are discarded for its reason. */
  let blame: { reason: Reason | CommonReason; remaining: number } = { reason: 'no-start', remaining: 0 };

  function verdictAt(bytes: Uint8Array, at: number): Verdict<Reason | CommonReason> {
    return starts.includes(bytes[at] ?? 0) ? judge(bytes, at) : { kind: 'bad', reason: 'no-start', extent: 0 };
  }

  function scan(bytes: Uint8Array, ended: boolean): FramerItem<Reason>[] {
    const found = createItems<Reason>(bytes);
    const nextStart = createStartFinder(bytes, starts);
    let at = 0;
    while (at < bytes.length) {
      const verdict = verdictAt(bytes, at);
      if (verdict.kind === 'incomplete' && !ended) break;
      if (verdict.kind === 'frame') {
        found.frame(at, at + verdict.length);
        blame = { reason: 'no-start', remaining: 0 };
        at += verdict.length;
        continue;
      }
      if (verdict.kind === 'incomplete') blame = { reason: 'half-frame', remaining: bytes.length - at };
      else if (verdict.extent > blame.remaining) blame = { reason: verdict.reason, remaining: verdict.extent };
      const next = nextStart(at + 1);
      const blamed = Math.min(next - at, blame.remaining);
      found.discarded(blame.reason, at, at + blamed);
      found.discarded('no-start', at + blamed, next);
      blame.remaining -= blamed;
      at = next;
    }
    held = bytes.subarray(at);
    return found.items();
  }

  return {
    push: (bytes) => scan(joined(held, bytes), false),
    idle: () => scan(held, true),
    waiting: () => held.length > 0,
  };
}

/**
 * Finds the next byte of a buffer that a frame may begin with; asked from places that only rise. Where a start was found,
 * or that there is none, is remembered: looked for again from each place, one start would cost the square of the buffer.
 */
function createStartFinder(bytes: Uint8Array, starts: readonly number[]): (from: number) => number {
  const next = starts.map((start) => ({ start, at: -1 }));
  return (from) => {
    let nearest = bytes.length;
    for (const one of next) {
      if (one.at < from) {
        const at = bytes.indexOf(one.start, from);
        one.at = at === -1 ? bytes.length : at;
      }
      nearest = Math.min(nearest, one.at);
    }
    return nearest;
  };
}

/** Collects what is found in a buffer. Neighbouring bytes discarded for one reason become one item. */
function createItems<Reason extends string>(buffer: Uint8Array) {
  const items: FramerItem<Reason>[] = [];
  let run: { reason: Reason | CommonReason; start: number; end: number } = { reason: 'no-start', start: 0, end: 0 };

  function endRun(): void {
    const { reason, start, end } = run;
    if (end > start) items.push({ kind: 'discarded', reason, bytes: buffer.subarray(start, end) });
    run = { reason: 'no-start', start: 0, end: 0 };
  }

  return {
    frame(start: number, end: number): void {
      endRun();
      items.push({ kind: 'frame', bytes: buffer.subarray(start, end) });
    },
    discarded(reason: Reason | CommonReason, start: number, end: number): void {
      if (end === start) return;
      if (reason !== run.reason || start !== run.end) {
        endRun();
        run = { reason, start, end };
      } else {
        run.end = end;
      }
    },
    items(): FramerItem<Reason>[] {
      endRun();
      return items;
    },
  };
}

/** A copy: what came in belongs to the line, which may use its buffer again. */
function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
