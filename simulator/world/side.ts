import type { HubDevices } from '#agent/hub/devices.ts';
import type { Configuration } from '#protocol/configuration/configuration.ts';
import type { Result } from '#protocol/core/result.ts';
import type { Clock, Random } from '#protocol/core/time.ts';
import type { Difficulties } from '#simulator/network/direction.ts';
import type { Loads } from './loads.ts';
import type { CentreHabits } from './centreHabits.ts';
import type { Recorder } from './recorder.ts';
import type { Fake, Wires } from './wires.ts';
import type { Action, WorldState } from './world.ts';

/**
 * A part of the home, or of the world around it, that lives longer than the hub's program: the supply, the modem and its
 * network, the reader, the operator's telephone. It is the same in virtual and in real time.
 */
export interface Side {
  /** Does what the action says, or leaves it to others (undefined). The problem is for people. */
  perform?(action: Action): Result<void, string> | undefined;
  /**
   * What it is to one run of the hub's program. What it tells reaches nobody once that run has ended. A device on a wire
   * is opened by the hub's own driver: it is one of the `fitted`, which the side may look at as it is used.
   */
  devices?(fitted?: HubDevices): HubDevices;
  /** The hub's power went, or came back. */
  onPower?(on: boolean): void;
  /** The hub's program is gone: it ended, was killed, or has no power. */
  onEnd?(): void;
  state?(): Partial<WorldState>;
}

export interface SideOptions {
  clock: Clock;
  /** Chance of its own for each side. */
  random: Random;
  recorder: Recorder;
  configuration: Configuration;
  /** The devices that are on wires; the others are played by events. */
  wires?: Wires;
  /** The fake front whose lamps, buttons and sounder are files in a folder; without it the front is played by events. */
  front?: Fake;
  /** What its devices draw from the hub's supply. */
  loads: Loads;
  /** The supply feeds the hub, or does not any more. */
  power(on: boolean): void;
  /** The hub's way out; who holds it says whether it carries anything. */
  bearer: BearerSwitch;
  centre: CentreHabits;
  /** Whether what sends all the time does so at its real rate (`rates: real`). */
  realRates: boolean;
}

/** How the mobile network carries the hub now, as the modem's side has it. */
export interface NetworkState {
  /** Whether the data bearer carries anything. */
  isUp(): boolean;
  /** Whether the modem is registered: then it can call without data. */
  isRegistered(): boolean;
}

export interface BearerSwitch {
  up(difficulties?: Difficulties): void;
  down(): void;
}

/** The devices of all sides together with those that the hub's drivers open. */
export function devicesOf(sides: readonly Side[], fitted: HubDevices): HubDevices {
  return sides.reduce<HubDevices>((devices, { devices: more }) => ({ ...devices, ...more?.(fitted) }), fitted);
}

export function stateOf(sides: readonly Side[]): Partial<WorldState> {
  return sides.reduce<Partial<WorldState>>((states, { state }) => ({ ...states, ...state?.() }), {});
}

/** The listener as a program has it that may be killed: then nothing reaches it any more. */
export function whileAlive<Listener extends object>(listener: Listener, hasEnded: () => boolean): Listener {
  const told = Object.entries(listener).map(([name, tell]: [string, unknown]) => [
    name,
    typeof tell === 'function'
      ? (...what: unknown[]): unknown => (hasEnded() ? undefined : Reflect.apply(tell, undefined, what))
      : tell,
  ]);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- The same keys, each as it was.
  return Object.fromEntries(told) as Listener;
}
