import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import { type Clients, noClients } from '#centre/rules/clients.ts';
import { loadClients } from '#centre/rules/files.ts';
import { StoreError } from '#centre/store/errors.ts';
import { logCsv, logJson, logLines, statisticsCsv, statisticsJson, statisticsLines } from '#centre/store/formats.ts';
import { type LogFilter, type LogReader, openLogReader } from '#centre/store/reader.ts';
import { countedKinds, statisticsOf } from '#centre/store/statistics.ts';
import { localTimeIn } from '#protocol/core/hours.ts';
import { parseMoment } from '#protocol/core/moment.ts';
import type { Clock } from '#protocol/core/time.ts';

interface StoreOptions {
  store: string;
  from?: number;
  to?: number;
  json?: boolean;
  csv?: boolean;
}

const exitCodes = { done: 0, failed: 1, wrongCallOrFile: 2 } as const;

/** `welfare-hub centre log`: what happened at a centre, with its causes (H17). */
export function logCommand(ports: { clock: Clock }): Command {
  return subcommand('log', 'what happened at a centre, from its store', ports)
    .option('--hub <id>', 'of this hub only')
    .addHelpText('after', example('log --store centre.db --from 24h'))
    .action(async (options: StoreOptions & { hub?: string }) =>
      run(options, (reader) => {
        const rows = reader.rows({ ...periodOf(options), ...(options.hub === undefined ? {} : { hub: options.hub }) });
        return formOf(options, logLines, logJson, logCsv)(rows);
      }),
    );
}

/** `welfare-hub centre statistics`: the figures of H29, overall and for each unit. */
export function statisticsCommand(ports: { clock: Clock }): Command {
  return subcommand('statistics', 'installations, alarms, answer times, faults and dispatches by unit and month', ports)
    .option('--clients <file>', "which unit a hub is of (default: the hub's id up to its last hyphen)")
    .option('--timezone <zone>', 'where months begin', 'Europe/Stockholm')
    .addHelpText('after', example('statistics --store centre.db --from 2026-01-01 --to 2026-02-01 --csv'))
    .action(async (options: StoreOptions & { clients?: string; timezone: string }) => {
      const clients = clientsOf(options.clients);
      const zone = localTimeIn(options.timezone);
      if (!zone.ok) complain([`--timezone: ${zone.problem}`]);
      if (clients === undefined || !zone.ok) return;
      const monthOf = (wallMs: number): string => zone.value.minute(wallMs).day.slice(0, 7);
      await run(options, (reader) => {
        const rows = reader.rows({ ...periodOf(options), kinds: countedKinds });
        const figures = statisticsOf(rows, { unitOf: clients.unitOf, monthOf });
        return formOf(options, statisticsLines, statisticsJson, statisticsCsv)(figures);
      });
    });
}

function subcommand(name: string, does: string, { clock }: { clock: Clock }): Command {
  const moment = (text: string): number => {
    const read = parseMoment(text, clock.wallMs());
    if (!read.ok) throw new InvalidArgumentError(read.problem);
    return read.value;
  };
  return new Command(name)
    .description(does)
    .requiredOption('--store <file>', 'the store of the centre; it may run meanwhile')
    .option('--from <moment>', 'from then on: 2026-01-15, 2026-01-15T12:00, …Z, or so long ago: 24h', moment)
    .option('--to <moment>', 'until before then', moment)
    .addOption(new Option('--json', 'as a JSON array').conflicts('csv'))
    .option('--csv', 'as CSV')
    .exitOverride((error) => process.exit(error.exitCode === 0 ? exitCodes.done : exitCodes.wrongCallOrFile));
}

function example(words: string): string {
  return `\nExample:\n  $ welfare-hub centre ${words}\n\nExit status: 0 done, 1 it failed, 2 the call or a file is wrong.`;
}

function periodOf({ from, to }: StoreOptions): LogFilter {
  return { ...(from === undefined ? {} : { fromMs: from }), ...(to === undefined ? {} : { toMs: to }) };
}

type Form<Rows> = (rows: Rows) => Iterable<string>;

function formOf<Rows>({ json, csv }: StoreOptions, people: Form<Rows>, asJson: Form<Rows>, asCsv: Form<Rows>) {
  if (json === true) return asJson;
  return csv === true ? asCsv : people;
}

function clientsOf(file: string | undefined): Clients | undefined {
  if (file === undefined) return noClients();
  const read = loadClients(file);
  if (read.ok) return read.value;
  complain(read.problem);
  return undefined;
}

function complain(problems: readonly string[]): void {
  problems.forEach((problem) => process.stderr.write(`welfare-hub centre: ${problem}\n`));
  process.exitCode = exitCodes.wrongCallOrFile;
}

async function run({ store }: StoreOptions, lines: (reader: LogReader) => Iterable<string>): Promise<void> {
  let reader: LogReader | undefined;
  try {
    reader = openLogReader(store);
    await pipeline(Readable.from(lines(reader)), process.stdout, { end: false });
  } catch (error) {
    // The reader of our output has seen enough (`| head`): that is no error.
    if (error instanceof Error && 'code' in error && error.code === 'EPIPE') return;
    complain([error instanceof Error ? error.message : String(error)]);
    const isWrongFile = error instanceof StoreError && error.code !== 'store/failed';
    process.exitCode = isWrongFile ? exitCodes.wrongCallOrFile : exitCodes.failed;
  } finally {
    reader?.close();
  }
}
