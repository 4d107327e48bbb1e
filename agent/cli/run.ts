import { Command } from 'commander';
import { type HubProcess, startHubProcess } from '#agent/main.ts';
import { formatProblem, loadConfiguration } from '#agent/runtime/configuration.ts';
import { serve, tellSalvage, tellStarting } from '#agent/runtime/service.ts';
import { findServiceManager } from '#agent/runtime/serviceManager.ts';
import { createLogger } from '#agent/runtime/logger.ts';
import { shownBytes, type TracedChunk } from '#agent/lines/trace.ts';
import type { Configuration } from '#protocol/configuration/configuration.ts';
import type { Log } from '#protocol/core/log.ts';
import { type Cancel, type Clock, type Random, hourMs } from '#protocol/core/time.ts';

interface CommandOptions {
  config?: string;
  trace?: string;
}

/** The lines that can be traced. */
const tracedLines = ['radio', 'modem', 'gnss', 'ups', 'reader', 'radar'];

const example = `
Example:
  $ welfare-hub run --config hub.yaml
  $ welfare-hub run --config hub.yaml --trace radio 2> radio.log

Exit status: 0 ended by SIGTERM, 1 it failed, 2 the call or a file is wrong, 130 interrupted.`;

/** `welfare-hub run`: the device agent on real devices. */
export function runCommand(ports: { clock: Clock; random: Random }): Command {
  return new Command('run')
    .option('--config <file>', 'the configuration; WELFARE_HUB_CONFIG names it too')
    .option('--trace <lines>', `the bytes of these lines, with times, on standard error: ${tracedLines.join(', ')}`)
    .addHelpText('after', example)
    .action(async (options: CommandOptions) => {
      process.exitCode = await run(options, ports);
    });
}

async function run(options: CommandOptions, ports: { clock: Clock; random: Random }): Promise<number> {
  // An empty variable is how a service file or a shell says that there is none.
  const file = options.config ?? (process.env['WELFARE_HUB_CONFIG'] || undefined);
  const trace = options.trace?.split(',').map((line) => line.trim()) ?? [];
  const unknown = trace.find((line) => !tracedLines.includes(line));
  if (file === undefined || unknown !== undefined) {
    return wrongCall(
      unknown === undefined
        ? 'no configuration: say --config FILE or set WELFARE_HUB_CONFIG'
        : `--trace ${unknown}: there is no such line; known: ${tracedLines.join(', ')}`,
    );
  }
  const configuration = loadConfiguration(file, process.env['CREDENTIALS_DIRECTORY']);
  if (!configuration.ok) {
    configuration.problem.forEach((problem) => console.error(formatProblem(problem)));
    return 2;
  }
  return await runUntilTold(configuration.value, trace, ports);
}

function wrongCall(message: string): number {
  console.error(`welfare-hub run: ${message}`);
  return 2;
}

async function runUntilTold(
  configuration: Configuration,
  lines: readonly string[],
  ports: { clock: Clock; random: Random },
): Promise<number> {
  const forPeople = process.stderr.isTTY;
  const colours = forPeople && process.env['NO_COLOR'] === undefined;
  const shape = forPeople ? (await import('#agent/runtime/linesForPeople.ts')).linesForPeople(colours) : undefined;
  const { level } = configuration.log;
  const log = createLogger({ level, clock: ports.clock, ...(shape === undefined ? {} : { shape }) });
  const told = new Promise<number>((resolve) => {
    process.once('SIGINT', () => resolve(130));
    process.once('SIGTERM', () => resolve(0));
  });
  const manager = findServiceManager(process.env, { log, pid: process.pid });
  let hub: HubProcess;
  try {
    tellStarting(manager);
    hub = startHubProcess({
      configuration,
      log,
      ...ports,
      trace: { lines, sink: printChunk },
      onSalvage: () => tellSalvage(manager),
    });
  } catch (error) {
    console.error(`welfare-hub run: ${error instanceof Error ? error.message : String(error)}`);
    manager?.end();
    return 1;
  }
  const look = (): void => hub.lookAtCertificates();
  process.on('SIGHUP', look);
  const cancel = logCountersHourly(hub, log, ports.clock);
  const endService = serve(hub, manager, { clock: ports.clock, log });
  const status = await told;
  manager?.tell('STOPPING=1', 'STATUS=Ends in order');
  endService();
  cancel();
  process.off('SIGHUP', look);
  log.info(hub.counters(), 'ended');
  await hub.stop();
  manager?.end();
  return status;
}

/** What is counted and raises nothing (B1.4) is shown once an hour, and at the end. */
function logCountersHourly(hub: HubProcess, log: Log, clock: Clock): Cancel {
  let cancel: Cancel;
  const again = () => {
    cancel = clock.at(clock.monotonicMs() + hourMs, () => {
      log.info(hub.counters(), 'counted so far');
      again();
    });
  };
  again();
  return () => cancel();
}

function printChunk(chunk: TracedChunk): void {
  const seconds = (chunk.monotonicMs / 1_000).toFixed(6);
  console.error(`${seconds} ${chunk.line} ${chunk.direction === 'in' ? '>' : '<'} ${shownBytes(chunk)}`);
}
