import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Command, Option } from 'commander';
import { failure, type Result } from '#protocol/core/result.ts';
import type { Clock, Random } from '#protocol/core/time.ts';
import { type FaultName, faults } from '#devices/behaviours/faults.ts';
import { createPtyLine } from '#devices/line/ptyLine.ts';
import type { DeviceEnd } from '#devices/line/wire.ts';
import { parseRadioCommand } from '#devices/radio/commands.ts';
import { type RadioProfileName, radioProfiles } from '#devices/radio/profiles.ts';
import { createRadioDevice, type RadioDevice, type RadioEvent } from '#devices/radio/radioDevice.ts';
import { readTransmitters, type Transmitter } from '#devices/radio/transmitters.ts';
import { createOutput, hex, type Output } from './output.ts';

interface RadioCliOptions {
  link: string;
  profile: RadioProfileName;
  transmitters?: string;
  fault: FaultName[];
  json?: true;
  trace?: true;
}

const example = `
Example:
  welfare-hub device radio --link ./ttyRADIO
  then type: press pendant, fault silent, unplug, plug, list, help, quit
`;

/** How a run ended: the exit status, and why where it is not 0. */
interface Ending {
  status: number;
  reason?: string;
}

export function radioCommand(world: { clock: Clock; random: Random }): Command {
  return new Command('radio')
    .description('an EnOcean receiver (ESP3) with a home of pendants and sensors around it; takes words while it runs')
    .requiredOption('--link <path>', 'symbolic link under which the hub finds the port; replaced if it is one already')
    .addOption(
      new Option('--profile <name>', 'which receiver it is').choices(Object.keys(radioProfiles)).default('usb300'),
    )
    .option('--transmitters <file>', 'JSON list of transmitters instead of the usual home: [{ name, id, profile, … }]')
    .addOption(
      new Option('--fault <names...>', 'misbehave from the beginning').choices(Object.keys(faults)).default([], 'none'),
    )
    .option('--json', 'tell what happens as one JSON object a line')
    .option('--trace', 'tell every byte on the wire, with times')
    .addHelpText('after', example)
    .exitOverride((problem) => process.exit(problem.exitCode === 0 ? 0 : 2))
    .action(async (options: RadioCliOptions) => {
      const { status, reason } = await run(options, world);
      if (reason !== undefined) process.stderr.write(`${reason}\n`);
      process.exitCode = status;
    });
}

async function run(options: RadioCliOptions, { clock, random }: { clock: Clock; random: Random }): Promise<Ending> {
  const transmitters = options.transmitters === undefined ? undefined : readTransmittersFile(options.transmitters);
  if (transmitters?.ok === false) return { status: 2, reason: transmitters.problem };
  const output = createOutput({ json: options.json === true });
  const { ended, end } = createEnding();
  const line = createPtyLine({
    link: options.link,
    onPlugged: () => output.tell('ready', `the receiver is at ${options.link}`, { link: options.link }),
    onExit: (reason) => end({ status: 1, reason }),
    onOpened: () => output.tell('opened', 'somebody has opened the port'),
    onReleased: () => output.tell('released', 'nobody has the port open any more'),
    onDiscarded: (message) => output.tell('lost', message, { message }),
  });
  const device = createRadioDevice({
    line: options.trace === true ? traced(line.device, clock, output) : line.device,
    clock,
    random,
    connector: line,
    profile: radioProfiles[options.profile],
    ...(transmitters === undefined ? {} : { transmitters: transmitters.value }),
    onEvent: (event) => tellEvent(event, output),
  });
  for (const fault of options.fault) device.perform({ word: 'fault', fault });
  const stopHearing = hearSignals(end);
  try {
    await line.ready;
    hearWords(device, output, end);
  } catch (problem) {
    end({ status: 1, reason: problem instanceof Error ? problem.message : String(problem) });
  }
  const ending = await ended;
  // Only paused inside its own event, an open pipe would be read on, and keep the process alive.
  process.stdin.destroy();
  stopHearing();
  // A babbling device would keep the process alive.
  device.perform({ word: 'fault', fault: 'none' });
  await line.close();
  return ending;
}

function createEnding(): { ended: Promise<Ending>; end(ending: Ending): void } {
  let end = (_ending: Ending): void => {};
  const ended = new Promise<Ending>((resolve) => {
    end = resolve;
  });
  return { ended, end: (ending) => end(ending) };
}

/** Interrupted is 130, told to end is 0; the link and the helper go in both cases. */
function hearSignals(end: (ending: Ending) => void): () => void {
  const interrupted = (): void => end({ status: 130 });
  const told = (): void => end({ status: 0 });
  process.once('SIGINT', interrupted);
  process.once('SIGTERM', told);
  return () => {
    process.off('SIGINT', interrupted);
    process.off('SIGTERM', told);
  };
}

/** Does what is typed until `quit` or the end of input; telegrams that are on their way then still arrive. */
function hearWords(device: RadioDevice, output: Output, end: (ending: Ending) => void): void {
  const input = createInterface({ input: process.stdin });
  input.on('line', (text) => {
    const words = text.trim();
    if (words === 'quit') input.close();
    else if (words !== '') obey(words, device, output);
  });
  input.once('close', () => device.whenSettled(() => end({ status: 0 })));
}

function obey(text: string, device: RadioDevice, output: Output): void {
  const command = parseRadioCommand(text, device.names());
  const done = command.ok ? device.perform(command.value) : command;
  if (!done.ok) output.refuse(done.problem);
  else output.tell('done', done.value.text, { command: text, ...done.value });
}

function readTransmittersFile(path: string): Result<Transmitter[], string> {
  let list: unknown;
  try {
    list = JSON.parse(readFileSync(path, 'utf8'));
  } catch (problem) {
    return failure(`cannot read transmitters from ${path}: ${problem instanceof Error ? problem.message : ''}`);
  }
  const read = readTransmitters(list);
  return read.ok ? read : failure(`${path}: ${read.problem}`);
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

function tellEvent(event: RadioEvent, output: Output): void {
  const { event: name, ...fields } = event;
  output.tell(name, textOf(event), fields);
}

function textOf(event: RadioEvent): string {
  switch (event.event) {
    case 'telegram':
    case 'missed': {
      const lost = event.event === 'missed' ? ' (missed: the receiver is not running)' : '';
      const copy = event.copy > 0 ? ` (repeated, ${event.copy})` : '';
      return `telegram from ${event.from}: ${event.what}${copy}${lost}`;
    }
    case 'command':
      return `the hub asks: ${event.asked}`;
    case 'discarded':
      return `discarded (${event.reason}): ${hex(event.bytes)}`;
    default:
      return `the receiver is ${event.event}`;
  }
}
