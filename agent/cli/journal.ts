import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Entry } from '#agent/hub/ports.ts';
import { JournalError, type JournalErrorCode } from '#agent/journal/errors.ts';
import { csvLines, jsonLines, toJson } from '#agent/journal/formats.ts';
import { type EventFilter, type JournalReader, openJournalReader } from '#agent/journal/reader.ts';
import { checkJournalFile } from '#agent/journal/verify.ts';
import { formatProblem, loadConfiguration } from '#agent/runtime/configuration.ts';
import { parseMoment } from '#protocol/core/moment.ts';
import { listLines, timeLegend } from './journalFormats.ts';

const exitCodes = { done: 0, failed: 1, wrongCallOrFile: 2 } as const;

/** Most entries that `list` holds in memory to show the newest of them. */
const listLimit = 100_000;

const kinds: readonly Entry['kind'][] = ['report', 'acknowledged', 'superseded', 'started', 'stopped'];

/** Errors that say that the file is the wrong one; every other is a failure. */
const wrongFile: readonly JournalErrorCode[] = [
  'journal/missing',
  'journal/foreign',
  'journal/newer',
  'journal/damaged',
];

interface FileOptions {
  file?: string;
  config?: string;
}

interface PeriodOptions extends FileOptions {
  from?: number;
  to?: number;
  kind?: string;
}

type ListOptions = PeriodOptions & { limit: number; json: boolean };
type ShowOptions = FileOptions & { json: boolean };
type ExportOptions = PeriodOptions & { format: 'csv' | 'json'; output?: string };

/** `welfare-hub journal`: what happened on this hub, for testers and investigators (H17). */
export function journalCommand(): Command {
  const command = new Command('journal');
  command.exitOverride(exit).helpCommand(false);
  command.addHelpText('after', '\nExample:\n  $ welfare-hub journal list --config hub.yaml');
  command.addCommand(listCommand()).addCommand(showCommand()).addCommand(exportCommand()).addCommand(verifyCommand());
  return command;
}

function listCommand(): Command {
  return withPeriod(subcommand('list', 'the newest entries, oldest first'))
    .option('--limit <count>', 'so many at most', readCount, 100)
    .option('--json', 'as a JSON array', false)
    .addHelpText('after', `\nExample:\n  $ welfare-hub journal list --from 24h --kind report\n\nTimes: ${timeLegend}.`)
    .action((options: ListOptions) => run(options, (reader) => list(reader, options)));
}

function showCommand(): Command {
  return subcommand('show', "one report's whole story: itself, its updates, and what became of each")
    .argument('<ref>', 'the reference of a report')
    .option('--json', 'as JSON', false)
    .addHelpText('after', '\nExample:\n  $ welfare-hub journal show 7K3MPQ2WXA9C')
    .action((ref: string, options: ShowOptions) => run(options, (reader) => show(reader, ref, options)));
}

function exportCommand(): Command {
  return withPeriod(subcommand('export', 'a period, to hand out'))
    .addOption(new Option('--format <format>', 'how').choices(['csv', 'json']).makeOptionMandatory())
    .option('--output <file>', 'where to (default: standard output)')
    .addHelpText(
      'after',
      '\nExample:\n  $ welfare-hub journal export --from 2026-01-01 --to 2026-02-01 --format csv --output january.csv',
    )
    .action((options: ExportOptions) => run(options, (reader) => exportTo(reader, options)));
}

function verifyCommand(): Command {
  return subcommand('verify', 'reads every page, and says what is wrong and what to do; it changes nothing')
    .option('--json', 'as JSON', false)
    .addHelpText(
      'after',
      '\nExample:\n  $ welfare-hub journal verify --config hub.yaml\n\nExit status: 0 it is sound, 1 it is not, 2 the call or the file is wrong.',
    )
    .action((options: ShowOptions) => {
      const file = journalFile(options);
      process.exitCode = file === undefined ? exitCodes.wrongCallOrFile : verify(file, options);
    });
}

function verify(file: string, { json }: ShowOptions): number {
  const check = checkJournalFile(file, 'whole');
  const { is, says, advice, setAside } = check;
  const aside = setAside.map((name) => `set aside before, and kept: ${name}`);
  const lines = [says, ...(advice === undefined ? [] : [advice]), ...aside];
  process.stdout.write(json ? `${JSON.stringify({ file, ...check }, null, 2)}\n` : `${lines.join('\n')}\n`);
  if (is === 'sound') return exitCodes.done;
  return is === 'missing' || is === 'foreign' ? exitCodes.wrongCallOrFile : exitCodes.failed;
}

function subcommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option('--file <file>', 'the journal')
    .addOption(new Option('--config <file>', 'the configuration that names the journal').env('WELFARE_HUB_CONFIG'))
    .exitOverride(exit);
}

function withPeriod(command: Command): Command {
  return command
    .option('--from <moment>', 'from then on: 2026-01-15, 2026-01-15T12:00, …Z, or so long ago: 24h', readMoment)
    .option('--to <moment>', 'until before then', readMoment)
    .addOption(new Option('--kind <kind>', 'only these').choices(kinds));
}

function readMoment(text: string): number {
  const moment = parseMoment(text, Date.now());
  if (!moment.ok) throw new InvalidArgumentError(moment.problem);
  return moment.value;
}

function readCount(text: string): number {
  const count = Number(text);
  if (!/^\d+$/u.test(text) || count < 1 || count > listLimit) {
    throw new InvalidArgumentError(`Right would be a number from 1 to ${listLimit}.`);
  }
  return count;
}

function exit({ exitCode }: { exitCode: number }): never {
  process.exit(exitCode === 0 ? exitCodes.done : exitCodes.wrongCallOrFile);
}

async function run(options: FileOptions, act: (reader: JournalReader) => Promise<number>): Promise<void> {
  const file = journalFile(options);
  if (file === undefined) {
    process.exitCode = exitCodes.wrongCallOrFile;
    return;
  }
  let reader: JournalReader | undefined;
  try {
    reader = openJournalReader(file);
    process.exitCode = await act(reader);
  } catch (error) {
    if (isClosedPipe(error)) return;
    complain(error instanceof Error ? error.message : String(error));
    const isWrongFile = error instanceof JournalError && wrongFile.includes(error.code);
    process.exitCode = isWrongFile ? exitCodes.wrongCallOrFile : exitCodes.failed;
  } finally {
    reader?.close();
  }
}

function journalFile({ file, config }: FileOptions): string | undefined {
  if (file !== undefined) return file;
  if (config === undefined || config === '') {
    complain('which journal? Say --file FILE, --config FILE or set WELFARE_HUB_CONFIG');
    return undefined;
  }
  const configuration = loadConfiguration(config, process.env['CREDENTIALS_DIRECTORY']);
  if (configuration.ok) return configuration.value.journal.file;
  configuration.problem.forEach((problem) => complain(formatProblem(problem)));
  return undefined;
}

function complain(message: string): void {
  process.stderr.write(`welfare-hub journal: ${message}\n`);
}

/** The reader of our output has seen enough (`| head`): that is no error. */
function isClosedPipe(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EPIPE';
}

async function print(lines: Iterable<string>): Promise<void> {
  await pipeline(Readable.from(lines), process.stdout, { end: false });
}

async function list(reader: JournalReader, options: ListOptions): Promise<number> {
  const events = reader.newest(options.limit, filterOf(options));
  await print(options.json ? jsonLines(events) : listLines(events));
  return exitCodes.done;
}

async function show(reader: JournalReader, ref: string, { json }: ShowOptions): Promise<number> {
  const events = reader.story(ref);
  if (events.length === 0) {
    complain(`no entry has the reference ${JSON.stringify(ref)}`);
    return exitCodes.failed;
  }
  const waits = events.filter(({ kind, ref }) => kind === 'report' && ref !== undefined && reader.waits(ref));
  const waiting = waits.map((event) => event.ref ?? '');
  if (json) {
    await print([`${JSON.stringify({ ref, waiting, events: events.map(toJson) }, null, 2)}\n`]);
  } else {
    const end = waiting.length === 0 ? 'nothing of it waits' : `waits for the centre: ${waiting.join(', ')}`;
    await print([...listLines(events), `${end}\n`]);
  }
  return exitCodes.done;
}

async function exportTo(reader: JournalReader, options: ExportOptions): Promise<number> {
  const events = reader.events(filterOf(options));
  const lines = options.format === 'csv' ? csvLines(events) : jsonLines(events);
  if (options.output === undefined) {
    await print(lines);
  } else {
    // It holds personal data: nobody but its owner reads it.
    await pipeline(Readable.from(lines), createWriteStream(options.output, { mode: 0o600 }));
  }
  return exitCodes.done;
}

function filterOf({ from, to, kind }: PeriodOptions): EventFilter {
  return {
    ...(from === undefined ? {} : { fromMs: from }),
    ...(to === undefined ? {} : { toMs: to }),
    ...(kind === undefined ? {} : { kind }),
  };
}
