import { success } from '#protocol/core/result.ts';
import { isUpsProfileName, upsProfiles } from '#devices/ups/profiles.ts';
import { createUpsDevice, type UpsEvent } from '#devices/ups/upsDevice.ts';
import type { FakeKind, FakeParts } from './fakeCommand.ts';
import { hex } from './output.ts';

export const upsKind: FakeKind<object> = {
  name: 'ups',
  noun: 'supply',
  description: 'an uninterruptible supply (Megatec) with mains, battery and load; takes words while it runs',
  tryThese: 'mains off, charge 4, test-fails on, list',
  profiles: ['era-plus-1000', ...Object.keys(upsProfiles).filter((name) => name !== 'era-plus-1000')],
  create({ output, profile, ...parts }: FakeParts) {
    const device = createUpsDevice({
      ...parts,
      ...(isUpsProfileName(profile) ? { profile: upsProfiles[profile] } : {}),
      onEvent(event) {
        const { event: name, ...fields } = event;
        output.tell(name, textOf(event), fields);
      },
    });
    return success({ obey: device.obey, stop: () => void device.obey('fault none') });
  },
};

function textOf(event: UpsEvent): string {
  switch (event.event) {
    case 'command':
      return `the hub asks: ${event.asked}`;
    case 'discarded':
      return `discarded (${event.reason}): ${hex(event.bytes)}`;
    case 'happened':
      return event.text;
    default:
      return 'the supply is restarted';
  }
}
