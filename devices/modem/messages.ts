import { failure, type Result, success } from '#protocol/core/result.ts';
import { decodeCharacters } from '#protocol/at/characterSet.ts';
import { type Address, addressOf } from '#protocol/sms/address.ts';
import { contentsOf } from '#protocol/sms/parts.ts';
import { decodePdu, encodePdu, lengthOf, pduBytesLimit, type Submit } from '#protocol/sms/pdu.ts';
import { createInbox } from './inbox.ts';
import { createMessageSettings } from './messageSettings.ts';
import { createMessageStore, messageStates, storeLimits } from './messageStore.ts';
import { createOutbox } from './outbox.ts';
import type { ModemPart, PartContext } from './parts.ts';
import { error, type Handler, numberAt, refusedMessage, type Reply, textAt, told } from './reply.ts';
import { shownMessage } from './shownMessage.ts';

/** The network takes a message within this. */
export const sendMs = 1_200;
/** And its receiver gets it within this. */
export const reportAfterMs = 2_500;

const cms = { invalidPdu: 304, invalidText: 305, invalidIndex: 321, noService: 331 } as const;

const serviceCentre: Address = { kind: 'international', text: '46700000000' };
const zoneQuarters = 4;

export interface Messages extends ModemPart {
  /** Somebody sends a message to the modem. The problem is for people; the value is the number of its parts. */
  comeIn(from: string, text: string): Result<number, string>;
  /** Service or card have changed. */
  deliver(): void;
}

export interface MessagePorts {
  isServed(): boolean;
  /** The answer while the card cannot be used. */
  refusal(): Reply | undefined;
}

