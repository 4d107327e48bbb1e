import { type Response, wordsOf } from '#protocol/at/response.ts';
import { readMessageReference } from '#protocol/at/statusMessages.ts';
import { readWhole } from '#protocol/at/responseValues.ts';
import type { Log } from '#protocol/core/log.ts';
import { type Cancel, type Clock, hourMs, secondMs } from '#protocol/core/time.ts';
import { createInbox, type Stored } from './inbox.ts';
import type { Outcome } from './command.ts';
import { type Report, writePdu } from './pdus.ts';
import type { ModemReception } from './reception.ts';
import { type Ask, inTurn, type Step, valuesOf } from './steps.ts';

/** The network takes a message within this (SIM7500/SIM7600 AT commands, AT+CMGS). What becomes of it later nobody knows. */
const sendTimeoutMs = 40 * secondMs;
const listTimeoutMs = 20 * secondMs;
/** Messages that may wait to be sent. Alarms send a few an hour (B2.8). */
export const outgoingLimit = 16;
/** Messages whose status report may still come; the oldest is forgotten. */
export const reportsAwaitedLimit = 64;
/** The store is listed also when nothing was said: a word unasked may be lost, a part of a message stay behind. */
const listEveryMs = hourMs;
/** However much a modem says of new messages, between two listings there is room for other commands. */
const listAgainMs = secondMs;

export interface MessageCounters {
  messagesSent: number;
  messagesFailed: number;
  messagesReceived: number;
  reportsReceived: number;
  /** Stored or direct messages that could not be read, and reports of messages that the hub does not know. */
  messagesUnreadable: number;
  /** Parts of messages whose other parts did not come. */
  messagesIncomplete: number;
}

export interface MessageParts {
  clock: Clock;
  ask: Ask;
  log: Log;
  reception: ModemReception;
  isServed(): boolean;
  received(from: string, text: string): void;
  outcome(id: string, is: 'sent' | 'failed' | 'delivered'): void;
}

export interface Messages {
  send(id: string, to: string, text: string): void;
  /** The SIM is ready: messages as PDU, told when they come, reports asked for; then the store is read. */
  begin(done: (isDone: boolean) => void): void;
  /** Something was stored. */
  stored(): void;
  /** A message or a report that the modem did not store. */
  direct(pdu: string): void;
  counters(): MessageCounters;
  stop(): void;
}

