import { afterEach, describe, expect, test } from 'vitest';
import type { MobileStatus, ModemListener } from '#agent/hub/devices.ts';
import { minuteMs, secondMs } from '#protocol/core/time.ts';
import { type HubAtWork, sha256, startHubAtWork } from '#test/hubAtWork.ts';

const inService: MobileStatus = {
  sim: 'ready',
  registration: 'home',
  access: '4G',
  operator: 'Testnet',
  signalDbm: -79,
  data: true,
};
const asking: MobileStatus = { sim: 'pin-required', registration: 'none', access: 'none', data: false };

let close = (): void => {};
afterEach(() => close());

/** A hub with a modem that a test plays; what it is told to do is noted. */
function setUp(modem: Readonly<Record<string, unknown>> = { pin: '1234' }) {
  let listener: ModemListener | undefined;
  let outcome: ((is: 'accepted' | 'wrong' | 'failed') => void) | undefined;
  const pins: string[] = [];
  const pinsKeptBefore: boolean[] = [];
  const steps: { step: string; atMs: number }[] = [];
  const work: HubAtWork = startHubAtWork(
    { modem },
    {
      openModem(opened) {
        listener = opened;
        return {
          enterPin(pin, told) {
            pins.push(pin);
            pinsKeptBefore.push(
              work
                .journal()
                .kept()
                .some(({ key }) => key === 'mobile/pin'),
            );
            outcome = told;
          },
          recover: (step) => steps.push({ step, atMs: work.clock.monotonicMs() }),
          sendMessage() {},
          stop() {},
        };
      },
    },
  );
  close = () => work.close();
  const status = (changes: Partial<MobileStatus> = {}) => listener?.status({ ...inService, ...changes });
  return {
    work,
    pins,
    pinsKeptBefore,
    steps,
    status,
    ask: () => listener?.status(asking),
    judge: (is: 'accepted' | 'wrong' | 'failed') => outcome?.(is),
    modem: () => listener as ModemListener,
    reports: () => work.records().map(({ report, dty, stc, pri }) => [report, dty, stc, pri]),
    kept: () => JSON.stringify(work.journal().kept()),
  };
}

const modemFault = ['fault', 32, 67, 4];
const modemWell = ['restore', 32, 91, 4];
const linkFault = ['fault', 32, 24, 4];
const linkBack = ['restore', 32, 113, 4];

describe('the PIN (B7.2)', () => {
  test('is tried once, and that is written down before it is', () => {
    const { pins, pinsKeptBefore, ask, judge } = setUp();
    ask();
    expect(pins).toEqual(['1234']);
    expect(pinsKeptBefore).toEqual([true]);
    judge('accepted');
  });

  test('that is wrong is a fault, and never tried again: not when the SIM asks again, not after a restart', () => {
    const { work, pins, ask, judge, modem, reports } = setUp();
    ask();
    judge('wrong');
    modem().status({ ...asking, sim: 'unknown' });
    ask();
    work.restart();
    ask();
    work.restart(minuteMs);
    ask();
    expect(pins).toEqual(['1234']);
    expect(reports()).toEqual([modemFault]);
  });

  test('is not tried again when the hub ended before it heard the outcome', () => {
    const { work, pins, ask, reports } = setUp();
    ask();
    work.restart();
    ask();
    expect(pins).toEqual(['1234']);
    expect(reports()).toEqual([modemFault]);
  });

  test('whose SIM is open after such an end was right, and is given again when the modem asks', () => {
    const { work, pins, ask, status } = setUp();
    ask();
    work.restart();
    status();
    ask();
    expect(pins).toEqual(['1234', '1234']);
  });

  test('that is right is given at each start of the modem', () => {
    const { work, pins, ask, judge, status } = setUp();
    ask();
    judge('accepted');
    status();
    work.restart(minuteMs);
    ask();
    expect(pins).toEqual(['1234', '1234']);
  });

  test('that is new in the configuration may be tried, after a wrong one too, and a right one is the end of the fault', () => {
    const { work, pins, ask, judge, status, reports } = setUp();
    ask();
    judge('wrong');
    work.configure({ modem: { pin: '4321' } });
    work.restart();
    ask();
    judge('accepted');
    status();
    expect(pins).toEqual(['1234', '4321']);
    expect(reports()).toEqual([modemFault, modemWell]);
  });

  test('is a fault when there is none to give', () => {
    const { pins, ask, reports } = setUp({});
    ask();
    expect(pins).toEqual([]);
    expect(reports()).toEqual([modemFault]);
  });

  test('is nowhere in the journal or the log, nor what is kept of it in the journal’s story', () => {
    const { work, ask, judge, kept } = setUp({ pin: '73914682' });
    ask();
    judge('wrong');
    expect(kept()).toContain(sha256('hub-0001 73914682'));
    for (const text of [kept(), JSON.stringify(work.entries()), JSON.stringify(work.lines)])
      expect(text).not.toContain('73914682');
    expect(JSON.stringify(work.entries())).not.toContain(sha256('hub-0001 73914682'));
  });
});

