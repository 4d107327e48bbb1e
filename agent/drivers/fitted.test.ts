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
