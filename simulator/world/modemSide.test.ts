import { describe, expect, test } from 'vitest';
import type { MobileStatus, Modem, ModemListener } from '#agent/hub/devices.ts';
import { readConfiguration } from '#protocol/configuration/configuration.ts';
import { minuteMs, secondMs } from '#protocol/core/time.ts';
import { createVirtualClock } from '#simulator/virtualClock.ts';
import { homeConfiguration } from '#test/homeConfiguration.ts';
import { usualHabits } from './centreHabits.ts';
import { createLoads } from './loads.ts';
import { createModemSide } from './modemSide.ts';
import { createRecorder } from './recorder.ts';
import { openVirtualWorld } from './virtualWorld.ts';
import type { ModemDeed } from './world.ts';

/** A modem, and a program that has just opened it; what it hears is noted. */
function setUp(pin?: string) {
  const read = readConfiguration({
    hub: 'hub-0001',
    centre: { primary: { url: 'mqtt://127.0.0.1:1883' } },
    modem: pin === undefined ? {} : { pin },
  });
  if (!read.ok) throw new Error(read.problem.map(({ message }) => message).join('\n'));
  const clock = createVirtualClock();
  const recorder = createRecorder(clock.monotonicMs);
  recorder.begin();
  const bearer = { isUp: true, up: () => (bearer.isUp = true), down: () => (bearer.isUp = false) };
  const side = createModemSide({
    clock,
    recorder,
    loads: createLoads(),
    power() {},
    bearer,
    random: () => 0.5,
    configuration: read.value,
    centre: usualHabits,
    realRates: false,
  });
  const heard: unknown[] = [];
  const listener: ModemListener = {
    status: (status) => heard.push(status),
    well: () => heard.push('well'),
    failing: () => heard.push('failing'),
    message: (from, text) => heard.push({ from, text }),
    messageOutcome: (id, is) => heard.push({ id, is }),
    networkTime: (wallMs) => heard.push({ wallMs }),
  };
  const open = () => side.devices?.().openModem?.(listener) as Modem;
  const befall = (does: ModemDeed) => side.perform?.({ word: 'modem', does });
  const status = () =>
    heard.findLast((told): told is MobileStatus => typeof told === 'object' && told !== null && 'sim' in told);
  return { clock, side, bearer, heard, open, befall, status, events: recorder.events() };
}

const inService: MobileStatus = {
  sim: 'ready',
  registration: 'home',
  access: '4G',
  operator: 'Testnet',
  signalDbm: -79,
  data: true,
};

test('a program that opens the modem is told how it is, and what time the network has', () => {
  const { clock, heard, open } = setUp();
  open();
  clock.advance(5 * secondMs);
  expect(heard).toEqual(['well', inService, { wallMs: expect.any(Number) }]);
});

test.for([
  ['searching', { registration: 'searching', access: 'none', data: false }],
  ['denied', { registration: 'denied', access: 'none', data: false }],
  ['no-sim', { sim: 'absent', registration: 'none', data: false }],
  ['puk', { sim: 'puk-required', registration: 'none', data: false }],
  ['wrong-pin', { sim: 'pin-required', registration: 'none', data: false }],
  ['hangs', { sim: 'unknown', registration: 'none', data: false }],
  ['unplug', { sim: 'unknown', registration: 'none', data: false }],
  ['roaming', { registration: 'roaming', access: '4G', data: true }],
  ['2g', { registration: 'home', access: '2G', data: true }],
] as const)('modem: %s shows in its status, and the bearer follows', ([deed, expected]) => {
  const { clock, open, befall, status, bearer } = setUp();
  open();
  clock.advance(5 * secondMs);
  befall(deed);
  clock.advance(5 * secondMs);
  expect(status()).toMatchObject(expected);
  expect(bearer.isUp).toBe(expected.data);
});

test.for(['searching', 'denied', 'no-sim', 'puk', 'wrong-pin'] as const)(
  'ordinary service mends %s after a search',
  (deed) => {
    const { clock, open, befall, status, bearer } = setUp('1234');
    open();
    clock.advance(5 * secondMs);
    befall(deed);
    clock.advance(minuteMs);
    befall('4g');
    clock.advance(10 * secondMs);
    expect(status()).toEqual(inService);
    expect(bearer.isUp).toBe(true);
  },
);

