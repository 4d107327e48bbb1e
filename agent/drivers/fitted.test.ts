import { expect, test } from 'vitest';
import type { SupplyListener } from '#agent/hub/devices.ts';
import type { FittedDevices } from '#protocol/configuration/fittedSections.ts';
import { createHandLine } from '#test/handLine.ts';
import { homeConfiguration } from '#test/homeConfiguration.ts';
import { createLogRecorder } from '#test/logRecorder.ts';
import { createVirtualClock } from '#test/virtualClock.ts';
import { fittedDevices } from './fitted.ts';

/** What is opened, and read, when a hub with such a supply is started. */
function reached(ups: FittedDevices['ups']): string[] {
  const clock = createVirtualClock();
  const story: string[] = [];
  const unfitted = (): never => {
    throw new Error('nothing else is fitted');
  };
  const { openSupply } = fittedDevices({
    configuration: { ...homeConfiguration(), ...(ups && { ups }) },
    clock,
    log: createLogRecorder().log,
    openPort(name, path) {
      story.push(`${name} at ${path}`);
      return createHandLine(clock).openLine;
    },
    readSupplies: (folder) => void story.push(`reads ${folder}`),
    openInput: unfitted,
    lamp: unfitted,
    player: unfitted,
  });
  const listener: SupplyListener = { reading() {}, failing() {}, well() {} };
  const supply = openSupply?.(listener);
  clock.advance(0);
  supply?.stop();
  return supply === undefined ? ['none'] : story;
}

test.each([
  [{ port: '/dev/ttyUSB4' }, ['ups at /dev/ttyUSB4']],
  [{ powerSupply: '/sys/class/power_supply' }, ['reads /sys/class/power_supply']],
  [undefined, ['none']],
])('a supply is what the configuration names: %j', (ups, story) => {
  expect(reached(ups)).toEqual(story);
});

test('a modem that the configuration names is the mobile link and a voice path, on one line', () => {
  const clock = createVirtualClock();
  const configuration = homeConfiguration();
  const opened: string[] = [];
  const unfitted = (): never => {
    throw new Error('nothing else is fitted');
  };
  const parts = {
    clock,
    log: createLogRecorder().log,
    openPort(name: string, path: string) {
      const hand = createHandLine(clock);
      return (...opening: Parameters<typeof hand.openLine>) => {
        opened.push(`${name} at ${path}`);
        return hand.openLine(...opening);
      };
    },
    readSupplies: unfitted,
    openInput: unfitted,
    lamp: unfitted,
    player: unfitted,
  };
  expect(fittedDevices({ ...parts, configuration })).toEqual({});
  const modem = { ...configuration.modem, port: '/dev/ttyUSB2' };
  const { openModem, voicePaths } = fittedDevices({ ...parts, configuration: { ...configuration, modem } });
  const nothing = () => {};
  const link = openModem?.({
    status: nothing,
    message: nothing,
    messageOutcome: nothing,
    networkTime: nothing,
    failing: nothing,
    well: nothing,
  });
  const paths = voicePaths?.map((open) =>
    open({ ringing: nothing, connected: nothing, ended: nothing, failed: nothing, key: nothing, incoming: nothing }),
  );
  clock.advance(1_000);
  expect([opened, paths?.map(({ name }) => name)]).toEqual([['modem at /dev/ttyUSB2'], ['modem']]);
  link?.stop();
  paths?.forEach((path) => path.stop());
  expect(clock.waiting()).toBe(0);
});
