import { expect, test } from 'vitest';
import type { HubContext } from '#agent/hub/concern.ts';
import type { PositionListener } from '#agent/hub/devices.ts';
import { createSharedDevices } from './sharedDevices.ts';

/** The context is used when a device fails, which none does in here. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const context = {} as HubContext;

test('the receiver of positions is opened once, and tells all who listen until they stop', () => {
  let driver: PositionListener | undefined;
  let opened = 0;
  const { devices, concern } = createSharedDevices(context, {
    openGnss(listener) {
      opened += 1;
      driver = listener;
      return { savePower() {}, stop() {} };
    },
  });
  const told: string[] = [];
  const listener = (name: string): PositionListener => ({
    position: () => told.push(`${name} position`),
    satelliteTime: () => told.push(`${name} time`),
    failing() {},
    well() {},
  });
  concern.start?.();
  const first = devices.openGnss?.(listener('first'));
  devices.openGnss?.(listener('second'));
  expect(opened).toBe(1);
  driver?.position(undefined);
  first?.stop();
  driver?.satelliteTime(0);
  expect(told).toEqual(['first position', 'second position', 'second time']);
});

test('it rests when the hub does, and not at the word of one who listens', () => {
  const saved: boolean[] = [];
  const { devices, concern } = createSharedDevices(context, {
    openRadar: () => ({ savePower: (on) => saved.push(on), stop() {} }),
  });
  concern.start?.();
  const radar = devices.openRadar?.({ presence() {}, movement() {}, failing() {}, well() {} });
  radar?.savePower(true);
  expect(saved).toEqual([]);
  concern.savePower?.(true);
  expect(saved).toEqual([true]);
});

test('a device that is not fitted is not there for anybody', () => {
  const { devices, concern } = createSharedDevices(context, {});
  concern.start?.();
  concern.savePower?.(true);
  expect(devices).toEqual({});
});
