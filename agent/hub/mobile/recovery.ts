import type { Cancel } from '#protocol/core/time.ts';
import { startChart } from '#agent/hub/actors.ts';
import type { HubContext } from '#agent/hub/concern.ts';
import type { ModemRecovery } from '#agent/hub/devices.ts';
import { recoveryChart, type RecoveryEvent } from './recovery.chart.ts';

export interface RecoveryPorts {
  recover(step: ModemRecovery): void;
  isCallUp(): boolean;
}

export interface Recovery {
  /** Whether something is wrong that a step could mend. */
  trouble(is: boolean): void;
  stop(): void;
}

/** Helps the modem step by step, ever more slowly, for as long as nothing gets through (B7.4). */
export function createRecovery(context: HubContext, { recover, isCallUp }: RecoveryPorts): Recovery {
  const { clock, configuration, log, reports } = context;
  const chart = startChart(recoveryChart, log);
  let troubled = false;
  let cancel: Cancel = () => {};

  function send(event: RecoveryEvent): void {
    for (const decision of chart.send(event)) {
      if (decision.type === 'recover') take(decision.step);
      else if (decision.type === 'wait') waitBehind(decision.steps);
      else cancel();
    }
  }

  function take(step: ModemRecovery): void {
    log.warn({ step: 'link', recovery: step }, 'no way to the centre: the modem is helped');
    reports.note('link', { recovery: step });
    recover(step);
  }

  function waitBehind(steps: number): void {
    const { recoverAfterMs, recoverAtMostMs } = configuration().modem;
    const waitMs = Math.min(recoverAfterMs * 2 ** steps, recoverAtMostMs);
    cancel();
    cancel = clock.at(clock.monotonicMs() + waitMs, () => send({ type: 'due', call: isCallUp() }));
  }

  return {
    trouble(is) {
      if (is === troubled) return;
      troubled = is;
      send({ type: is ? 'trouble' : 'well' });
    },
    stop: () => cancel(),
  };
}
