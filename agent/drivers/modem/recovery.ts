import type { ModemRecovery } from '#agent/hub/devices.ts';
import type { Log } from '#protocol/core/log.ts';
import { type Cancel, type Clock, secondMs } from '#protocol/core/time.ts';
import { radioTimeoutMs } from './setup.ts';
import { type Ask, inTurn } from './steps.ts';

/** Detaching and attaching ask the network (EC2x AT commands: 140 s at most). */
const attachTimeoutMs = 140 * secondMs;
/** The choice of a network (EC2x AT commands: 180 s at most). */
const choiceTimeoutMs = 180 * secondMs;
/** The network forgets nothing of a radio that is off for less. */
const radioOffMs = 3 * secondMs;

export interface RecoveryParts {
  clock: Clock;
  ask: Ask;
  log: Log;
  /** Whether the modem answers: what is asked of one that does not would be done when it is well again. */
  isAnswering(): boolean;
  /** False where the port cannot. */
  cyclePower(): boolean;
  /** The modem restarts: nothing that was known of it holds. */
  restarting(): void;
  changed(): void;
}

export interface Recovery {
  recover(step: ModemRecovery): void;
  stop(): void;
}

/** The steps by which the modem is helped back into the network (B7.4). One at a time; the hub spaces them. */
export function createRecovery(parts: RecoveryParts): Recovery {
  const { clock, ask, log } = parts;
  let isUnderWay = false;
  let cancelRadio: Cancel = () => {};

  function skip(step: ModemRecovery, reason: string): void {
    log.info({ device: 'modem', recovery: step, reason }, 'a step of recovery is left out');
  }

  function over(isDone: boolean): void {
    isUnderWay = false;
    log.debug({ device: 'modem', isDone }, 'step of recovery over');
    parts.changed();
  }

  /** Detached and attached again; where the network refuses that, it is chosen anew. */
  function reattach(): void {
    let isAttached = true;
    const steps = [
      { line: 'AT+CGATT=0', deadlineMs: attachTimeoutMs },
      { line: 'AT+CGATT=1', deadlineMs: attachTimeoutMs, refused: () => (isAttached = false) },
    ];
    inTurn(ask, 'work', steps, (isDone) => {
      if (!isDone || isAttached) over(isDone);
      else inTurn(ask, 'work', [{ line: 'AT+COPS=0', deadlineMs: choiceTimeoutMs }], over);
    });
  }

  /** Flight mode keeps the SIM's power, so that it does not ask for its PIN again (27.007 8.2, <fun> 4). */
  function radioOffOn(): void {
    inTurn(ask, 'work', [{ line: 'AT+CFUN=4', deadlineMs: radioTimeoutMs }], (isDone) => {
      parts.changed();
      if (!isDone) return over(false);
      cancelRadio = clock.at(clock.monotonicMs() + radioOffMs, () =>
        inTurn(ask, 'work', [{ line: 'AT+CFUN=1', deadlineMs: radioTimeoutMs }], over),
      );
    });
  }

  function reset(): void {
    ask('work', { line: 'AT+CFUN=1,1', deadlineMs: radioTimeoutMs }, (outcome) => {
      over(outcome.is === 'ok');
      if (outcome.is === 'ok') parts.restarting();
    });
  }

  function recover(step: ModemRecovery): void {
    if (step === 'power-cycle' && parts.cyclePower()) return;
    if (!parts.isAnswering()) return skip(step, 'the modem does not answer; it is being brought back');
    if (isUnderWay) return skip(step, 'the last one is not over');
    isUnderWay = true;
    if (step === 'power-cycle') log.info({ device: 'modem' }, 'the port cannot cycle the power: a reset instead');
    if (step === 'reattach') reattach();
    else if (step === 'radio-off-on') radioOffOn();
    else reset();
  }

  return { recover, stop: () => cancelRadio() };
}
