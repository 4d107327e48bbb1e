import { upsProfiles } from '#devices/ups/profiles.ts';
import { createUpsDevice } from '#devices/ups/upsDevice.ts';
import type { SideOptions } from './side.ts';
import type { SupplyState, SupplyView } from './supplyView.ts';
import { createWirePlug, say, type Wire } from './wires.ts';

/**
 * Between two per cent the fake counts by itself. With nothing but what it draws itself such a battery lasts about as long
 * as the home's.
 */
const profile = { ...upsProfiles['era-plus-1000'], batteryWattHours: 200 };

/**
 * The supply as the hub sees it, a fake on a wire that is told whatever changes. It speaks Megatec, which has no word for
 * the charge and none for the health: the hub estimates the one, and learns of the other by its tests.
 */
export function wireSupply(
  { clock, random, recorder }: SideOptions,
  wire: Wire,
  supply: () => SupplyState,
): SupplyView {
  const fake = createUpsDevice({ ...wire, clock, random, profile });
  const plug = createWirePlug({ device: 'ups', clock, recorder, fake });
  const said = new Map<string, string>();
  say(fake, 'load 0');

  /** What is said again would count as a change: the fake would forget how its test ended. */
  function tell(word: string, is: string): void {
    if (said.get(word) === is) return;
    said.set(word, is);
    say(fake, `${word} ${is}`);
  }

  function changed(): void {
    const { mains, absent, chargePercent, healthPercent } = supply();
    tell('battery', absent ? 'absent' : 'present');
    tell('health', Math.max(1, healthPercent).toFixed(3));
    tell('charge', chargePercent.toFixed(3));
    tell('mains', mains ? 'on' : 'off');
  }

  return {
    plug,
    changed,
    onPower: plug.onPower,
  };
}
