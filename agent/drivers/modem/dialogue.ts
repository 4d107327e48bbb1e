import { createRequests, type RequestProblem } from '#agent/lines/request.ts';
import { type AtItem, createAtFramer, halfLineTimeoutMs } from '#protocol/at/framer.ts';
import { isFinal, readResponse, type Response, type Result } from '#protocol/at/response.ts';
import { readPduLength } from '#protocol/at/statusMessages.ts';
import type { Result as RequestResult } from '#protocol/core/result.ts';
import { type Cancel, type Clock, secondMs } from '#protocol/core/time.ts';
import { answers, type Command, isSuccess, nameOf, type Outcome, outcomeOf } from './command.ts';
import type { ModemReception } from './reception.ts';

/** What most commands are given; those that ask the network say more themselves. */
const answerTimeoutMs = 5 * secondMs;

/** Between the end of an answer and the next command: what a modem doubles or adds comes in it, and harms nothing. */
const commandGapMs = 20;

/** Behind a probe no line may come for so long: a late answer must not be taken for the next command's. */
const settleMs = 200;

/** A probe is given up before the session gives it up. */
const probeAnswerTimeoutMs = 3_600;

/** Commands that may wait. More than that are asked for only by a driver that has lost its mind. */
export const queueLimit = 32;

/** Lines kept of one answer: twice the messages of the largest store. What comes beyond is left for the next listing. */
export const answerLinesLimit = 512;

/** The greater goes first (B2.6 in small): a call before messages and settings, those before looking around. */
export type Urgency = 'call' | 'work' | 'look';

const urgencies: readonly Urgency[] = ['call', 'work', 'look'];

/** Something said unasked; `pdu` is the line in hex behind it, where it has one. */
export type Unasked = Exclude<Response, { type: 'text' }> & { pdu?: string };

export interface DialogueParts {
  clock: Clock;
  reception: ModemReception;
  write(bytes: Uint8Array): void;
  /** The modem said something that only a modem says. */
  heard(): void;
  /** An answer did not come, or it was another command's. */
  suspect(): void;
  /** The modem repeats what it is told: it has forgotten its settings. */
  echoed(): void;
  unasked(said: Unasked): void;
}

export interface Dialogue {
  /** `done` is called once, never before this has returned. */
  ask(urgency: Urgency, command: Command, done: (outcome: Outcome) => void): void;
  received(bytes: Uint8Array): void;
  /** The sign of life of the session. */
  probe(answered: () => boolean): void;
  /** The modem has started anew: it knows nothing of what it was asked, and is probed at once. */
  startedAnew(reason: string): void;
  /** The line is a new one: nothing that was asked on the last one is answered. */
  restarted(): void;
  stop(): void;
}

interface Waiting {
  command: Command;
  done(outcome: Outcome): void;
}

/** E0, no echo; V1, words; Q0, answers at all (V.250 6.2, 6.3): whatever state the modem was left in. */
const probeLine = 'ATE0V1Q0';
const escape = '\x1b';
const endOfMessage = '\x1a';

