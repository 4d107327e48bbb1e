import { Command, Option } from 'commander';
import type { Result } from '#protocol/core/result.ts';
import type { Clock, Random } from '#protocol/core/time.ts';
import { faults } from '#devices/behaviours/faults.ts';
import { createPtyLine } from '#devices/line/ptyLine.ts';
import type { Connector, DeviceEnd } from '#devices/line/wire.ts';
import { createEnding, type Ending, type FakeDevice, hearSignals, hearWords } from './driven.ts';
import { createOutput, hex, type Output } from './output.ts';

/** Time and chance, handed in by whoever puts the commands together. */
export interface FakeWorld {
  clock: Clock;
  random: Random;
}

/** What a fake device is made of when it runs as a program. */
export interface FakeParts extends FakeWorld {
  line: DeviceEnd;
  connector: Connector;
  profile: string;
  output: Output;
}

/** A device that can be run on a pseudo terminal from the command line. */
export interface FakeKind<Options extends object> {
  /** The word of the command: "radio". */
  name: string;
  /** What messages call it: "receiver". */
  noun: string;
  description: string;
  /** Words to begin with. */
  tryThese: string;
  profiles: readonly [string, ...string[]];
  /** Ways to misbehave that only this device has. */
  faults?: readonly string[];
  /** It talks all the time: that nobody hears it is not told each time. */
  streams?: true;
  /** Adds options of its own. */
  extend?(command: Command): void;
  create(parts: FakeParts, options: Options): Result<FakeDevice, string>;
}

interface CommonOptions {
  link: string;
  profile: string;
  fault: string[];
  json?: true;
  trace?: true;
}

/** `welfare-hub device NAME`: the fake on a pseudo terminal, driven by words on standard input. */
export function fakeCommand<Options extends object>(kind: FakeKind<Options>, world: FakeWorld): Command {
  const command = new Command(kind.name)
    .description(kind.description)
    .requiredOption('--link <path>', 'symbolic link under which the hub finds the port; replaced if it is one already')
    .addOption(
      new Option('--profile <name>', `which ${kind.noun} it is`).choices(kind.profiles).default(kind.profiles[0]),
    )
    .addOption(
      new Option('--fault <names...>', 'misbehave from the beginning')
        .choices([...Object.keys(faults), ...(kind.faults ?? [])])
        .default([], 'none'),
    )
    .option('--json', 'tell what happens as one JSON object a line')
    .option('--trace', 'tell every byte on the wire, with times');
  kind.extend?.(command);
  return command
    .addHelpText('after', `\nExample:\n  welfare-hub device ${kind.name} --link ./tty${kind.name.toUpperCase()}\n`)
    .addHelpText('after', `  then type: ${kind.tryThese}, fault silent, unplug, plug, help, quit\n`)
    .exitOverride((problem) => process.exit(problem.exitCode === 0 ? 0 : 2))
    .action(async (options: CommonOptions & Options) => {
      const { status, reason } = await run(kind, options, world);
      if (reason !== undefined) process.stderr.write(`${reason}\n`);
      process.exitCode = status;
    });
}

async function run<Options extends object>(
  kind: FakeKind<Options>,
  options: CommonOptions & Options,
  { clock, random }: FakeWorld,
): Promise<Ending> {
  const output = createOutput({ json: options.json === true });
  const { ended, end } = createEnding();
  const line = createPtyLine({
    link: options.link,
    onPlugged: () => output.tell('ready', `the ${kind.noun} is at ${options.link}`, { link: options.link }),
    onExit: (reason) => end({ status: 1, reason }),
    onOpened: () => output.tell('opened', 'somebody has opened the port'),
    onReleased: () => output.tell('released', 'nobody has the port open any more'),
    onDiscarded(message) {
      if (kind.streams !== true) output.tell('lost', message, { message });
    },
  });
  const { profile } = options;
  const wire = options.trace === true ? traced(line.device, clock, output) : line.device;
  const device = kind.create({ line: wire, connector: line, clock, random, profile, output }, options);
  if (!device.ok) {
    await line.close();
    return { status: 2, reason: device.problem };
  }
  for (const fault of options.fault) device.value.obey(`fault ${fault}`);
  const stopHearing = hearSignals(end);
  try {
    await line.ready;
    hearWords(device.value, output, end);
  } catch (problem) {
    end({ status: 1, reason: problem instanceof Error ? problem.message : String(problem) });
  }
  const ending = await ended;
  // Only paused inside its own event, an open pipe would be read on, and keep the process alive.
  process.stdin.destroy();
  stopHearing();
  device.value.stop();
  await line.close();
  return ending;
}

function traced(line: DeviceEnd, clock: Clock, output: Output): DeviceEnd {
  const tell = (direction: 'to-hub' | 'from-hub', bytes: Uint8Array): void => {
    const atMs = Math.round(clock.monotonicMs());
    const arrow = direction === 'to-hub' ? '>' : '<';
    output.tell('bytes', `${(atMs / 1000).toFixed(3)} ${arrow} ${hex(bytes)}`, { atMs, direction, bytes });
  };
  return {
    write(bytes) {
      tell('to-hub', bytes);
      line.write(bytes);
    },
    onReceived(handler) {
      line.onReceived((bytes) => {
        tell('from-hub', bytes);
        handler(bytes);
      });
    },
  };
}