/** Short messages: the store, and the way to and from the network (3GPP TS 27.005 3). */
export function createMessages(context: PartContext, { isServed, refusal }: MessagePorts): Messages {
  const { clock, worldTimers, say, tell } = context;
  const store = createMessageStore();
  const settings = createMessageSettings(store);
  const outbox = createOutbox();
  const canReceive = (): boolean => isServed() && refusal() === undefined;
  const inbox = createInbox({ store, settings, canReceive, say });
  let reference = 0;
  /** Numbers the long messages that come in. */
  let concatenation = 0;

  const send: Handler = (command) => {
    if (command.form === 'test') return {};
    if (command.form !== 'set') return error;
    if (settings.isText()) {
      const to = decodeCharacters(settings.characters(), textAt(command, 0)) ?? '';
      return { prompt: (text) => (text === undefined ? {} : sendText(to, text)) };
    }
    const length = numberAt(command, 0);
    if (length === undefined || length > pduBytesLimit) return refusedMessage(cms.invalidPdu);
    return { prompt: (hex) => (hex === undefined ? {} : sendPdu(hex.trim(), length)) };
  };

  function sendPdu(hex: string, length: number): Reply {
    const pdu = decodePdu(hex);
    if (!pdu.ok || pdu.value.type !== 'submit' || lengthOf(hex) !== length) return refusedMessage(cms.invalidPdu);
    return submit(pdu.value);
  }

  function sendText(to: string, typed: string): Reply {
    const text = decodeCharacters(settings.characters(), typed.replaceAll('\r\n', '\n').replaceAll('\r', '\n'));
    const made = text === undefined ? undefined : contentsOf(text, { reference: 0, isWide: false });
    const [content, ...more] = made?.ok === true ? made.value : [];
    const address = addressOf(to);
    if (content === undefined || more.length > 0 || address.kind === 'name') return refusedMessage(cms.invalidText);
    return submit({ type: 'submit', reference: 0, to: address, wantsReport: settings.wantsReport(), ...content });
  }

  function submit(message: Submit): Reply {
    if (!isServed()) return { ...refusedMessage(cms.noService), afterMs: sendMs };
    reference = (reference + 1) % 256;
    const mine = reference;
    return { lines: [`+CMGS: ${mine}`], afterMs: sendMs, afterwards: () => sent(message, mine) };
  }

  function sent(message: Submit, mine: number): void {
    const whole = outbox(message);
    if (whole !== undefined) tell({ event: 'sms-sent', ...whole });
    if (!message.wantsReport) return;
    const sentAt = { wallMs: wholeSeconds(clock.wallMs()), zoneQuarters };
    worldTimers.after(reportAfterMs, () => {
      const doneAt = { wallMs: wholeSeconds(clock.wallMs()), zoneQuarters };
      inbox.receive({
        type: 'status-report',
        serviceCentre,
        reference: mine,
        to: message.to,
        sentAt,
        doneAt,
        status: 0,
      });
    });
  }

  const read: Handler = (command) => {
    const index = numberAt(command, 0);
    const storage = settings.storage(0);
    const message = index === undefined ? undefined : store.get(storage, index);
    if (command.form !== 'set' || index === undefined || message === undefined) return refusedMessage(cms.invalidIndex);
    const lines = listed('+CMGR: ', message.state, message.pdu);
    markRead(index);
    return told(...lines);
  };

  const list: Handler = (command) => {
    if (command.form === 'test') return told(settings.isText() ? '+CMGL: ("REC UNREAD","ALL")' : '+CMGL: (0-4)');
    const wanted = wantedState(command.form === 'set' ? textAt(command, 0) : undefined);
    if (wanted === undefined) return error;
    const messages = store.all(settings.storage(0)).filter(({ state }) => wanted === 'all' || state === wanted);
    const lines = messages.flatMap(({ index, state, pdu }) => listed(`+CMGL: ${index},`, state, pdu));
    for (const { index } of messages) markRead(index);
    return told(...lines);
  };

  function listed(beginning: string, state: 0 | 1 | 2 | 3, pdu: string): string[] {
    if (!settings.isText()) return [`${beginning}${state},,${lengthOf(pdu) ?? 0}`, pdu];
    return shownMessage(`${beginning}"${messageStates[state]}",`, pdu, settings.characters());
  }

  function wantedState(said: string | undefined): number | 'all' | undefined {
    if (said === undefined) return 0;
    if (said === (settings.isText() ? 'ALL' : '4')) return 'all';
    const state = settings.isText()
      ? messageStates.findIndex((name) => name === said)
      : ['0', '1', '2', '3'].indexOf(said);
    return state === -1 ? undefined : state;
  }

  function markRead(index: number): void {
    const message = store.get(settings.storage(0), index);
    if (message?.state === 0) message.state = 1;
  }

  /** One, or by the second parameter those that were read (1), those that were sent too (2, 3), or all (27.005 3.5.4). */
  const remove: Handler = (command) => {
    const storage = settings.storage(0);
    const all = store.all(storage).map(({ index }) => index);
    if (command.form === 'test') return told(`+CMGD: (${all.join(',')}),(0-4)`);
    const index = numberAt(command, 0);
    const which = numberAt(command, 1) ?? 0;
    if (command.form !== 'set' || index === undefined || which > 4) return error;
    if (index >= storeLimits[storage]) return refusedMessage(cms.invalidIndex);
    const states = [[], [1], [1, 3], [1, 2, 3], [0, 1, 2, 3]][which] ?? [];
    for (const message of store.all(storage)) {
      if (which === 0 ? message.index === index : states.includes(message.state)) store.delete(storage, message.index);
    }
    return { afterwards: inbox.deliver };
  };

  function needsCard(handler: Handler): Handler {
    return (command) => (command.form === 'test' ? handler(command) : (refusal() ?? handler(command)));
  }

  return {
    handlers: {
      ...settings.handlers,
      '+CMGS': needsCard(send),
      '+CMGR': needsCard(read),
      '+CMGL': needsCard(list),
      '+CMGD': needsCard(remove),
      '+CPMS': needsCard(settings.handlers['+CPMS'] ?? (() => error)),
    },
    restarted: settings.restarted,
    comeIn(from, text) {
      const contents = contentsOf(text, { reference: concatenation, isWide: false });
      if (!contents.ok) return failure(contents.problem.message);
      const at = { wallMs: wholeSeconds(clock.wallMs()), zoneQuarters };
      const pdus = contents.value.map((content) => ({
        type: 'deliver' as const,
        serviceCentre,
        from: addressOf(from),
        at,
        ...content,
      }));
      const refusedOne = pdus.map(encodePdu).find((encoded) => !encoded.ok);
      if (refusedOne?.ok === false) return failure(refusedOne.problem.message);
      if (!inbox.hasRoomFor(pdus.length)) return failure('the network keeps too many messages for this modem already');
      concatenation = (concatenation + 1) % 256;
      for (const pdu of pdus) inbox.receive(pdu);
      return success(pdus.length);
    },
    deliver: inbox.deliver,
  };
}

function wholeSeconds(ms: number): number {
  return Math.floor(ms / 1_000) * 1_000;
}
