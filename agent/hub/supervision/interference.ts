import { type Cancel, minuteMs } from '#protocol/core/time.ts';
import { deviceTypes, statusCodes } from '#protocol/scaip/codes.ts';
import { startChart } from '#agent/hub/actors.ts';
import type { Concern, HubContext } from '#agent/hub/concern.ts';
import { conditionChart } from './condition.chart.ts';

/** Kept while the channel is disturbed. */
const key = 'interference';

/** B16's line. */
const channel = { from: 'hub', dty: deviceTypes.radioUnit.code, pri: 4 };

/**
 * Whether the radio channel is disturbed (B8.3): bytes that are no telegram, minute after minute, or most of the
 * supervised accessories missing at once. `noiseBytes` counts what the receiver had to throw away since it was opened; a
 * hub that hears telegrams only, and no bytes, has none to look at.
 */
export function createInterference(context: HubContext, noiseBytes: (() => number) | undefined): Concern {
  const { clock, configuration, facts, reports, log } = context;
  const chart = startChart(conditionChart, log);
  let seenBytes = 0;
  /** Minutes in a row, disturbed or quiet, up to now. */
  let inARow = 0;
  let wasNoisy = false;
  let isNoisy = false;
  let mostMissing = false;
  let cancel: Cancel = () => {};

  function look(): void {
    if (noiseBytes === undefined) return;
    cancel = clock.at(clock.monotonicMs() + minuteMs, () => {
      const bytes = noiseBytes();
      const { bytesPerMinute, minutes } = configuration().interference;
      const noisy = bytes - seenBytes >= bytesPerMinute;
      seenBytes = bytes;
      inARow = noisy === wasNoisy ? inARow + 1 : 1;
      wasNoisy = noisy;
      if (inARow >= minutes) isNoisy = noisy;
      judge();
      look();
    });
  }

  function judge(): void {
    const type = isNoisy || mostMissing ? 'bad' : 'good';
    // The chart hears of changes: most minutes bring none.
    if ((type === 'bad') === chart.isIn('bad')) return;
    for (const decision of chart.send({ type })) {
      const isBad = decision.type === 'fault';
      const stc = isBad ? statusCodes.interference.code : statusCodes.normal.code;
      const why = isBad ? { disturbed: isNoisy ? 'noise' : 'most accessories missing' } : { disturbed: 'no more' };
      reports.report(
        { report: decision.type, ...channel, stc },
        { keep: [{ key, value: isBad ? true : undefined }], note: ['device', { device: 'radio', ...why }] },
      );
    }
  }

  return {
    missingChanged(missing, supervised) {
      mostMissing = missing >= configuration().interference.missingAtLeast && 2 * missing > supervised;
      judge();
    },
    restore() {
      // What disturbed it may do so still: it is over when it was quiet for as long as anybody else's.
      if (facts.get(key) === undefined) return;
      chart.send({ type: 'restored' });
      isNoisy = true;
      wasNoisy = true;
    },
    start: look,
    stop: () => cancel(),
  };
}