test('the PIN is asked for at each start, a wrong one is counted, and the third is the last', () => {
  const { clock, side, open, befall, status } = setUp('1234');
  const modem = open();
  befall('reboot');
  clock.advance(20 * secondMs);
  expect(status()).toMatchObject({ sim: 'pin-required' });
  const outcomes: string[] = [];
  for (const pin of ['1111', '2222', '3333', '1234']) {
    modem.enterPin(pin, (is) => outcomes.push(is));
    clock.advance(2 * secondMs);
  }
  expect(outcomes).toEqual(['wrong', 'wrong', 'wrong', 'failed']);
  expect(side.state?.()).toMatchObject({ sim: 'puk-required', pinAttempts: 3 });
});

test('the right PIN brings it into the network', () => {
  const { clock, open, befall, status } = setUp('1234');
  const modem = open();
  befall('reboot');
  clock.advance(20 * secondMs);
  modem.enterPin('1234', () => {});
  clock.advance(10 * secondMs);
  expect(status()).toEqual(inService);
});

describe('recovery', () => {
  test.for(['reattach', 'radio-off-on'] as const)('%s does not reach a modem that hangs', (step) => {
    const { clock, open, befall, status } = setUp();
    const modem = open();
    befall('hangs');
    modem.recover(step);
    clock.advance(minuteMs);
    expect(status()?.data).not.toBe(true);
  });

  test.for(['reset', 'power-cycle'] as const)('%s mends a modem that hangs', (step) => {
    const { clock, open, befall, status } = setUp();
    const modem = open();
    clock.advance(5 * secondMs);
    befall('hangs');
    clock.advance(minuteMs);
    modem.recover(step);
    clock.advance(minuteMs);
    expect(status()).toEqual(inService);
  });

  test.for(['reattach', 'radio-off-on', 'reset', 'power-cycle'] as const)('%s costs the data for a moment', (step) => {
    const { clock, open, bearer } = setUp();
    const modem = open();
    modem.recover(step);
    expect(bearer.isUp).toBe(false);
    clock.advance(minuteMs);
    expect(bearer.isUp).toBe(true);
  });
});

test('a modem that does not answer fails after a while; one that is back is well', () => {
  const { clock, heard, open, befall } = setUp();
  open();
  befall('unplug');
  clock.advance(20 * secondMs);
  expect(heard).not.toContain('failing');
  clock.advance(20 * secondMs);
  expect(heard).toContain('failing');
  befall('plug');
  clock.advance(20 * secondMs);
  expect(heard.filter((told) => typeof told === 'string')).toEqual(['failing', 'well']);
});

test('link: down takes the data and leaves the registration, so that short messages pass', () => {
  const { clock, side, heard, open, bearer, status, events } = setUp();
  const modem = open();
  clock.advance(5 * secondMs);
  side.perform?.({ word: 'link', is: 'down' });
  expect(bearer.isUp).toBe(false);
  expect(status()).toMatchObject({ registration: 'home', data: false });
  modem.sendMessage('m1', '+46700000000', 'H1 hub-0001 7Q2M 0003 0010 - 0705');
  clock.advance(5 * secondMs);
  expect(heard).toContainEqual({ id: 'm1', is: 'sent' });
  expect(events.filter(({ kind }) => kind === 'sms')).toMatchObject([{ is: 'sent', ref: '7Q2M' }]);
  side.perform?.({ word: 'link', is: 'up' });
  expect(bearer.isUp).toBe(true);
});

test('the link comes back only when the modem has its network and the link is not down', () => {
  const { clock, side, bearer, befall } = setUp();
  side.perform?.({ word: 'link', is: 'down' });
  befall('searching');
  side.perform?.({ word: 'link', is: 'up' });
  clock.advance(minuteMs);
  expect(bearer.isUp).toBe(false);
  befall('4g');
  clock.advance(minuteMs);
  expect(bearer.isUp).toBe(true);
});

test('a short message without a network fails', () => {
  const { clock, heard, open, befall, events } = setUp();
  const modem = open();
  befall('denied');
  modem.sendMessage('m1', '+46700000000', 'A');
  clock.advance(5 * secondMs);
  expect(heard).toContainEqual({ id: 'm1', is: 'failed' });
  expect(events.filter(({ kind }) => kind === 'sms')).toEqual([]);
});

test('a heartbeat tells the centre by what the hub reaches it, and how well (B7.3)', async () => {
  const configuration = homeConfiguration();
  const world = await openVirtualWorld({ seed: 1, startWallMs: Date.UTC(2026, 0, 15, 11), configuration });
  await world.perform({ word: 'modem', does: '2g' });
  await world.perform({ word: 'signal', dbm: -104 });
  await world.advance(3 * minuteMs);
  const beats = world.events().filter((event) => event.kind === 'heartbeat');
  await world.close();
  expect(beats.at(-1)).toMatchObject({ access: '2G', signalDbm: -104 });
});
