import type { AccessoryConfiguration } from '#protocol/configuration/configuration.ts';
import type { ProfileEvent } from '#protocol/esp3/profiles.ts';
import { type AccessoryRule, accessoryRules } from './accessories.ts';
import type { AlarmSubject } from './alarms.ts';
import type { Concern, HubContext } from './concern.ts';
import { createPressFilter } from './presses.ts';

/** The accessories that raise their alarm at once (B8). */
export function createTriggers({ clock, tell }: HubContext): Concern {
  const presses = createPressFilter(clock);
  const counters = { repeats: 0 };

  function heard(accessory: AccessoryConfiguration, event: ProfileEvent): void {
    const rule = accessoryRules[accessory.kind];
    const button = rule?.trigger(event);
    if (rule === undefined || button === undefined) return;
    if (presses.isRepeat(accessory.id, button)) counters.repeats += 1;
    else tell.triggered(subject(accessory, rule));
  }

  return { heard, counters: () => counters };
}

function subject({ name, id, location }: AccessoryConfiguration, rule: AccessoryRule): AlarmSubject {
  const { deviceType, status, priority } = rule;
  const where = location === undefined ? {} : { lte: location };
  return { from: name, dty: deviceType.code, did: id, stc: status.code, pri: priority, ...where };
}
