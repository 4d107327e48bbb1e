import { mkdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Interface, clearLine, createInterface, cursorTo } from 'node:readline';
import { Command } from 'commander';
import { JournalError } from '#agent/journal/errors.ts';
import { type ConfigurationProblem, formatProblem, loadConfiguration } from '#agent/runtime/configuration.ts';
import { readYaml } from '#protocol/configuration/yamlText.ts';
import { type Result, success } from '#protocol/core/result.ts';
import type { Clock, Random } from '#protocol/core/time.ts';
import { isMap, type WrittenHub } from '#simulator/home/household.ts';
import { startVirtualHub, type VirtualHub } from '#simulator/home/virtual.ts';

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
  > help
  $ printf 'mains off\nwait 10s\nstate\n' | welfare-hub virtual

Exit status: 0 ended, 1 it failed, 2 the call or a file is wrong, 130 interrupted.`;

/** `welfare-hub virtual`: a hub without hardware, with a prompt. */
export function virtualCommand(ports: { clock: Clock; random: Random }): Command {
  return new Command('virtual')
    .option('--hub <file>', 'its configuration (default: the home of scenarios, with one accessory of each kind)')
    .option('--broker <url>', 'a broker outside, with a centre behind it (default: both within the process)')
    .option('--folder <dir>', 'where its journal is kept', '.run')
    .option('--verbose', 'tell heartbeats and the log too', false)
    .option('--demonstrate', 'show an alarm, its call and a visit, first', false)
    .option('--once', 'show an alarm, its call and a visit, each to its acknowledgement, and end', false)
    .addHelpText('after', example)
    .action(async (options: CommandOptions) => {
      process.exitCode = await run(options, ports);
    });
}

async function run(options: CommandOptions, ports: { clock: Clock; random: Random }): Promise<number> {
  const hub = options.hub === undefined ? undefined : readHub(options.hub);
  if (hub?.ok === false) {
    hub.problem.forEach((problem) => console.error(formatProblem(problem)));
    return 2;
  }
  const folder = resolve(options.folder);
  try {
    mkdirSync(folder, { recursive: true });
    return await live(await open({ ...options, folder }, hub?.value, ports), options);
  } catch (error) {
    const inUse = error instanceof JournalError && error.code === 'journal/in-use';
    const message = error instanceof Error ? error.message : String(error);
    console.error(`welfare-hub virtual: ${message}${inUse ? ', or say --folder DIR for a second hub' : ''}`);
    return 1;
  }
}

/** The configuration, and the same as it is written: a centre lays others over it. */
function readHub(file: string): Result<WrittenHub, readonly ConfigurationProblem[]> {
  const configuration = loadConfiguration(file);
  if (!configuration.ok) return configuration;
  const yaml = readYaml(readFileSync(file, 'utf8'));
  const document = yaml.ok && isMap(yaml.value.value) ? yaml.value.value : {};
  return success({ configuration: configuration.value, document });
}

async function open(
  { folder, broker, verbose }: CommandOptions,
  hub: WrittenHub | undefined,
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
    const isReady = await hub.ready;
    if (!isReady) console.log('\nThe hub does not hear its receiver, or has no way to its centre, yet.');
    if (options.once || options.demonstrate) {
      const status = await demonstrate(hub);
      if (options.once) return status;
      console.log(
        '\nThat was an alarm and a visit, all the way. Now you: press pendant, mains off, link down, help, quit',
      );
    }
    return await prompt(hub);
  } finally {
    await hub.close();
  }
}

async function demonstrate(hub: VirtualHub): Promise<number> {
  const shown = await hub.demonstrate();
  console.log(shown.ok ? `\n${shown.value.map((line) => `ok: ${line}.`).join('\n')}` : `\nFAILED: ${shown.problem}.`);
  return shown.ok ? 0 : 1;
}

/** The prompt, while there is one: the story goes on above what the person is typing. */
let prompting: Interface | undefined;

function printAbove(line: string, prompt: Interface | undefined): void {
  if (prompt === undefined) {
    console.log(line);
    return;
  }
  cursorTo(process.stdout, 0);
  clearLine(process.stdout, 0);
  console.log(line);
  prompt.prompt(true);
}

/** Reads words from standard input until `quit` or its end. Only a person at a terminal is shown a prompt. */
async function prompt(hub: VirtualHub): Promise<number> {
  const isPerson = process.stdin.isTTY && process.stdout.isTTY;
  const lines = createInterface({
    input: process.stdin,
    terminal: isPerson,
    ...(isPerson ? { output: process.stdout } : {}),
    prompt: '> ',
  });
  if (isPerson) prompting = lines;
  let status = 0;
  let told: (goesOn: false) => void = () => {};
  const ended = new Promise<false>((resolve) => (told = resolve));
  const end = (): void => {
    prompting = undefined;
    lines.close();
    told(false);
  };
  const interrupted = (): void => {
    status = 130;
    end();
  };
  lines.on('SIGINT', interrupted);
  lines.once('close', () => (prompting = undefined));
  process.once('SIGTERM', end);
  process.once('SIGINT', interrupted);
  prompting?.prompt();
  for await (const line of lines) {
    const goesOn = await Promise.race([hub.perform(line), ended]);
    if (!goesOn) break;
    prompting?.prompt();
  }
  process.off('SIGTERM', end);
  process.off('SIGINT', interrupted);
  end();
  return status;
}
