import { createRequests, type RequestProblem } from '#agent/lines/request.ts';
import type { Log } from '#protocol/core/log.ts';
import { failure, type Result, success } from '#protocol/core/result.ts';
import { type Cancel, type Clock, minuteMs } from '#protocol/core/time.ts';
import { type Acknowledgement, answers, decodeFirmware, decodeParameters } from '#protocol/ld2410/acknowledgements.ts';
import { type Command, encodeCommand, type Limits } from '#protocol/ld2410/commands.ts';
import type { Problem } from '#protocol/ld2410/problem.ts';
import { encodeFrame } from '#protocol/ld2410/writer.ts';

/** As far as it looks, and its maker's own delay (2.2.3): what it holds on to for longer, nobody would be told. */
export const wantedLimits: Limits = { farthestMovingGate: 8, farthestStillGate: 8, noOneSeconds: 5 };

const limits = ['farthestMovingGate', 'farthestStillGate', 'noOneSeconds'] as const satisfies (keyof Limits)[];

/** A module answers within some milliseconds; its answer may be gathered with its last report. */
export const answerTimeoutMs = 1_500;
/** A radar that could not be set up guards nevertheless; it is tried again so often. */
export const tryAgainMs = minuteMs;

type Asked = Exclude<Command, { command: 'other' }>;

/** Sets a module up: no engineering reports, far enough, and not too long. It sends no reports meanwhile (2.4). */
export interface SettingUp {
  /** Begins, unless it is under way. */
  begin(): void;
  /** Hands in what the module answered; tells whether it was waited for. */
  offer(acknowledgement: Acknowledgement): boolean;
  /** Has the module restart. */
  restart(): void;
  /** Gives up what is under way: the line is gone. */
  cancel(reason: string): void;
  counters(): SettingUpCounters;
}

export interface SettingUpCounters {
  setUps: number;
  /** It did not answer in time, refused, or is not as it was told to be. */
  failedSetUps: number;
}

export interface SettingUpParts {
  clock: Clock;
  log: Log;
  write(bytes: Uint8Array): void;
}

export function createSettingUp({ clock, log, write }: SettingUpParts): SettingUp {
  const requests = createRequests<Acknowledgement>(clock);
  const counters = { setUps: 0, failedSetUps: 0 };
  let isUnderWay = false;
  let warned = false;
  let cancelAgain: Cancel = () => undefined;

  function send(command: Asked): void {
    write(encodeFrame(encodeCommand(command)));
  }

  /** Sends a command and goes on with its answer; without one, or when it is refused, the setting up has failed. */
  function ask(command: Asked, then: (acknowledgement: Acknowledgement) => void): void {
    const done = (outcome: Result<Acknowledgement, RequestProblem>): void => {
      if (!outcome.ok) fail(outcome.problem);
      else if (!outcome.value.success) fail({ code: 'refused', message: `${command.command} was refused` });
      else then(outcome.value);
    };
    const name = `the answer to ${command.command}`;
    const matches = (acknowledgement: Acknowledgement): boolean => answers(acknowledgement, command);
    requests.ask({ name, deadlineMs: answerTimeoutMs, matches, done }, () => send(command));
  }

  function fail({ code, message }: RequestProblem | Problem): void {
    isUnderWay = false;
    if (code === 'cancelled') return;
    counters.failedSetUps += 1;
    log[warned ? 'debug' : 'warn']({ device: 'radar', problem: message }, 'the radar could not be set up');
    warned = true;
    // Left in configuration it would report nothing.
    send({ command: 'end-configuration' });
    cancelAgain = clock.at(clock.monotonicMs() + tryAgainMs, begin);
  }

  function begin(): void {
    if (isUnderWay) return;
    cancelAgain();
    isUnderWay = true;
    ask({ command: 'enable-configuration' }, () =>
      ask({ command: 'read-firmware' }, (firmware) =>
        setLimits(() =>
          ask({ command: 'engineering-off' }, () => ask({ command: 'end-configuration' }, () => finish(firmware))),
        ),
      ),
    );
  }

  /** Read first: the module keeps its parameters, and its memory is not written more often than need be. */
  function setLimits(then: () => void): void {
    const read = (otherwise: (problem: Problem) => void): void =>
      ask({ command: 'read-parameters' }, (acknowledgement) => {
        const asWanted = readLimits(acknowledgement);
        if (asWanted.ok) then();
        else otherwise(asWanted.problem);
      });
    read(() => ask({ command: 'set-limits', ...wantedLimits }, () => read(fail)));
  }

  function finish(acknowledgement: Acknowledgement): void {
    isUnderWay = false;
    warned = false;
    counters.setUps += 1;
    const firmware = decodeFirmware(acknowledgement);
    log.info({ device: 'radar', ...(firmware.ok ? firmware.value : {}), ...wantedLimits }, 'the radar is set up');
  }

  function cancel(reason: string): void {
    cancelAgain();
    requests.cancel(reason);
  }

  return {
    begin,
    offer: (acknowledgement) => requests.offer(acknowledgement),
    restart() {
      cancel('the radar is restarted');
      isUnderWay = true;
      ask({ command: 'enable-configuration' }, () => ask({ command: 'restart' }, () => (isUnderWay = false)));
    },
    cancel,
    counters: () => ({ ...counters }),
  };
}

function readLimits(acknowledgement: Acknowledgement): Result<void, Problem> {
  const parameters = decodeParameters(acknowledgement);
  if (!parameters.ok) return parameters;
  const wrong = limits.filter((key) => parameters.value[key] !== wantedLimits[key]);
  if (wrong.length === 0) return success(undefined);
  const told = wrong.map((key) => `${key} is ${parameters.value[key]}, not ${wantedLimits[key]}`);
  return failure({ code: 'unknown-value', message: told.join(', ') });
}
