/**
 * What the kernel tells of a key (Documentation/input/event-codes.rst): `struct input_event` as it is on 64-bit machines,
 * two times of 8 bytes, type and code of 2, value of 4, in the order of the machine, which is little-endian wherever a
 * hub runs.
 */
export interface InputEvent {
  type: number;
  code: number;
  /** Of a key: 0 up, 1 down, 2 repeated while it is held. */
  value: number;
}

export const inputEventBytes = 24;

/** Types of events: a key, and "that was all of one moment". */
export const inputTypes = { synchronise: 0, key: 1 } as const;

export const keyValues = { up: 0, down: 1, repeat: 2 } as const;

const typeAt = 16;
const codeAt = 18;
const valueAt = 20;

/** Joins what comes in pieces into events. Every byte belongs to one: the kernel writes whole ones only. */
export interface InputParser {
  push(bytes: Uint8Array): InputEvent[];
  /** Forgets half an event: its device is gone. */
  reset(): void;
}

export function createInputParser(): InputParser {
  let held: Uint8Array = new Uint8Array(0);
  return {
    push(bytes) {
      const all = new Uint8Array(held.length + bytes.length);
      all.set(held);
      all.set(bytes, held.length);
      const events: InputEvent[] = [];
      let at = 0;
      for (; at + inputEventBytes <= all.length; at += inputEventBytes) events.push(decodeInput(all.subarray(at)));
      held = all.slice(at);
      return events;
    },
    reset() {
      held = new Uint8Array(0);
    },
  };
}

function decodeInput(bytes: Uint8Array): InputEvent {
  const view = new DataView(bytes.buffer, bytes.byteOffset, inputEventBytes);
  return {
    type: view.getUint16(typeAt, true),
    code: view.getUint16(codeAt, true),
    value: view.getInt32(valueAt, true),
  };
}

/** `atMs` since 1970. */
export function encodeInput({ type, code, value }: InputEvent, atMs = 0): Uint8Array {
  const bytes = new Uint8Array(inputEventBytes);
  const view = new DataView(bytes.buffer);
  view.setBigInt64(0, BigInt(Math.floor(atMs / 1_000)), true);
  view.setBigInt64(8, BigInt(Math.floor(atMs % 1_000) * 1_000), true);
  view.setUint16(typeAt, type, true);
  view.setUint16(codeAt, code, true);
  view.setInt32(valueAt, value, true);
  return bytes;
}
