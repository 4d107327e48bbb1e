/** Where messages are kept: on the card, or in the modem (3GPP TS 27.005 3.1). */
export const storages = ['SM', 'ME'] as const;
export type Storage = (typeof storages)[number];

/** Messages that each holds. */
export const storeLimits = { SM: 50, ME: 99 } as const satisfies Record<Storage, number>;

/** <stat> (27.005 3.1); the index is the number. */
export const messageStates = ['REC UNREAD', 'REC READ', 'STO UNSENT', 'STO SENT'] as const;

export interface StoredMessage {
  state: 0 | 1 | 2 | 3;
  pdu: string;
}

export interface MessageStore {
  used(storage: Storage): number;
  /** Where it was put; undefined when there is no room. The first free place is taken, as modems do. */
  add(storage: Storage, message: StoredMessage): number | undefined;
  get(storage: Storage, index: number): StoredMessage | undefined;
  all(storage: Storage): readonly (StoredMessage & { index: number })[];
  delete(storage: Storage, index: number): void;
}

/** It keeps its messages without power. */
export function createMessageStore(): MessageStore {
  const stores: Record<Storage, Map<number, StoredMessage>> = { SM: new Map(), ME: new Map() };
  return {
    used: (storage) => stores[storage].size,
    add(storage, message) {
      const store = stores[storage];
      if (store.size >= storeLimits[storage]) return undefined;
      let index = 0;
      while (store.has(index)) index += 1;
      store.set(index, message);
      return index;
    },
    get: (storage, index) => stores[storage].get(index),
    all: (storage) =>
      [...stores[storage]]
        .map(([index, message]) => ({ index, ...message }))
        .toSorted((one, other) => one.index - other.index),
    delete(storage, index) {
      stores[storage].delete(index);
    },
  };
}
