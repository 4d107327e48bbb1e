import { createNoise, type NoiseCounters } from '#agent/drivers/noise.ts';
import type { Supply, SupplyListener, SupplyReading } from '#agent/hub/devices.ts';
import { createRequests } from '#agent/lines/request.ts';
import { type SessionCounters, type SessionDevice, type SessionSettings, startSession } from '#agent/lines/session.ts';
import type { OpenLine } from '#protocol/core/line.ts';
import type { Log } from '#protocol/core/log.ts';
import { type Clock, secondMs } from '#protocol/core/time.ts';
import { readAnswer, type SupplyAnswer } from '#protocol/megatec/answers.ts';
import { type Command, writeCommand } from '#protocol/megatec/commands.ts';
import { megatecBaudRate } from '#protocol/megatec/constants.ts';
import { createLineParser, encodeLine, type LineItem } from '#protocol/megatec/lines.ts';
import type { Status } from '#protocol/megatec/status.ts';
import { createBatteryTest } from './batteryTest.ts';
import { createCells } from './cells.ts';
import { createChargeEstimate } from './chargeEstimate.ts';

/** An answer is 47 bytes at 2400 bits per second, a fifth of a second; slow models think for another half. */
const answerTimeoutMs = 1_500;
/** From an answer to the next question: with the slowest answer 5 s from one look to the next (B6.1). */
const askEveryMs = 3_500;
/** A supply that was silent is looked for so often at least, however long it was. */
const roundPauseLimitMs = 30 * secondMs;
/** Where a battery is, no cell has less than this, be it as empty as it may. */
const presentCellVolts = 1;
/** So many readings in a row without a battery count: no checksum guards a single one. */
export const absentReadings = 3;

export interface UpsParts {
  openLine: OpenLine;
  clock: Clock;
  log: Log;
  listener: SupplyListener;
  settings?: Partial<SessionSettings>;
}

interface UpsCounters extends NoiseCounters, SessionCounters {
  readings: number;
  /** What the supply could not, or would not. */
  refusals: number;
  /** Answers that nobody waited for: late, doubled, or to another question. */
  outOfTurn: number;
}

export interface Ups extends Supply {
  counters(): UpsCounters;
}

/**
 * The driver of an uninterruptible supply that speaks Megatec (Q1). The protocol has no word for the charge: it is
 * estimated from the battery's voltage (chargeEstimate.ts). What the battery holds of what it held when new is not known.
 */
