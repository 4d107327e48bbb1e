import { hourMs, secondMs } from '#protocol/core/time.ts';
import { duration, section } from './keys.ts';
import { filled, milliseconds } from './values.ts';

/** B11: configurations that come from the centre. */
export const remoteSchema = section(
  {
    trial: duration(
      '10m',
      10 * secondMs,
      24 * hourMs,
      'A configuration that reaches the centre in another way has so long to be answered; then the one before is back (B11.3).',
    ),
  },
  'Configurations from the centre.',
);

export interface RemoteConfiguration {
  trialMs: number;
}

export function readRemote(remote: { trial?: string } | undefined): RemoteConfiguration {
  return { trialMs: milliseconds(filled(remote).trial) };
}
