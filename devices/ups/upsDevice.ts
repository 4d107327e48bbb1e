import { type Result, success } from '#protocol/core/result.ts';
import { type Cancel, type Clock, type Random, secondMs } from '#protocol/core/time.ts';
import { type Command, readCommand } from '#protocol/megatec/commands.ts';
import { createLineParser, encodeLine, type LineItem } from '#protocol/megatec/lines.ts';
import { writeIdentity, writeRatings } from '#protocol/megatec/ratings.ts';
import { writeStatus } from '#protocol/megatec/status.ts';
import { createFront } from '#devices/behaviours/behaviour.ts';
import type { Connector, DeviceEnd } from '#devices/line/wire.ts';
import { type Answer, bare, choice, commonWords, number, obeyWords, type Words } from '#devices/words.ts';
import { createMachine, loadLimitPercent } from './machine.ts';
import { type UpsProfile, upsProfiles } from './profiles.ts';

/** From power to the first answer. */
export const startMs = secondMs;

/** What the device tells whoever watches it. */
export type UpsEvent =
  | { event: 'command'; asked: string; bytes: Uint8Array }
  | { event: 'discarded'; reason: string; bytes: Uint8Array }
  | { event: 'happened'; text: string }
  | { event: 'restarted' };

export interface UpsDeviceOptions {
  line: DeviceEnd;
  clock: Clock;
  random: Random;
  /** Default: a small one with one battery. */
  profile?: UpsProfile;
  /** What `unplug` and `plug` pull out and put back: the serial cable. */
  connector?: Connector;
  onEvent?(event: UpsEvent): void;
}

export interface UpsDevice {
  /** Does what a line of words says; the problem is for people. */
  obey(line: string): Result<Answer, string>;
  /** 0 to 100: what a driver can only estimate. */
  chargePercent(): number;
}

/**
 * A fake supply that speaks Megatec. The wire is `line`; the machine behind it (machine.ts) has mains, a battery and a
 * load; faults stand in front of it (devices/behaviours).
 */
export function createUpsDevice(options: UpsDeviceOptions): UpsDevice {
  const { line, clock, random, connector } = options;
  const profile: UpsProfile = options.profile ?? upsProfiles['era-plus-1000'];
  const tell = (event: UpsEvent): void => options.onEvent?.(event);
  const front = createFront({ clock, random, write: (bytes) => line.write(bytes), restart });
  const machine = createMachine({
    clock,
    profile,
    onPower: power,
    onEvent: (text) => tell({ event: 'happened', text }),
  });
  let parser = createLineParser('computer');
  let isRunning = true;
  let cancelStart: Cancel = () => {};

  line.onReceived((bytes) => {
    if (isRunning) parser.push(bytes).forEach(take);
  });

  function take(item: LineItem): void {
    // What stands behind a command that restarts it is lost with its memory.
    if (!isRunning) return;
    if (item.kind === 'discarded') {
      tell({ event: 'discarded', reason: item.reason, bytes: item.bytes });
      return;
    }
    const command = readCommand(item.text);
    tell({ event: 'command', asked: command.ok ? command.value.command : item.text, bytes: item.bytes });
    if (front.takesCommand()) return;
    const text = command.ok ? answer(command.value) : undefined;
    if (text === undefined) refuse(item.text);
    else if (text !== '') front.send({ kind: 'answer', bytes: encodeLine(text) });
  }

  /** What it says; nothing at all (`''`) to what it does; undefined: it cannot. */
  function answer(command: Command): string | undefined {
    switch (command.command) {
      case 'status':
        return writeStatus(machine.status());
      case 'ratings':
        return writeRatings(profile.ratings);
      case 'identity':
        return profile.identity === undefined ? undefined : writeIdentity(profile.identity);
      default:
        return machine.command(command) ? '' : undefined;
    }
  }

  function refuse(text: string): void {
    const { refusal } = profile;
    if (refusal !== 'silence') front.send({ kind: 'answer', bytes: encodeLine(refusal === 'echo' ? text : refusal) });
  }

  function stop(): void {
    isRunning = false;
    cancelStart();
    parser = createLineParser('computer');
    front.forget();
  }

  function start(): void {
    cancelStart = clock.at(clock.monotonicMs() + startMs, () => {
      isRunning = true;
      tell({ event: 'restarted' });
    });
  }

  function power(on: boolean): void {
    stop();
    if (on) start();
  }

  /** Its processor falls over; the load stays fed. */
  function restart(): void {
    machine.restart();
    power(machine.hasPower());
  }

  const words = {
    ...upsWords(machine),
    ...commonWords({ noun: 'supply', front, power: () => {}, ...(connector && { connector }) }),
  };

  return { obey: (text) => obeyWords(words, text), chargePercent: machine.chargePercent };
}

function upsWords(machine: ReturnType<typeof createMachine>): Words {
  const percent = { least: 0, most: 100, unit: '%' };
  const done = (text: string): Result<Answer, string> => success({ text });
  return {
    mains: choice('mains', ['on', 'off'], 'the mains it is plugged into', (is) => {
      machine.setMains(is === 'on');
      return done(`the mains are ${is}`);
    }),
    charge: number('charge', percent, 'what is in the battery, in per cent', (value) => {
      machine.setCharge(value);
      return done(`the battery is charged to ${value} %`);
    }),
    health: number('health', { ...percent, least: 1 }, 'what the battery holds of what it held when new', (value) => {
      machine.setHealth(value);
      return done(`the battery holds ${value} % of what it held`);
    }),
    load: number(
      'load',
      { ...percent, most: loadLimitPercent },
      'what is drawn from it, of what it can carry',
      (value) => {
        machine.setLoad(value);
        return done(`the load is ${value} %`);
      },
    ),
    battery: choice('battery', ['absent', 'present'], 'somebody takes the battery out, or puts it in', (is) => {
      machine.setBattery(is === 'present');
      return done(`the battery is ${is}`);
    }),
    'test-fails': choice('test-fails', ['on', 'off'], 'its tests fail, whatever the battery', (is) => {
      machine.setTestFails(is === 'on');
      return done(is === 'on' ? 'tests fail' : 'tests tell the truth');
    }),
    list: bare('list', 'how it is', () => {
      const { mainsGone, loadPercent } = machine.status();
      const fields = { mains: !mainsGone, chargePercent: machine.chargePercent(), loadPercent };
      const text = `mains ${mainsGone ? 'off' : 'on'}, charge ${fields.chargePercent} %, load ${loadPercent} %`;
      return success({ text, ...fields });
    }),
  };
}
