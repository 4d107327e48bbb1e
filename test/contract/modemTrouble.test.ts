import { describe, expect, test } from 'vitest';
import { createModem } from '#agent/drivers/modem/modem.ts';
import type { MobileStatus } from '#agent/hub/devices.ts';
import { createModemDevice } from '#devices/modem/modemDevice.ts';
import { secondMs } from '#protocol/core/time.ts';
import { createLogRecorder } from '#test/logRecorder.ts';
import { summarize } from '#test/summary.ts';
import { breaking, memoryBench } from './deviceBench.ts';

const number = '+46313900600';
const talksMs = 12 * secondMs;

/**
 * A driver brings a modem up, sends a message and calls; at one byte of what they say to each other something goes wrong.
 * What the hub was told, and how it ends.
 */
function story(at: number, wrong: readonly string[], right: readonly string[], lastsMs: number) {
  const bench = memoryBench();
  const { clock, random, connector, openLine } = bench;
  const told: string[] = [];
  let status: MobileStatus | undefined;
  const line = breaking(bench.line, at, () => wrong.forEach((words) => device.obey(words)));
  const device = createModemDevice({ line, clock, random, connector });
  const devices = createModem({ openLine, clock, log: createLogRecorder().log });
  const driver = devices.openModem({
    status: (is) => (status = is),
    message() {},
    messageOutcome: (id, outcome) => told.push(`${id} ${outcome}`),
    networkTime() {},
    failing: () => told.push('failing'),
    well: () => told.push('well'),
  });
  const voice = devices.openVoicePath({
    ringing() {},
    connected: () => told.push('connected'),
    ended: () => told.push('call over'),
    failed: () => told.push('call over'),
    key() {},
    incoming() {},
  });
  clock.advance(5 * secondMs);
  driver.sendMessage('first', number, 'a text');
  clock.advance(2 * secondMs);
  voice.dial(number, 'duplex');
  clock.advance(talksMs - 7 * secondMs);
  clock.advance(lastsMs);
  right.forEach((words) => device.obey(words));
  const passed = line.passed();
  clock.advance(4 * 60 * secondMs);
  voice.hangUp();
  driver.sendMessage('last', number, 'a text');
  clock.advance(30 * secondMs);
  const state = { told, status, passed };
  driver.stop();
  voice.stop();
  device.stop();
  return state;
}

const undisturbed = story(Number.MAX_SAFE_INTEGER, [], [], 0);

describe.each([
  ['the line is lost', ['unplug'], ['plug'], 20 * secondMs],
  ['the modem falls silent', ['fault silent'], ['fault none'], 90 * secondMs],
  ['the modem babbles', ['fault babbling'], ['fault none'], 90 * secondMs],
  ['the modem starts anew', ['reboot'], [], 0],
] as const)('when %s at any byte of what is said', (what, wrong, right, lastsMs) => {
  test('the driver leads back to work by itself, and the hub is told', () => {
    const places = Array.from({ length: undisturbed.passed }, (_, index) => index);
    const failed = places.flatMap((at) => {
      const { told, status } = story(at, wrong, right, lastsMs);
      const health = told.filter((one) => one === 'well' || one === 'failing');
      const isServed = status?.registration === 'home' && status.data;
      const isWell = health.at(-1) === 'well' && health.filter((one, index) => one === health[index - 1]).length === 0;
      const isSent = told.includes('last delivered') && told.some((one) => one.startsWith('first'));
      return isServed && isWell && isSent ? [] : [{ at, told, status }];
    });
    expect(failed).toEqual([]);
    summarize('worst wires', [`a modem, when ${what} at each of ${places.length} bytes: back by itself each time`]);
  });
});
