import { formatStored } from '#protocol/at/statusMessages.ts';
import { decodePdu, encodePdu, lengthOf, type Pdu } from '#protocol/sms/pdu.ts';
import type { MessageSettings } from './messageSettings.ts';
import type { MessageStore } from './messageStore.ts';
import { shownMessage } from './shownMessage.ts';

/** Messages that the network keeps for a modem that is off, without service or full. */
export const waitingLimit = 100;

export interface Inbox {
  /** Whether the network can keep so many more. */
  hasRoomFor(count: number): boolean;
  /** The network hands a message or a report over, or keeps it until it can. */
  receive(pdu: Pdu): void;
  /** Something has changed: what waits may come now. */
  deliver(): void;
}

interface InboxParts {
  store: MessageStore;
  settings: MessageSettings;
  canReceive(): boolean;
  say(...lines: string[]): void;
}

/** What comes to the modem: stored and told, or shown at once, as it was asked for (3GPP TS 27.005 3.4.1). */
export function createInbox({ store, settings, canReceive, say }: InboxParts): Inbox {
  let waiting: string[] = [];

  /** False: there is no room for it now. */
  function take(hex: string): boolean {
    const isReport = decodedType(hex) === 'status-report';
    const mode = isReport ? settings.reports() : settings.messages();
    if (isReport && mode === 0) return true;
    if (isReport ? mode === 1 : mode >= 2) {
      show(hex, isReport);
      return true;
    }
    const storage = settings.storage(2);
    const index = store.add(storage, { state: 0, pdu: hex });
    if (index === undefined) return false;
    if (mode > 0) say(formatStored(isReport ? '+CDSI' : '+CMTI', { storage, index }));
    return true;
  }

  function show(hex: string, isReport: boolean): void {
    const prefix = isReport ? '+CDS: ' : '+CMT: ';
    if (!settings.isText()) say(`${prefix}${isReport ? '' : ','}${lengthOf(hex) ?? 0}`, hex);
    else say(...shownMessage(prefix, hex, settings.characters()));
  }

  function deliver(): void {
    while (canReceive()) {
      const [next] = waiting;
      if (next === undefined || !take(next)) return;
      waiting = waiting.slice(1);
    }
  }

  return {
    hasRoomFor: (count) => waiting.length + count <= waitingLimit,
    receive(pdu) {
      const encoded = encodePdu(pdu);
      if (!encoded.ok || waiting.length >= waitingLimit) return;
      waiting = [...waiting, encoded.value.hex];
      deliver();
    },
    deliver,
  };
}

function decodedType(hex: string): Pdu['type'] | undefined {
  const pdu = decodePdu(hex);
  return pdu.ok ? pdu.value.type : undefined;
}
