import type { Cancel, Random } from '#protocol/core/time.ts';
import type { BehaviourPorts, CreateBehaviour, Outgoing } from './behaviour.ts';

/** The ways in which any device can be told to misbehave, by the names people use. */
export const faults = {
  silent,
  'late-answers': lateAnswers,
  'duplicate-answers': duplicateAnswers,
  'wrong-checksums': wrongChecksums,
  'partial-writes': partialWrites,
  babbling,
  'reboot-in-command': rebootInCommand,
} as const satisfies Record<string, CreateBehaviour>;

export type FaultName = keyof typeof faults;

/** Longer than a host waits: ESP3 gives a module 500 ms, most others are given a second or two. */
const lateMs = 3_000;
/** The longest gap between two parts of a torn write. Under ESP3's 100 ms, so that the parts still belong together. */
const gapLimitMs = 40;
const babbleEveryLimitMs = 200;
const babbleBytesLimit = 20;

/** The device hears everything and says nothing any more. */
function silent() {
  return { sending: () => true };
}

/** Answers come when the host has given up waiting for them; what is said unasked comes in time. */
function lateAnswers({ putOff, write }: BehaviourPorts) {
  return {
    sending: ({ kind, bytes }: Outgoing) => kind === 'answer' && putOff(lateMs, () => write(bytes)),
  };
}

/** Every answer comes twice. */
function duplicateAnswers({ write }: BehaviourPorts) {
  return {
    sending({ kind, bytes }: Outgoing) {
      if (kind !== 'answer') return false;
      write(bytes);
      write(bytes);
      return true;
    },
  };
}

/** Every second frame, by chance, has a wrong last byte, where most protocols have their checksum. */
function wrongChecksums({ random, write }: BehaviourPorts) {
  return {
    sending({ bytes }: Outgoing) {
      if (random() < 0.5) return false;
      const last = bytes.length - 1;
      write(bytes.map((byte, index) => (index === last ? byte ^ between(random, 1, 255) : byte)));
      return true;
    },
  };
}

/** Everything is torn into pieces with gaps between them. The order is kept; what backs up past the limit is lost. */
function partialWrites({ clock, random, write, putOff }: BehaviourPorts) {
  let freeAtMs = clock.monotonicMs();
  return {
    sending({ bytes }: Outgoing) {
      freeAtMs = Math.max(freeAtMs, clock.monotonicMs());
      for (let start = 0; start < bytes.length; ) {
        const end = Math.min(bytes.length, start + between(random, 1, Math.max(1, bytes.length - 1)));
        const piece = bytes.slice(start, end);
        freeAtMs += between(random, 1, gapLimitMs);
        putOff(freeAtMs - clock.monotonicMs(), () => write(piece));
        start = end;
      }
      return true;
    },
  };
}

/** Random bytes come between everything, all the time. */
function babbling({ clock, random, write }: BehaviourPorts) {
  return {
    begin(): Cancel {
      let cancel: Cancel = () => {};
      const next = () => {
        cancel = clock.at(clock.monotonicMs() + between(random, 1, babbleEveryLimitMs), () => {
          write(randomBytes(random, between(random, 1, babbleBytesLimit)));
          next();
        });
      };
      next();
      return () => cancel();
    },
  };
}

/** The next command gets no answer: the device restarts over it. Those that follow are answered. */
function rebootInCommand({ restart }: BehaviourPorts) {
  let done = false;
  return {
    commanded() {
      if (done) return false;
      done = true;
      restart();
      return true;
    },
  };
}

export function randomBytes(random: Random, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, () => between(random, 0, 255));
}

/** A whole number, evenly drawn; both ends may come. */
function between(random: Random, low: number, high: number): number {
  return low + Math.floor(random() * (high - low + 1));
}
