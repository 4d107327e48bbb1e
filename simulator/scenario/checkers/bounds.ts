import type { Checker } from './checker.ts';

/**
 * As many timers as may wait in a home: each device, path, call and accessory has some, and one that has fired or was
 * taken back is none.
 */
const timersLimit = 200;

/** What may pile up stays within its bounds (B13.2, B15.3). */
export const checkBounds: Checker = ({ sizes: { journalBytes, timers = 0 }, hub, endMs }) => [
  ...(journalBytes <= hub.journal.limitBytes
    ? []
    : [
        {
          rule: 'B13.2',
          atMs: endMs,
          message: `the journal has ${journalBytes} bytes; right would be ${hub.journal.limitBytes} at most`,
        },
      ]),
  ...(timers <= timersLimit
    ? []
    : [{ rule: 'B15.3', atMs: endMs, message: `${timers} timers wait; right would be ${timersLimit} at most` }]),
];