/** Short messages in PDU mode (3GPP TS 27.005). Numbers and texts are in no log. */
export function createMessages(parts: MessageParts): Messages {
  const { clock, ask, log, reception } = parts;
  const counters: MessageCounters = {
    messagesSent: 0,
    messagesFailed: 0,
    messagesReceived: 0,
    reportsReceived: 0,
    messagesUnreadable: 0,
    messagesIncomplete: 0,
  };
  /** The ids of sent messages by the reference that their report will have; a reference comes again after 256. */
  const awaited = new Map<number, string>();
  const inbox = createInbox(clock);
  let waiting = 0;
  let isListing = false;
  /** When the last listing ended. */
  let listedMs = -Infinity;
  let listsAgain = false;
  let cancelList: Cancel = () => {};

  function soon(action: () => void): void {
    clock.at(clock.monotonicMs(), action);
  }

  function send(id: string, to: string, text: string): void {
    const pdu = writePdu(to, text);
    const problem = whyNot(pdu.ok ? undefined : pdu.problem);
    if (problem !== undefined || !pdu.ok) {
      log.warn({ device: 'modem', reason: problem }, 'a short message is not sent');
      soon(() => fail(id));
      return;
    }
    waiting += 1;
    const { length, hex } = pdu.value;
    const command = {
      line: `AT+CMGS=${length}`,
      prefix: '+CMGS',
      body: hex,
      mustTell: true,
      deadlineMs: sendTimeoutMs,
    };
    ask('work', command, (outcome) => {
      waiting -= 1;
      sent(id, outcome);
    });
  }

  function whyNot(problem: string | undefined): string | undefined {
    if (problem !== undefined) return problem;
    if (!parts.isServed()) return 'there is no network';
    return waiting >= outgoingLimit ? `${outgoingLimit} messages wait already` : undefined;
  }

  /** What is not known to be sent has failed: one too many is better than none (B2.8). */
  function sent(id: string, outcome: Outcome): void {
    if (outcome.is !== 'ok') {
      const reason = outcome.is === 'refused' ? wordsOf(outcome.result) : outcome.reason;
      log.warn({ device: 'modem', reason }, 'a short message was not sent, as far as is known');
      fail(id);
      return;
    }
    counters.messagesSent += 1;
    const reference = readMessageReference(valuesOf(outcome.lines));
    if (reference.ok) expectReport(reference.value, id);
    else reception.unreadable(reference.problem.message);
    parts.outcome(id, 'sent');
  }

  function expectReport(reference: number, id: string): void {
    awaited.delete(reference);
    awaited.set(reference, id);
    const [oldest] = awaited.keys();
    if (awaited.size > reportsAwaitedLimit && oldest !== undefined) awaited.delete(oldest);
  }

  function fail(id: string): void {
    counters.messagesFailed += 1;
    parts.outcome(id, 'failed');
  }

  function begin(done: (isDone: boolean) => void): void {
    let isStoreOurs = true;
    const store = (name: string): Step => ({
      line: `AT+CPMS="${name}","${name}","${name}"`,
      prefix: '+CPMS',
      refused: () => (isStoreOurs = false),
    });
    // Messages are stored and told, reports come straight (27.005 3.4.1): a message outlives a restart of the hub.
    const settings = [{ line: 'AT+CMGF=0' }, { line: 'AT+CSMS=0' }, { line: 'AT+CNMI=2,1,0,1,0' }];
    inTurn(ask, 'work', [...settings, store('SM')], (isDone) => {
      if (!isDone) return done(false);
      inTurn(ask, 'work', isStoreOurs ? [] : [store('ME')], (isDone) => {
        if (isDone) list();
        done(isDone);
      });
    });
  }

  function list(): void {
    const restMs = listedMs + listAgainMs - clock.monotonicMs();
    listsAgain = isListing;
    if (isListing) return;
    cancelList();
    if (restMs > 0) {
      listAfter(restMs);
      return;
    }
    isListing = true;
    const command = { line: 'AT+CMGL=4', prefix: '+CMGL', takesText: true, deadlineMs: listTimeoutMs };
    ask('work', command, (outcome) => {
      isListing = false;
      if (outcome.is === 'unsent' || outcome.is === 'unknown') return;
      listedMs = clock.monotonicMs();
      listAfter(listsAgain ? listAgainMs : listEveryMs);
      if (outcome.is === 'ok') takeStored(storedIn(outcome.lines), true);
    });
  }

  function listAfter(delayMs: number): void {
    cancelList();
    cancelList = clock.at(clock.monotonicMs() + delayMs, list);
  }

  function takeStored(stored: readonly Stored[], listed: boolean): void {
    const { whole, reports, finished, unreadable, incomplete } = inbox.take(stored, listed);
    counters.messagesUnreadable += unreadable;
    counters.messagesIncomplete += incomplete;
    // Deleted after it is told: a message told twice does no harm, one that is lost may.
    for (const { from, text } of whole) tell(from, text);
    for (const report of reports) takeReport(report);
    const steps = finished.map((index): Step => ({ line: `AT+CMGD=${index}` }));
    inTurn(ask, 'work', steps, () => {});
  }

  function tell(from: string, text: string): void {
    counters.messagesReceived += 1;
    log.info({ device: 'modem', characters: text.length }, 'a short message came in');
    parts.received(from, text);
  }

  function takeReport({ reference, fate }: Report): void {
    const id = awaited.get(reference);
    if (id === undefined) {
      counters.messagesUnreadable += 1;
      return;
    }
    counters.reportsReceived += 1;
    if (fate === 'pending') return;
    awaited.delete(reference);
    if (fate === 'delivered') parts.outcome(id, 'delivered');
    // It was handed to the network: the hub knows no word for what is lost behind it, and nothing was acknowledged.
    else log.warn({ device: 'modem' }, 'the network could not deliver a short message');
  }

  return {
    send,
    begin,
    stored: list,
    direct: (pdu) => takeStored([{ pdu }], false),
    counters: () => counters,
    stop: () => cancelList(),
  };
}

/** `+CMGL: <index>,<stat>,[<alpha>],<length>` and the PDU behind each; what the hub itself has stored is passed over. */
function storedIn(lines: readonly Response[]): Stored[] {
  return lines.flatMap((line, at): Stored[] => {
    const behind = lines[at + 1];
    if (line.type !== 'information' || behind?.type !== 'text') return [];
    const index = readWhole('+CMGL', line.values, 0);
    const state = readWhole('+CMGL', line.values, 1);
    return index.ok && state.ok && state.value <= 1 ? [{ index: index.value, pdu: behind.text }] : [];
  });
}
