import { expect, test } from 'vitest';
import { readConfiguration } from './configuration.ts';

const least = { hub: 'hub-0001', centre: { primary: { url: 'mqtt://127.0.0.1:1883' } } };

test('needs nothing, and without a port no modem is fitted', () => {
  const usual = {
    lostAfterMs: 600_000,
    recoverAfterMs: 60_000,
    recoverAtMostMs: 1_800_000,
  };
  const read = readConfiguration(least);
  expect(read.ok && read.value.modem).toEqual(usual);
});

test('every key counts', () => {
  const written = { port: '/dev/ttyUSB2', pin: '1234', lostAfter: '2m', recoverAfter: '30s', recoverAtMost: '1h' };
  const expected = { lostAfterMs: 120_000, recoverAfterMs: 30_000, recoverAtMostMs: 3_600_000 };
  const read = readConfiguration({ ...least, modem: written });
  expect(read).toMatchObject({ ok: true, value: { modem: { port: '/dev/ttyUSB2', pin: '1234', ...expected } } });
});

test('the PIN is taken as text, so that a leading zero counts', () => {
  const read = readConfiguration({ ...least, modem: { pin: '0042' } });
  expect(read).toMatchObject({ ok: true, value: { modem: { pin: '0042' } } });
});

test.for(['123', '12a4', '123456789', 4242])('a PIN that is none is an error that does not show it: %j', (pin) => {
  const read = readConfiguration({ ...least, modem: { pin } });
  if (read.ok) throw new Error('taken');
  const [problem] = read.problem;
  expect(problem?.message).toContain('modem.pin is not what it should be; right would be four to eight digits');
  expect(problem?.message).not.toContain(String(pin));
});
