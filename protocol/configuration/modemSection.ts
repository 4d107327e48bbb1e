import { type Static, Type } from 'typebox';
import { hourMs, minuteMs, secondMs } from '#protocol/core/time.ts';
import { duration, pathText, section, secret } from './keys.ts';
import { milliseconds } from './values.ts';

export const modemSection = section(
  {
    port: Type.Optional(
      pathText(
        '/dev/ttyUSB2',
        'The serial port of the modem that takes AT commands. It may be plugged in later. Without it there is no modem.',
      ),
    ),
    pin: Type.Optional(
      secret(
        '^[0-9]{4,8}$',
        'four to eight digits, in quotes',
        "The SIM's PIN, in quotes. It is tried once; a wrong one never again (B7.2). Without it the SIM must not ask.",
      ),
    ),
    lostAfter: duration('10m', secondMs, 24 * hourMs, 'No path to a centre for so long is a fault (B7.5).'),
    recoverAfter: duration(
      '1m',
      10 * secondMs,
      hourMs,
      'No registration, or no data, for so long: the first step of recovery. From step to step it is twice as long (B7.4).',
    ),
    recoverAtMost: duration('30m', minuteMs, 24 * hourMs, 'From one step of recovery to the next at most (B7.4).'),
  },
  'The mobile link (B7).',
);

/** The mobile link as the agent uses it. */
export interface ModemConfiguration {
  /** The serial port's path, absolute; without it no modem is fitted. */
  port?: string;
  pin?: string;
  lostAfterMs: number;
  recoverAfterMs: number;
  recoverAtMostMs: number;
}

export function readModemSection(document: Static<typeof modemSection> | undefined): ModemConfiguration {
  return {
    ...(document?.port === undefined ? {} : { port: document.port }),
    ...(document?.pin === undefined ? {} : { pin: document.pin }),
    lostAfterMs: milliseconds(document?.lostAfter),
    recoverAfterMs: milliseconds(document?.recoverAfter),
    recoverAtMostMs: milliseconds(document?.recoverAtMost),
  };
}