describe('what is wrong with SIM and modem', () => {
  test.for([
    ['no SIM', { sim: 'absent', registration: 'none', data: false }],
    ['a PUK asked for', { sim: 'puk-required', registration: 'none', data: false }],
    ['a network that denies it', { registration: 'denied', data: false }],
  ] as const)('%s is a fault, once, and over when it is registered again', ([, wrong]) => {
    const { work, status, reports } = setUp();
    status(wrong);
    work.restart();
    status(wrong);
    expect(reports()).toEqual([modemFault]);
    status({ registration: 'searching', data: false });
    expect(reports()).toEqual([modemFault]);
    status({ registration: 'roaming' });
    expect(reports()).toEqual([modemFault, modemWell]);
  });

  test('a modem that does not answer is a fault; one that answers and is registered is well', () => {
    const { modem, status, reports } = setUp();
    status();
    modem().failing('the modem does not answer');
    expect(reports()).toEqual([modemFault]);
    modem().well();
    status();
    expect(reports()).toEqual([modemFault, modemWell]);
  });

  test('a network that is searched for is none', () => {
    const { status, reports } = setUp();
    status({ registration: 'searching', data: false });
    expect(reports()).toEqual([]);
  });
});

describe('recovery (B7.4)', () => {
  test('goes from step to step, twice as far apart each time, and never ends; it is journalled', () => {
    const { work, steps, status } = setUp({ recoverAfter: '1m', recoverAtMost: '10m' });
    status({ registration: 'searching', data: false });
    work.setConnected(false);
    work.clock.advance(40 * minuteMs);
    const names = ['reattach', 'radio-off-on', 'reset', 'power-cycle', 'reattach', 'radio-off-on'];
    expect(steps.map(({ step }) => step)).toEqual(names);
    expect(steps.map(({ atMs }) => atMs / minuteMs)).toEqual([1, 3, 7, 15, 25, 35]);
    const notes = work.entries().filter(({ kind, body }) => kind === 'link' && 'recovery' in body);
    expect(notes).toHaveLength(names.length);
  });

  test('leaves the modem alone while a path works', () => {
    const { work, steps, status } = setUp();
    status({ registration: 'searching', data: false });
    work.clock.advance(10 * minuteMs);
    expect(steps).toEqual([]);
  });

  test('ends when the path is back, and begins anew at the next trouble', () => {
    const { work, steps, status } = setUp();
    status({ data: false });
    work.setConnected(false);
    work.clock.advance(2 * minuteMs);
    work.setConnected(true);
    work.clock.advance(30 * minuteMs);
    work.setConnected(false);
    work.clock.advance(2 * minuteMs);
    expect(steps.map(({ step }) => step)).toEqual(['reattach', 'reattach']);
  });

  test.for([['puk-required'], ['pin-required']] as const)('does nothing about %s, which no reset mends', ([sim]) => {
    const { work, steps, status } = setUp({});
    status({ ...asking, sim });
    work.setConnected(false);
    work.clock.advance(30 * minuteMs);
    expect(steps).toEqual([]);
  });

  test('counts a bearer that looks well and carries nothing as trouble when the link is lost', () => {
    const { work, steps, status } = setUp();
    status();
    work.setConnected(false);
    work.clock.advance(10 * minuteMs);
    expect(steps).toEqual([]);
    work.clock.advance(minuteMs);
    expect(steps.map(({ step }) => step)).toEqual(['reattach']);
  });
});

describe('a lost link (B7.5)', () => {
  test('is a fault after 10 min, which says when it began, and a restore when it is back', () => {
    const { work, status, reports } = setUp();
    status();
    work.clock.advance(5 * secondMs);
    work.setConnected(false);
    work.clock.advance(10 * minuteMs - 1);
    expect(reports()).toEqual([]);
    work.clock.advance(1);
    const [fault] = work.records();
    expect(fault).toMatchObject({ since: { monotonicMs: 5_000 }, when: { monotonicMs: 605_000 } });
    work.clock.advance(minuteMs);
    work.setConnected(true);
    expect(reports()).toEqual([linkFault, linkBack]);
  });

  test('of less is none', () => {
    const { work, reports } = setUp();
    work.setConnected(false);
    work.clock.advance(9 * minuteMs);
    work.setConnected(true);
    work.clock.advance(10 * minuteMs);
    expect(reports()).toEqual([]);
  });

  test('counts over a restart from its begin', () => {
    const { work, reports } = setUp();
    work.setConnected(false);
    work.clock.advance(4 * minuteMs);
    // The hub comes back and finds no path.
    work.restart();
    work.clock.advance(6 * minuteMs);
    expect(reports()).toEqual([linkFault]);
    expect(work.records()[0]).toMatchObject({ since: { monotonicMs: 0 } });
    work.restart();
    work.setConnected(true);
    expect(reports()).toEqual([linkFault, linkBack]);
  });
});

test('a heartbeat tells access, signal and operator (B7.3)', () => {
  const { work, status } = setUp();
  expect(work.hub().heartbeat()).toEqual({});
  status({ access: '2G', signalDbm: -101 });
  expect(work.hub().heartbeat()).toEqual({ mobile: { access: '2G', signalDbm: -101, operator: 'Testnet' } });
});

test('registration is in the journal when it changes; the signal, which changes all day, is not (B13.2)', () => {
  const { work, status } = setUp();
  const links = () => work.entries().filter(({ kind }) => kind === 'link');
  status();
  for (let signalDbm = -110; signalDbm < -60; signalDbm += 1) status({ signalDbm, access: '3G' });
  expect(links()).toHaveLength(1);
  status({ registration: 'roaming' });
  expect(links().map(({ body }) => ('registration' in body ? body['registration'] : ''))).toEqual(['home', 'roaming']);
});
