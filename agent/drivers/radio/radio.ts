import { createRequests, type Request } from '#agent/lines/request.ts';
import {
  type PowerCycle,
  type SessionCounters,
  type SessionDevice,
  type SessionSettings,
  startSession,
} from '#agent/lines/session.ts';
import type { OpenLine } from '#protocol/core/line.ts';
import type { Log } from '#protocol/core/log.ts';
import { type Result, success } from '#protocol/core/result.ts';
import { type Cancel, type Clock, secondMs } from '#protocol/core/time.ts';
import type { Command } from '#protocol/esp3/commands.ts';
import { esp3BaudRate, interByteTimeoutMs, returnCodes } from '#protocol/esp3/constants.ts';
import type { Frame } from '#protocol/esp3/frame.ts';
import { decodeMessage, encodeMessage } from '#protocol/esp3/messages.ts';
import { createParser, type Esp3Item } from '#protocol/esp3/parser.ts';
import type { Problem } from '#protocol/esp3/problem.ts';
import { decodeIdBase, decodeVersion, type IdBase, type Response, type Version } from '#protocol/esp3/responses.ts';
import type { RadioTelegram } from '#protocol/esp3/telegram.ts';
import { encodeFrame } from '#protocol/esp3/writer.ts';
import { createReception, type ReceptionCounters } from './reception.ts';

/** A module answers within half a second (ESP3 1.6.4); USB adds its latency. Two of them fit into a probe's time. */
const answerTimeoutMs = secondMs;
/** Shorter than the session's pause after a reset: the probe that follows must find nobody waiting. */
const resetAnswerTimeoutMs = 500;

/** What the radio module is: for diagnostics, and to notice that somebody has exchanged it. */
interface RadioIdentity extends Version, IdBase {}

interface RadioListener {
  /** A radio telegram came in, whosever it is. It comes also while the module answers no question. */
  telegram(telegram: RadioTelegram): void;
  /** The module answers. Said once, again after each `failing`, and again when another module answers. */
  ready(identity: RadioIdentity): void;
  /** The module cannot be brought back for now; recovery goes on. Said once, and again after each `ready`. */
  failing(reason: string): void;
}

export interface RadioParts {
  openLine: OpenLine;
  clock: Clock;
  log: Log;
  listener: RadioListener;
  powerCycle?: PowerCycle;
  settings?: Partial<SessionSettings>;
}

interface RadioCounters extends ReceptionCounters, SessionCounters {
  /** Answers that nobody waited for: late, doubled, or to another question. */
  responsesOutOfTurn: number;
}

export interface Radio {
  stop(): void;
  counters(): RadioCounters;
}

/** The driver of an EnOcean module that speaks ESP3, a USB 300 or TCM 310 for example. */
export function startRadio(parts: RadioParts): Radio {
  const { clock, log, listener } = parts;
  const parser = createParser();
  const requests = createRequests<Response>(clock);
  const reception = createReception(clock, log);
  let cancelIdle: Cancel = () => undefined;
  let responsesOutOfTurn = 0;
  let identity: RadioIdentity | undefined;
  /** The identity last told, in a form that compares. */
  let told: string | undefined;

  function take(items: readonly Esp3Item[]): void {
    for (const item of items) {
      if (item.kind === 'discarded') reception.discarded(item.reason, item.bytes.length);
      else takeFrame(item);
    }
  }

  function takeFrame(frame: Frame): void {
    session.heard();
    const message = decodeMessage(frame);
    reception.message(message);
    if (!message.ok) return;
    if (message.value.type === 'radio') listener.telegram(message.value.telegram);
    else if (message.value.type === 'response' && !requests.offer(message.value)) responsesOutOfTurn += 1;
  }

  function ask<Answer>({ command, read, done }: Question<Answer>, deadlineMs = answerTimeoutMs): void {
    let answered: Result<Answer, Problem> | undefined;
    const request: Request<Response> = {
      name: `the answer to ${command.command}`,
      deadlineMs,
      // A refusal is an answer too. What answers another question, late or doubled, does not read as this one's.
      matches(response) {
        answered = read(response);
        return response.returnCode !== returnCodes.ok || answered.ok;
      },
      done(outcome) {
        const answer = outcome.ok ? (answered ?? read(outcome.value)) : outcome;
        if (answer.ok) done(answer.value);
        else log.debug({ device: 'radio', problem: answer.problem.message }, 'the module did not answer');
      },
    };
    const frame = encodeMessage({ type: 'command', command });
    requests.ask(request, () => session.write(encodeFrame(frame)));
  }

  function tellIdentity(): void {
    if (identity === undefined) return;
    told = JSON.stringify(identity);
    listener.ready(identity);
  }

  const device: SessionDevice = {
    restarted() {
      identity = undefined;
      cancelIdle();
      take(parser.idle());
      requests.cancel('the line is opened anew');
    },
    received(bytes) {
      cancelIdle();
      take(parser.push(bytes));
      if (parser.waiting()) {
        cancelIdle = clock.at(clock.monotonicMs() + interByteTimeoutMs, () => take(parser.idle()));
      }
    },
    probe(answered) {
      const thenIdBase = (version: Version): void => {
        // The version holds the chip's number: of the same chip the base is known.
        if (identity?.chipId === version.chipId) whole({ ...identity, ...version });
        else
          ask({
            command: { command: 'read-id-base' },
            read: decodeIdBase,
            done: (idBase) => whole({ ...version, ...idBase }),
          });
      };
      const whole = (read: RadioIdentity): void => {
        identity = read;
        // A module may be exchanged so quickly that nobody calls it failing.
        if (answered() && told !== JSON.stringify(read)) tellIdentity();
      };
      ask({ command: { command: 'read-version' }, read: decodeVersion, done: thenIdBase });
    },
    reset() {
      ask({ command: { command: 'write-reset' }, read: success, done: () => undefined }, resetAnswerTimeoutMs);
    },
  };

  const session = startSession({
    name: 'radio',
    openLine: parts.openLine,
    lineSettings: { baudRate: esp3BaudRate },
    clock,
    log,
    device,
    listener: {
      ready: tellIdentity,
      failing: (reason) => listener.failing(reason),
    },
    ...(parts.powerCycle === undefined ? {} : { powerCycle: parts.powerCycle }),
    ...(parts.settings === undefined ? {} : { settings: parts.settings }),
  });

  return {
    stop() {
      session.stop();
      cancelIdle();
      requests.cancel('the driver stops');
      reception.stop();
    },
    counters: () => ({ ...reception.counters(), ...session.counters(), responsesOutOfTurn }),
  };
}

interface Question<Answer> {
  command: Command;
  read(response: Response): Result<Answer, Problem>;
  done(answer: Answer): void;
}
