import type { DeviceEnd } from '#devices/line/wire.ts';
import type { RadioCommand } from '#devices/radio/commands.ts';
import type { RadioDevice } from '#devices/radio/radioDevice.ts';
import type { Configuration } from '#protocol/configuration/configuration.ts';
import { failure, type Result, success } from '#protocol/core/result.ts';
import type { Clock } from '#protocol/core/time.ts';
import { radioDeed } from './accessoryDeeds.ts';
import type { HubMachine } from './hubMachine.ts';
import type { CentreSide } from './centreSide.ts';
import type { WallClock } from './machineClock.ts';
import type { Orders } from './orders.ts';
import type { Side } from './side.ts';
import type { Recorder } from './recorder.ts';
import type { Action, CentreName, JournalFate } from './world.ts';

/** The parts of a world that can be acted on, in whatever time it lives. */
export interface Parts {
  clock: Clock;
  recorder: Recorder;
  broker: { isRunning(): boolean; stop(): void; start(): void };
  centres: Readonly<Record<CentreName, CentreSide>>;
  radioLine: DeviceEnd;
  radio: RadioDevice;
  machine: HubMachine;
  wall: WallClock;
  /** What was pulled out by hand stays out when the power comes back. */
  pulledOut: Set<string>;
  sides: readonly Side[];
  orders: Orders;
  configuration: Configuration;
}

type Outcome = Result<void, string>;

const done: Outcome = success(undefined);

/** Does to the parts of a world what the action says. The problem is for people. */
export function performAction(parts: Parts, action: Action): Outcome {
  for (const side of parts.sides) {
    const outcome = side.perform?.(action);
    if (outcome !== undefined) return outcome;
  }
  const deed = radioDeed(action);
  if (deed !== undefined) return onRadio(parts, deed);
  switch (action.word) {
    case 'stranger':
      return onRadio(parts, { word: 'press', name: 'stranger' });
    case 'accessory':
      return changeAccessory(parts, action);
    case 'broker':
      return changeBroker(parts, action.does);
    case 'centre':
      parts.centres.primary.set(action.does);
      return done;
    case 'reserve':
      parts.centres.reserve.set(action.does);
      return done;
    case 'configure':
    case 'command':
      return order(parts, action);
    case 'hub':
      return befallHub(parts, action);
    case 'bytes':
      return sendBytes(parts, action.hex);
    case 'unplug':
    case 'plug':
      return plug(parts, action);
    case 'disk':
      parts.machine.setDisk(action.is);
      return done;
    case 'journal':
      return befallJournal(parts, action.is);
    case 'clock':
      return changeClock(parts, action);
    case 'away':
      return bringAbout(parts, parts.machine.state().away, action, { word: 'button', name: 'presence' });
    case 'installer':
      return bringInstaller(parts, action);
    default:
      return failure(`${action.word}: this world cannot do it`);
  }
}

/** The primary centre orders; its broker keeps it for a hub that is away. */
function order({ orders, centres }: Parts, action: Extract<Action, { word: 'configure' | 'command' }>): Outcome {
  const { command, seal } = orders.commandOf(action);
  return centres.primary.command(command, seal) ? done : failure(`${action.word}: the centre is not there`);
}

function onRadio({ radio }: Parts, command: RadioCommand): Outcome {
  const answer = radio.perform(command);
  return answer.ok ? done : answer;
}

function changeAccessory(parts: Parts, action: Extract<Action, { word: 'accessory' }>): Outcome {
  const { name, chargePercent, tamper, silent, dbm, repeat } = action;
  const settings = [
    ...(silent === undefined ? [] : [{ silent }]),
    ...(dbm === undefined ? [] : [{ signalDbm: dbm }]),
    ...(repeat === undefined ? [] : [{ repeat }]),
  ];
  for (const setting of settings) {
    const outcome = onRadio(parts, { word: 'set', name, setting });
    if (!outcome.ok) return outcome;
  }
  const said: RadioCommand[] = [
    ...(tamper === undefined ? [] : [{ word: 'tamper', name, open: tamper } as const]),
    ...(chargePercent === undefined ? [] : [{ word: 'battery', name, charge: chargePercent } as const]),
  ];
  for (const command of said) {
    const outcome = onRadio(parts, command);
    if (!outcome.ok) return outcome;
  }
  return done;
}

function changeBroker({ broker, recorder }: Parts, does: 'stop' | 'start' | 'restart'): Outcome {
  if (does !== 'start' && broker.isRunning()) {
    broker.stop();
    recorder.note({ kind: 'broker', is: 'stopped' });
  }
  if (does !== 'stop' && !broker.isRunning()) {
    broker.start();
    recorder.note({ kind: 'broker', is: 'running' });
  }
  return done;
}

/** A power cut is the supply's affair. */
function befallHub({ machine }: Parts, action: Extract<Action, { word: 'hub' }>): Outcome {
  if (action.does === 'crash' && action.when !== undefined) {
    machine.crashAtWrite(action.when);
    return done;
  }
  const did = action.does === 'crash' ? machine.crash() : machine.restart();
  return did ? done : failure(`hub: ${action.does}: the hub does not run at this moment`);
}

function befallJournal({ machine }: Parts, fate: JournalFate): Outcome {
  return machine.befallJournal(fate) ? done : failure('journal: restored: nothing was copied before');
}

function sendBytes({ radioLine }: Parts, hex: string): Outcome {
  const digits = hex.replaceAll(/\s/gu, '');
  if (!/^([0-9a-fA-F]{2})+$/u.test(digits)) {
    return failure(`bytes: ${JSON.stringify(hex)}; right would be two hex digits a byte, such as "55 00 07"`);
  }
  radioLine.write(new Uint8Array(Buffer.from(digits, 'hex')));
  return done;
}

function plug(parts: Parts, { word, device }: Extract<Action, { word: 'plug' | 'unplug' }>): Outcome {
  const { pulledOut, machine } = parts;
  if (device !== 'radio') return failure(`${word}: this home has no ${device}`);
  const out = word === 'unplug';
  if (out === pulledOut.has(device))
    return failure(`${word}: ${device} is ${out ? 'pulled out' : 'plugged in'} already`);
  if (out) pulledOut.add(device);
  else pulledOut.delete(device);
  // Without power it is as dead in the socket as out of it.
  return machine.isPowered() ? onRadio(parts, { word }) : done;
}

/** The client presses the presence button, the installer shows the tag: unless it is so already, which is no mistake. */
function bringAbout(parts: Parts, isOn: boolean, { is }: { is: 'on' | 'off' }, deed: Action): Outcome {
  return isOn === (is === 'on') ? done : performAction(parts, deed);
}

function bringInstaller(parts: Parts, action: Extract<Action, { word: 'away' | 'installer' }>): Outcome {
  const tag = parts.configuration.tags.find(({ installer }) => installer);
  if (tag === undefined) return failure('installer: no tag of this home is marked so; give one installer: true');
  const isOn = ['installer', 'enrolling'].includes(parts.machine.state().mode);
  return bringAbout(parts, isOn, action, { word: 'tag', name: tag.name });
}

function changeClock({ wall }: Parts, action: Extract<Action, { word: 'clock' }>): Outcome {
  if (action.does === 'jump') {
    wall.jump(action.byMs);
  } else {
    wall.unset();
  }
  return done;
}