export function startUps({ openLine, clock, log, listener, settings }: UpsParts): Ups {
  const parser = createLineParser('supply');
  const requests = createRequests<SupplyAnswer>(clock);
  const noise = createNoise('ups', clock, log);
  const cells = createCells();
  const charge = createChargeEstimate(clock);
  const test = createBatteryTest(clock, log);
  /** What it is made for is asked once a session: there are models that hang when they are asked again and again. */
  let ratingsAsked = false;
  let withoutBattery = 0;
  const counts = { readings: 0, refusals: 0, outOfTurn: 0 };
  let told = '';

  function take(items: readonly LineItem[]): void {
    for (const item of items) {
      if (item.kind === 'discarded') noise.discarded(item.reason, item.bytes.length);
      else takeAnswer(readAnswer(item.text));
    }
  }

  function takeAnswer(answer: SupplyAnswer): void {
    if (answer.type === 'status') counts.readings += 1;
    if (requests.offer(answer)) return;
    if (answer.type === 'other') noise.undecodable(`${JSON.stringify(answer.text)} is no answer of a supply`);
    else if (answer.type === 'refused') counts.refusals += 1;
    else counts.outOfTurn += 1;
  }

  /** Calls `done` with the answer that fits, or with nothing; not at all when the line is gone. */
  function ask<Answer>(
    command: Extract<Command['command'], 'status' | 'ratings'>,
    fits: (answer: SupplyAnswer) => Answer | undefined,
    done: (answer: Answer | undefined) => void,
  ): void {
    const text = writeCommand({ command });
    requests.ask(
      {
        name: `the answer to ${text}`,
        deadlineMs: answerTimeoutMs,
        matches: (answer) => fits(answer) !== undefined || isRefusal(answer, text),
        done(outcome) {
          if (!outcome.ok && outcome.problem.code === 'cancelled') return;
          // What is half there after such a time belongs to an answer that was cut off.
          if (!outcome.ok && outcome.problem.code === 'timeout') take(parser.idle());
          if (outcome.ok && fits(outcome.value) === undefined) counts.refusals += 1;
          done(outcome.ok ? fits(outcome.value) : undefined);
        },
      },
      () => say({ command }),
    );
  }

  function say(command: Command): void {
    session.write(encodeLine(writeCommand(command)));
  }

  /** The voltage of a whole battery means nothing until it is known how many cells there are. */
  function takeStatus(status: Status): void {
    if (status.battery?.of !== 'battery' || ratingsAsked) {
      tell(status);
      return;
    }
    ratingsAsked = true;
    ask('ratings', ratingsOf, (ratings) => {
      cells.rated(ratings?.batteryVolts);
      tell(status);
    });
  }

  function tell(status: Status): void {
    const battery = readBattery(status);
    if (battery === undefined) return;
    const reading: SupplyReading = { mains: !status.mainsGone, battery };
    const now = JSON.stringify(reading);
    if (now === told) return;
    told = now;
    listener.reading(reading);
  }

  /** Undefined as long as it is not sure whether there is one. */
  function readBattery(status: Status): SupplyReading['battery'] | undefined {
    const cellVolts = status.battery === undefined ? undefined : cells.volts(status.battery);
    const isThere = status.battery === undefined || (cellVolts !== undefined && cellVolts >= presentCellVolts);
    withoutBattery = isThere ? 0 : withoutBattery + 1;
    if (withoutBattery > 0) {
      if (withoutBattery < absentReadings) return undefined;
      charge.forget();
      test.forget();
      return 'absent';
    }
    test.reading(status, cellVolts, () => say({ command: 'test' }));
    const outcome = test.outcome();
    const { loadPercent = 0, mainsGone, testing, batteryLow } = status;
    const chargePercent = charge.reading({ cellVolts, loadPercent, mains: !mainsGone, testing, low: batteryLow });
    return { chargePercent, ...(outcome === undefined ? {} : { test: outcome }) };
  }

  const device: SessionDevice = {
    restarted() {
      take(parser.idle());
      requests.cancel('the line is opened anew');
      ratingsAsked = false;
    },
    received: (bytes) => take(parser.push(bytes)),
    probe(answered) {
      ask('status', statusOf, (status) => {
        if (status === undefined) return;
        answered();
        takeStatus(status);
      });
    },
  };

  const session = startSession({
    name: 'ups',
    openLine,
    lineSettings: { baudRate: megatecBaudRate },
    clock,
    log,
    device,
    listener: { ready: () => listener.well(), failing: (reason) => listener.failing(reason) },
    settings: { silenceMs: askEveryMs, roundPauseLimitMs, ...settings },
  });

  return {
    testBattery: test.want,
    stop() {
      session.stop();
      requests.cancel('the driver stops');
      noise.stop();
    },
    counters: () => ({ ...counts, ...noise.counters(), ...session.counters() }),
  };
}

function statusOf(answer: SupplyAnswer): Status | undefined {
  return answer.type === 'status' ? answer.status : undefined;
}

function ratingsOf(answer: SupplyAnswer) {
  return answer.type === 'ratings' ? answer.ratings : undefined;
}

/** The protocol's own refusal is to say the command back. */
function isRefusal(answer: SupplyAnswer, text: string): boolean {
  return answer.type === 'refused' || (answer.type === 'other' && answer.text === text);
}
