import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Interface, clearLine, createInterface, cursorTo } from 'node:readline';
import { Command } from 'commander';
import { JournalError } from '#agent/journal/errors.ts';
import { formatProblem, loadConfiguration } from '#agent/runtime/configuration.ts';
import type { Configuration } from '#protocol/configuration/configuration.ts';
import type { Clock, Random } from '#protocol/core/time.ts';
import { type VirtualHub, startVirtualHub } from './virtual.ts';

interface CommandOptions {
  hub?: string;
  broker?: string;
  folder: string;
  verbose: boolean;
  once: boolean;
  demonstrate: boolean;
}

const example = `
Example:
  $ welfare-hub virtual
  > press pendant

Exit status: 0 ended, 1 it failed, 2 the call or a file is wrong, 130 interrupted.`;

/** `welfare-hub virtual`: a hub without hardware, with a prompt. */
export function virtualCommand(ports: { clock: Clock; random: Random }): Command {
  return new Command('virtual')
    .option('--hub <file>', 'its configuration (default: a hub with one accessory of each kind)')
    .option('--broker <url>', 'a broker outside, with a centre behind it (default: both within the process)')
    .option('--folder <dir>', 'where its journal is kept', '.run')
    .option('--verbose', 'tell heartbeats and the log too', false)
    .option('--demonstrate', 'press the pendant once, first', false)
    .option('--once', 'press the pendant once, follow it to the acknowledgement, and end', false)
    .addHelpText('after', example)
    .action(async (options: CommandOptions) => {
      process.exitCode = await run(options, ports);
    });
}

async function run(options: CommandOptions, ports: { clock: Clock; random: Random }): Promise<number> {
  const configuration = options.hub === undefined ? undefined : loadConfiguration(options.hub);
  if (configuration?.ok === false) {
    configuration.problem.forEach((problem) => console.error(formatProblem(problem)));
    return 2;
  }
  const folder = resolve(options.folder);
  try {
    mkdirSync(folder, { recursive: true });
    return await live(await open({ ...options, folder }, configuration?.value, ports), options);
  } catch (error) {
    const inUse = error instanceof JournalError && error.code === 'journal/in-use';
    const message = error instanceof Error ? error.message : String(error);
    console.error(`welfare-hub virtual: ${message}${inUse ? ', or say --folder DIR for a second hub' : ''}`);
    return 1;
  }
}

async function open(
  { folder, broker, verbose }: CommandOptions,
  hub: Configuration | undefined,
  ports: { clock: Clock; random: Random },
): Promise<VirtualHub> {
  return await startVirtualHub({
    folder,
    verbose,
    ...(hub === undefined ? {} : { hub }),
    ...(broker === undefined ? {} : { brokerUrl: broker }),
    ...ports,
    print: (line) => printAbove(line, prompting),
  });
}

async function live(hub: VirtualHub, options: CommandOptions): Promise<number> {
  try {
    if (options.once) {
      return await pressOnce(hub);
    }
    await hub.ready;
    if (options.demonstrate) {
      await hub.pressOnce();
      console.log('\nThat was one press, all the way. Now you: press pendant, stranger press, unplug, help, quit');
    }
    return await prompt(hub);
  } finally {
    await hub.close();
  }
}

async function pressOnce(hub: VirtualHub): Promise<number> {
  const ref = await hub.pressOnce();
  console.log(
    ref === undefined
      ? '\nFAILED: no acknowledgement came back, or the journal does not say delivered.'
      : `\nok: alarm ${ref} was acknowledged by the centre, and the journal says delivered.`,
  );
  return ref === undefined ? 1 : 0;
}

/** The prompt, while there is one: the story goes on above what the person is typing. */
let prompting: Interface | undefined;

function printAbove(line: string, prompt: Interface | undefined): void {
  if (prompt === undefined || !process.stdout.isTTY) {
    console.log(line);
    return;
  }
  cursorTo(process.stdout, 0);
  clearLine(process.stdout, 0);
  console.log(line);
  prompt.prompt(true);
}

/** Reads words from standard input until `quit` or its end. */
async function prompt(hub: VirtualHub): Promise<number> {
  const lines = createInterface({ input: process.stdin, output: process.stdout, prompt: '> ' });
  prompting = lines;
  let status = 0;
  lines.on('SIGINT', () => {
    status = 130;
    lines.close();
  });
  const told = () => lines.close();
  process.once('SIGTERM', told);
  process.once('SIGINT', () => {
    status = 130;
    lines.close();
  });
  lines.prompt();
  for await (const line of lines) {
    if (!hub.perform(line)) {
      break;
    }
    lines.prompt();
  }
  process.off('SIGTERM', told);
  prompting = undefined;
  lines.close();
  return status;
}
