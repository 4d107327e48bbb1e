import type { Cancel, Clock, Random } from '#protocol/core/time.ts';

/** Behaviours that may stand in front of one device at a time. */
export const behavioursLimit = 8;

/** Things a device's behaviours may have put off at one time. */
export const putOffLimit = 1_000;

/** Something that a device is about to send: a whole frame, sentence or line of its protocol. */
export interface Outgoing {
  bytes: Uint8Array;
  /** Whether it answers a command, or is said unasked. */
  kind: 'answer' | 'unasked';
}

/**
 * Stands in front of what a device does by itself, and may decline: who returns false leaves it to the next behaviour,
 * and at last to the device.
 */
export interface Behaviour {
  /** Something is about to be sent. True: it has been dealt with. */
  sending?(outgoing: Outgoing): boolean;
  /** A whole command has arrived. True: it has been dealt with, and the device does not hear of it. */
  commanded?(): boolean;
  /** Begins what it does by itself; what is returned ends it. */
  begin?(): Cancel;
}

/** What a behaviour may use of the device it stands in front of. */
export interface BehaviourPorts {
  clock: Clock;
  random: Random;
  /** Writes to the wire, past all behaviours. */
  write(bytes: Uint8Array): void;
  /** The device falls over and starts again. */
  restart(): void;
  /** Does something later, unless the device restarts or is unplugged first. False: {@link putOffLimit} is reached. */
  putOff(delayMs: number, action: () => void): boolean;
}

export type CreateBehaviour = (ports: BehaviourPorts) => Behaviour;

/** The behaviours in front of one device. */
export interface Front {
  /** Puts a behaviour in front of all others; one of the same name gives way. False: {@link behavioursLimit}. */
  put(name: string, create: CreateBehaviour): boolean;
  /** Takes all behaviours away. */
  clear(): void;
  names(): readonly string[];
  send(outgoing: Outgoing): void;
  /** Whether a behaviour has dealt with the command that has just arrived. */
  takesCommand(): boolean;
  /** Forgets what was put off: the device has lost its power or its memory. */
  forget(): void;
}

export function createFront(ports: Omit<BehaviourPorts, 'putOff'>): Front {
  let standing: { name: string; behaviour: Behaviour; end: Cancel }[] = [];
  const putOffs = new Set<Cancel>();

  function putOff(delayMs: number, action: () => void): boolean {
    if (putOffs.size >= putOffLimit) return false;
    const cancel = ports.clock.at(ports.clock.monotonicMs() + delayMs, () => {
      putOffs.delete(cancel);
      action();
    });
    putOffs.add(cancel);
    return true;
  }

  function remove(name: string): void {
    standing.find((one) => one.name === name)?.end();
    standing = standing.filter((one) => one.name !== name);
  }

  return {
    put(name, create) {
      remove(name);
      if (standing.length >= behavioursLimit) return false;
      const behaviour = create({ ...ports, putOff });
      standing.unshift({ name, behaviour, end: behaviour.begin?.() ?? (() => {}) });
      return true;
    },
    clear() {
      for (const { end } of standing) end();
      standing = [];
    },
    names: () => standing.map(({ name }) => name),
    send(outgoing) {
      if (standing.some(({ behaviour }) => behaviour.sending?.(outgoing) === true)) return;
      ports.write(outgoing.bytes);
    },
    takesCommand: () => standing.some(({ behaviour }) => behaviour.commanded?.() === true),
    forget() {
      for (const cancel of putOffs) cancel();
      putOffs.clear();
    },
  };
}
