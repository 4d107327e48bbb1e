import { resolve } from 'node:path';
import { Command } from 'commander';
import type { Clock } from '#protocol/core/time.ts';
import { createFrontDevice, type FrontEvent } from '#devices/front/frontDevice.ts';
import { createEnding, type Ending, hearSignals, hearWords } from './driven.ts';
import { createOutput } from './output.ts';

interface FrontOptions {
  folder: string;
  json?: true;
}

const example = `
Example:
  welfare-hub device front --folder ./front
  then type: press alarm, press cancel, hold presence, help, quit

hub.yaml:
  front:
    lamps: { folder: ./front/leds, alarm: alarm, status: status }     # absolute paths
    buttons: { device: ./front/buttons }
    sounds: {}                                                         # with ./front/bin first in PATH`;

/** `welfare-hub device front`: lamps, buttons and sounder in a folder. It has no serial port. */
export function frontCommand({ clock }: { clock: Clock }): Command {
  return new Command('front')
    .description("the hub's own lamps, buttons and sounder, in a folder; takes words while it runs")
    .requiredOption('--folder <dir>', 'where they are; made when it is not there')
    .option('--json', 'tell what happens as one JSON object a line')
    .addHelpText('after', example)
    .exitOverride((problem) => process.exit(problem.exitCode === 0 ? 0 : 2))
    .action(async (options: FrontOptions) => {
      const { status, reason } = await run(options, clock);
      if (reason !== undefined) process.stderr.write(`${reason}\n`);
      process.exitCode = status;
    });
}

async function run(options: FrontOptions, clock: Clock): Promise<Ending> {
  const folder = resolve(options.folder);
  const output = createOutput({ json: options.json === true });
  const { ended, end } = createEnding();
  let device;
  try {
    device = createFrontDevice({
      folder,
      clock,
      onEvent: (event) => output.tell(event.event, textOf(event), { ...event }),
    });
  } catch (problem) {
    return { status: 1, reason: `${folder}: ${problem instanceof Error ? problem.message : String(problem)}` };
  }
  output.tell('ready', `the front is in ${folder}`, { folder });
  const stopHearing = hearSignals(end);
  hearWords(device, output, end);
  const ending = await ended;
  process.stdin.destroy();
  stopHearing();
  device.stop();
  return ending;
}

function textOf(event: FrontEvent): string {
  return event.event === 'lamp'
    ? `the ${event.lamp} lamp: ${event.brightness === 0 ? 'off' : event.brightness}`
    : `a sound of ${event.ms} ms`;
}