/** One command at a time, the most urgent first, each with its deadline; and what is said unasked in between. */
export function createDialogue(parts: DialogueParts): Dialogue {
  const { clock, reception, write, heard, suspect } = parts;
  const framer = createAtFramer();
  const requests = createRequests<Response>(clock);
  const queues: Record<Urgency, Waiting[]> = { call: [], work: [], look: [] };
  let current: { command: Command; lines: Response[] } | undefined;
  /** Who answers what is not known: nothing is sent until a probe has been answered and followed by silence. */
  let inStep = false;
  let settle: { answered: () => boolean } | undefined;
  /** What was said unasked and is followed by a message in hex. */
  let awaitsPdu: Unasked | undefined;
  let cancelIdle: Cancel = () => {};
  let cancelNext: Cancel = () => {};
  let cancelSettle: Cancel = () => {};

  function after(delayMs: number, action: () => void): Cancel {
    return clock.at(clock.monotonicMs() + delayMs, action);
  }

  function nextSoon(): void {
    cancelNext();
    cancelNext = after(commandGapMs, next);
  }

  function next(): void {
    if (!inStep || current !== undefined) return;
    const waiting = urgencies
      .map((urgency) => queues[urgency])
      .find((queue) => queue.length > 0)
      ?.shift();
    if (waiting !== undefined) send(waiting.command, waiting.done);
  }

  function send(command: Command, done: (outcome: Outcome) => void): void {
    const mine = { command, lines: [] as Response[] };
    const name = nameOf(command.line);
    current = mine;
    let result: Result | undefined;
    const request = {
      name: `the answer to ${name}`,
      deadlineMs: command.deadlineMs ?? answerTimeoutMs,
      matches(response: Response): boolean {
        if (response.type !== 'result') return false;
        result = response.result;
        return isFinal(result) || command.isCall === true;
      },
      done(outcome: { ok: true } | { ok: false; problem: { message: string } }): void {
        current = undefined;
        const told = outcome.ok ? outcomeOf(mine.lines, command, result) : outcome.problem.message;
        if (typeof told === 'string') {
          loseStep();
          done({ is: 'unknown', reason: told });
        } else {
          nextSoon();
          done(told);
        }
      },
    };
    requests.ask(request, () => write(encode(`${command.line}\r`)));
  }

  function loseStep(): void {
    inStep = false;
    // Asked for from outside of the callback: the session may close the line under it.
    cancelNext();
    cancelNext = after(0, suspect);
  }

  function take(item: AtItem): void {
    if (item.kind === 'discarded') reception.discarded(item.reason, item.bytes.length);
    else if (item.kind === 'prompt') prompted();
    else if (item.kind === 'line') takeLine(item.text);
  }

  function prompted(): void {
    heard();
    if (current?.command.body === undefined) write(encode(escape));
    else write(encode(`${current.command.body}${endOfMessage}`));
  }

  function takeLine(text: string): void {
    if (current !== undefined && [current.command.line, current.command.body].includes(text.trim())) {
      reception.echo();
      parts.echoed();
      return;
    }
    const response = readResponse(text);
    reception.line(response);
    if (settle !== undefined) awaitSilence(settle.answered);
    if (response.type === 'text') takeText(response);
    else takeSaid(response);
  }

  function takeText(response: Response & { type: 'text' }): void {
    const announced = awaitsPdu;
    awaitsPdu = undefined;
    if (announced !== undefined && /^[0-9A-F]+$/iu.test(response.text)) {
      heard();
      parts.unasked({ ...announced, pdu: response.text });
    } else if (current?.command.takesText === true) {
      heard();
      keep(response);
    } else reception.unexpected();
  }

  function takeSaid(response: Exclude<Response, { type: 'text' }>): void {
    if (requests.offer(response)) {
      heard();
      return;
    }
    if (response.type === 'information' && answers(response, current?.command)) {
      heard();
      keep(response);
      return;
    }
    if (response.type === 'result' && isFinal(response.result)) {
      reception.outOfTurn();
      return;
    }
    heard();
    if (announcesPdu(response)) awaitsPdu = response;
    else parts.unasked(response);
  }

  function keep(response: Response): void {
    if (current === undefined) return;
    if (current.lines.length < answerLinesLimit) current.lines.push(response);
    else reception.unexpected();
  }

  function awaitSilence(answered: () => boolean): void {
    settle = { answered };
    cancelSettle();
    cancelSettle = after(settleMs, () => {
      settle = undefined;
      inStep = answered();
      if (inStep) next();
    });
  }

  function probe(answered: () => boolean): void {
    // A command that is under way has a deadline of its own, which settles whether the modem is there.
    if (current !== undefined && inStep) {
      answered();
      return;
    }
    inStep = false;
    settle = undefined;
    cancelSettle();
    requests.cancel('the modem is probed anew');
    const command: Command = { line: probeLine, deadlineMs: probeAnswerTimeoutMs };
    current = { command, lines: [] };
    const request = {
      name: `the answer to ${probeLine}`,
      deadlineMs: probeAnswerTimeoutMs,
      matches: (response: Response) => response.type === 'result' && isFinal(response.result),
      done(outcome: RequestResult<Response, RequestProblem>): void {
        current = undefined;
        // An error is an answer to something else, or to a command line that began with noise.
        const isOk = outcome.ok && outcome.value.type === 'result' && isSuccess(outcome.value.result);
        if (isOk) awaitSilence(answered);
      },
    };
    // ESC leaves the prompt of a message that a former program or a lost line left open (27.005 3.5.1).
    requests.ask(request, () => write(encode(`${escape}${probeLine}\r`)));
  }

  function drop(reason: string): void {
    const dropped = urgencies.flatMap((urgency) => queues[urgency].splice(0));
    dropped.forEach(({ done }) => done({ is: 'unsent', reason }));
  }

  function forget(reason: string): void {
    inStep = false;
    settle = undefined;
    awaitsPdu = undefined;
    cancelIdle();
    cancelNext();
    cancelSettle();
    requests.cancel(reason);
    cancelNext();
    drop(reason);
  }

  return {
    ask(urgency, command, done) {
      const count = urgencies.reduce((sum, name) => sum + queues[name].length, 0);
      if (count >= queueLimit) {
        reception.queueFull();
        after(0, () => done({ is: 'unsent', reason: `${queueLimit} commands wait already` }));
        return;
      }
      queues[urgency].push({ command, done });
      if (inStep && current === undefined) nextSoon();
    },
    received(bytes) {
      cancelIdle();
      framer.push(bytes).forEach(take);
      if (framer.waiting()) cancelIdle = after(halfLineTimeoutMs, () => framer.idle().forEach(take));
    },
    probe,
    restarted() {
      framer.idle().forEach(take);
      forget('the line is opened anew');
    },
    startedAnew(reason) {
      forget(reason);
      loseStep();
    },
    stop: () => forget('the driver stops'),
  };
}

function encode(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function announcesPdu(response: Unasked): boolean {
  if (response.type !== 'information') return false;
  const { prefix, values } = response;
  return (prefix === '+CMT' || prefix === '+CDS') && readPduLength(prefix, values).ok;
}
