import type { AccessoryConfiguration } from '#protocol/configuration/configuration.ts';
import type { ProfileEvent } from '#protocol/esp3/profiles.ts';
import type { Concern, HubContext } from '#agent/hub/concern.ts';
import type { HubDevices, Saver } from '#agent/hub/devices.ts';
import { type Guard, type GuardParts, informationOf } from './guard.ts';
import { createGuardedHours } from './guardedHours.ts';
import { kindRules, type Silence } from './kinds.ts';
import { createLasting } from './lasting.ts';
import { createMovement } from './movement.ts';
import { createTrigger } from './trigger.ts';

interface Guarded {
  accessory: AccessoryConfiguration;
  guards: readonly Guard[];
}

/** What the accessories tell becomes alarms by the rules of their kinds (B8). */
export function createAccessories(context: HubContext, { openRadar }: HubDevices): Concern {
  const { configuration } = context;
  const hours = createGuardedHours(context);
  const silences = new Set<Silence>();
  const guarded = new Map<string, Guarded>();
  const counters = { repeats: 0 };
  let radar: Saver | undefined;
  let hasStarted = false;

  const isSilenced: GuardParts['isSilenced'] = (by) => by.some((silence) => silences.has(silence));
  const guards = (): Guard[] => [...guarded.values()].flatMap((one) => one.guards);

  /** The accessories in force get their rules; what is no more, or is another now, loses them. */
  function follow(): void {
    const inForce = new Map(configuration().accessories.map((accessory) => [accessory.name, accessory]));
    for (const [name, one] of guarded) {
      if (JSON.stringify(inForce.get(name)) === JSON.stringify(one.accessory)) continue;
      guarded.delete(name);
      one.guards.forEach((guard) => guard.drop?.());
    }
    for (const [name, accessory] of inForce) {
      if (guarded.has(name)) continue;
      const created = createGuards({ context, accessory, hours, isSilenced, counters });
      guarded.set(name, { accessory, guards: created });
      created.forEach((guard) => guard.restore?.());
      if (hasStarted) created.forEach((guard) => guard.start?.());
    }
  }

  function silence(by: Silence, on: boolean): void {
    if (on) silences.add(by);
    else silences.delete(by);
    guards().forEach((guard) => guard.silenceChanged?.());
  }

  /** The radar is no radio device; what it sees is that somebody moves, or that nobody is there. */
  function seen(event: ProfileEvent): void {
    for (const one of guarded.values()) {
      if (one.accessory.kind === 'radar') one.guards.forEach((guard) => guard.heard?.(event));
    }
  }

  return {
    restore: follow,
    start() {
      hasStarted = true;
      guards().forEach((guard) => guard.start?.());
      radar = openRadar?.({
        presence: (present) => seen({ event: 'occupancy', occupied: present }),
        movement: () => seen({ event: 'occupancy', occupied: true }),
        failing() {},
        well() {},
      });
    },
    reconfigured: follow,
    heard: (accessory, event) => guarded.get(accessory.name)?.guards.forEach((guard) => guard.heard?.(event)),
    unreadable: (accessory) => guarded.get(accessory.name)?.guards.forEach((guard) => guard.unreadable?.()),
    button(button) {
      if (button === 'cancel') guards().forEach((guard) => guard.cancel?.());
    },
    awayChanged: (away) => silence('away', away),
    visitChanged: (open) => silence('visit', open),
    stop: () => radar?.stop(),
    counters: () => counters,
  };
}

function createGuards(parts: GuardParts): Guard[] {
  const { accessory, context } = parts;
  const { trigger, lasting, movement, tells } = kindRules[accessory.kind];
  return [
    ...(trigger === undefined ? [] : [createTrigger(parts, trigger)]),
    ...(lasting === undefined ? [] : [createLasting(parts, lasting)]),
    ...(movement === undefined ? [] : [createMovement(parts)]),
    ...(tells === undefined
      ? []
      : [
          {
            heard({ event }: ProfileEvent) {
              if (event === tells.on) context.reports.report(informationOf(accessory, tells.status));
            },
          },
        ]),
  ];
}
