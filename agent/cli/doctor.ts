import { Command } from 'commander';
import { examine } from '#agent/doctor/doctor.ts';
import { bad, type Finding, type State } from '#agent/doctor/finding.ts';
import { openSerial } from '#agent/lines/serialLine.ts';
import { type ConfigurationProblem, formatProblem, loadConfiguration } from '#agent/runtime/configuration.ts';
import { mqttSessions } from '#agent/uplink/mqttSession.ts';
import type { Clock } from '#protocol/core/time.ts';

interface CommandOptions {
  config?: string;
  sys: string;
  dev: string;
  json: boolean;
}

const example = `
Example:
  $ welfare-hub doctor                       # what is plugged in
  $ welfare-hub doctor --config hub.yaml     # and whether it is what hub.yaml says

Exit status: 0 nothing is wrong, 1 something is, 2 the call or a file is wrong.`;

/** `welfare-hub doctor`: what works, what does not, and what to do. */
export function doctorCommand(ports: { clock: Clock }): Command {
  return new Command('doctor')
    .option('--config <file>', 'the configuration; WELFARE_HUB_CONFIG names it too')
    .option('--sys <folder>', 'where the kernel tells of its devices', '/sys')
    .option('--dev <folder>', 'where their files are', '/dev')
    .option('--json', 'one JSON array', false)
    .addHelpText('after', example)
    .action(async (options: CommandOptions) => {
      process.exitCode = await run(options, ports);
    });
}

async function run({ json, sys, dev, ...options }: CommandOptions, { clock }: { clock: Clock }): Promise<number> {
  const file = options.config ?? (process.env['WELFARE_HUB_CONFIG'] || undefined);
  const configuration = file === undefined ? undefined : loadConfiguration(file, process.env['CREDENTIALS_DIRECTORY']);
  const isMissing = configuration?.ok === false && configuration.problem.some(isUnreadable);
  if (configuration?.ok === false && isMissing) {
    configuration.problem.forEach((problem) => console.error(formatProblem(problem)));
    return 2;
  }
  if (!json && process.stderr.isTTY) console.error('Looking at everything; this takes some seconds ...');
  const findings = await examine(configuration?.ok === true ? configuration.value : undefined, {
    clock,
    openPort: openSerial,
    openSession: mqttSessions({ clock }),
    places: { sys, dev },
  });
  const all = [...(configuration?.ok === false ? configuration.problem.map(asFinding) : []), ...findings];
  console.log(json ? JSON.stringify(all, undefined, 2) : describe(all));
  return all.some(({ state }) => state === 'bad') ? 1 : 0;
}

/** A configuration that cannot be had at all is a wrong call; one with a mistake in it is what a doctor is for. */
function isUnreadable({ message }: ConfigurationProblem): boolean {
  return message.startsWith('the configuration cannot be read');
}

function asFinding(problem: ConfigurationProblem): Finding {
  return bad('hub.yaml', formatProblem(problem), 'agent/hub.yaml shows every key with its meaning.');
}

const marks: Readonly<Record<State, string>> = { ok: 'ok  ', look: 'look', bad: 'BAD ' };
const colours: Readonly<Record<State, string>> = { ok: '\u001b[32m', look: '\u001b[33m', bad: '\u001b[31m' };

function describe(findings: readonly Finding[]): string {
  const coloured = process.stdout.isTTY && process.env['NO_COLOR'] === undefined;
  const width = Math.max(...findings.map(({ about }) => about.length));
  const lines = findings.flatMap(({ about, state, says, advice }) => {
    const mark = coloured ? `${colours[state]}${marks[state]}\u001b[0m` : marks[state];
    const line = `${mark}  ${about.padEnd(width)}  ${says}`;
    return advice === undefined ? [line] : [line, `      ${' '.repeat(width)}  → ${advice}`];
  });
  return [...lines, '', verdict(findings)].join('\n');
}

function verdict(findings: readonly Finding[]): string {
  const count = (state: State): number => findings.filter((finding) => finding.state === state).length;
  if (count('bad') > 0) return `${count('bad')} wrong, ${count('look')} worth a look. Mend the first one first.`;
  return count('look') > 0 ? `Nothing is wrong; ${count('look')} worth a look.` : 'Everything is well.';
}
