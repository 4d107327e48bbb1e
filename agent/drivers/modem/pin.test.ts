import { expect, test } from 'vitest';
import { minuteMs, secondMs } from '#protocol/core/time.ts';
import { startModemAtWork } from '#test/modemAtWork.ts';

/** A modem whose SIM asks for its PIN, which is then entered; the outcomes are noted. */
function enter(pin: string, prepare: (work: ReturnType<typeof startModemAtWork>) => void = () => {}) {
  const work = startModemAtWork();
  work.modem.sim = 'pin';
  work.clock.advance(5 * secondMs);
  prepare(work);
  const outcomes: string[] = [];
  work.newCommands();
  work.driver.enterPin(pin, (outcome) => outcomes.push(outcome));
  work.clock.advance(5 * minuteMs);
  const entered = work.commands.filter((line) => line.startsWith('AT+CPIN=')).length;
  return { ...work, outcomes, entered };
}

test('a right PIN is accepted, and the modem is used', () => {
  const { outcomes, entered, statuses } = enter('1234');
  expect([outcomes, entered]).toEqual([['accepted'], 1]);
  expect(statuses.at(-1)).toMatchObject({ sim: 'ready', registration: 'home' });
});

test('a wrong PIN is told, and entered once', () => {
  const { outcomes, entered, statuses } = enter('9999');
  expect([outcomes, entered]).toEqual([['wrong'], 1]);
  expect(statuses.at(-1)).toMatchObject({ sim: 'pin-required' });
});

test('a wrong PIN that leaves a PUK is wrong', () => {
  const { outcomes, statuses } = enter('9999', ({ modem }) => (modem.pinTries = 1));
  expect(outcomes).toEqual(['wrong']);
  expect(statuses.at(-1)).toMatchObject({ sim: 'puk-required' });
});

test('a SIM that asks for nothing is given nothing', () => {
  const { outcomes, entered } = enter('1234', ({ modem }) => (modem.sim = 'ready'));
  expect([outcomes, entered]).toEqual([['failed'], 0]);
});

test('what is no PIN never reaches the modem', () => {
  const { outcomes, entered } = enter('1234"\rATD112;');
  expect([outcomes, entered]).toEqual([['failed'], 0]);
});

test.for([
  ['1234', true, 'accepted'],
  ['9999', true, 'wrong'],
  ['9999', false, 'wrong'],
] as const)(
  'an answer that is lost is looked for: %s, tries told %s, is %s, and it is entered once',
  ([pin, tellsPinTries, is]) => {
    const { outcomes, entered } = enter(pin, ({ modem, override, clock }) => {
      modem.tellsPinTries = tellsPinTries;
      override((line) => {
        if (!line.startsWith('AT+CPIN=')) return undefined;
        if (line === `AT+CPIN="${modem.pin}"`) modem.sim = 'ready';
        else modem.pinTries -= 1;
        clock.at(clock.monotonicMs(), () => override(() => undefined));
        return [];
      });
    });
    expect([outcomes, entered]).toEqual([[is], 1]);
  },
);

test('a PIN that the SIM has not judged, because the modem fell over, may be tried again', () => {
  const { outcomes, entered } = enter('1234', ({ override, reboot }) =>
    override((line) => {
      if (!line.startsWith('AT+CPIN=')) return undefined;
      override(() => undefined);
      reboot();
      return [];
    }),
  );
  expect([outcomes, entered]).toEqual([['failed'], 1]);
});

test('that remains in doubt, on a modem that does not tell its tries, counts as wrong', () => {
  const { outcomes } = enter('1234', ({ modem, override, reboot }) => {
    modem.tellsPinTries = false;
    override((line) => {
      if (!line.startsWith('AT+CPIN=')) return undefined;
      override(() => undefined);
      reboot();
      return [];
    });
  });
  expect(outcomes).toEqual(['wrong']);
});

test('a PIN is in no log, whatever becomes of it', () => {
  for (const pin of ['1234', '73914682']) {
    const { log } = enter(pin, ({ override }) =>
      override((line) => (line.startsWith('AT+CPIN=') ? ['+CMS ERROR: 500'] : undefined)),
    );
    expect(JSON.stringify(log)).not.toContain(pin);
  }
});
