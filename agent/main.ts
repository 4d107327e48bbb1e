import { fittedDevices } from '#agent/drivers/fitted.ts';
import { journalExtracts } from '#agent/journal/extract.ts';
import { openJournal } from '#agent/journal/journal.ts';
import { openInput } from '#agent/lines/inputLine.ts';
import { openSerial } from '#agent/lines/serialLine.ts';
import { type TracedChunk, traced } from '#agent/lines/trace.ts';
import { readBootId } from '#agent/runtime/boot.ts';
import { readCentresTls, watchCertificates } from '#agent/runtime/certificateFiles.ts';
import { createEndingClock } from '#agent/runtime/endingClock.ts';
import { diskTakes, watchJournal } from '#agent/runtime/journalWatch.ts';
import { readPowerSupplies } from '#agent/runtime/powerSupplyFiles.ts';
import { aplay, ledLamp } from '#agent/runtime/machineFront.ts';
import type { Check } from '#agent/runtime/watchdog.ts';
import { keyIdOf, sha256Hex, verifiers } from '#agent/uplink/keys.ts';
import { mqttSessions } from '#agent/uplink/mqttSession.ts';
import type { Configuration } from '#protocol/configuration/configuration.ts';
import type { OpenLine } from '#protocol/core/line.ts';
import type { Log } from '#protocol/core/log.ts';
import type { Clock, Random } from '#protocol/core/time.ts';
import { type Agent, startAgent } from './agent.ts';
import { firmware } from './firmware.ts';

export interface HubProcessOptions {
  configuration: Configuration;
  clock: Clock;
  random: Random;
  log: Log;
  /** Is told every chunk of bytes on the serial lines that are named. */
  trace?: { lines: readonly string[]; sink: (chunk: TracedChunk) => void };
  /** A damaged journal is about to be read through: nothing else happens meanwhile, for minutes perhaps. */
  onSalvage?: (() => void) | undefined;
}

export interface HubProcess {
  agent: Agent;
  /** What was counted, of the agent's parts and of each driver. */
  counters(): Readonly<Record<string, unknown>>;
  /** Looks whether there are new certificates; it does so every minute by itself. */
  lookAtCertificates(): void;
  /** Ends in order and closes the journal. */
  stop(): Promise<void>;
  /** How late the latest of its timers is, milliseconds (B15.2). */
  overdueMs(): number;
  /** Whether the journal takes what is committed, under a watchdog with this period. */
  journalCheck(periodMs: number): Check;
}

/**
 * The composition root: a hub on the real serial port, the real journal and a real broker.
 *
 * @throws JournalError when the journal cannot be had, and what reading a TLS file throws.
 */
export function startHubProcess({
  configuration,
  random,
  log,
  trace,
  onSalvage,
  ...options
}: HubProcessOptions): HubProcess {
  const clock = createEndingClock(options.clock);
  const tls = readCentresTls(configuration);
  const { journal, check } = watchJournal(openJournal({ ...configuration.journal, log, onSalvage }), clock);
  const openPort = (name: string, path: string): OpenLine => {
    const serial = openSerial(path);
    return trace?.lines.includes(name) === true ? traced(serial, name, clock, trace.sink) : serial;
  };
  const drivers = new Map<string, () => object>();
  const agent = startAgent({
    configuration,
    firmware,
    clock,
    random,
    log,
    journal,
    boot: readBootId(log),
    openRadio: openPort('radio', configuration.radio.port),
    devices: fittedDevices({
      configuration,
      clock,
      log,
      openPort,
      openInput,
      readSupplies: readPowerSupplies,
      lamp: ledLamp,
      player: aplay,
      counts: (name, counters) => drivers.set(name, counters),
    }),
    openSession: mqttSessions({ clock }),
    tls,
    verifiers,
    keyIdOf,
    hash: sha256Hex,
    extract: journalExtracts(configuration.journal.file),
  });
  const certificates = watchCertificates(
    configuration,
    { clock, log, inUse: tls },
    { onChanged: agent.renewCertificates, onEnd: agent.certificateEnds },
  );
  return {
    agent,
    counters: () => ({
      ...agent.counters(),
      ...Object.fromEntries([...drivers].map(([name, counters]) => [name, counters()])),
    }),
    lookAtCertificates: certificates.look,
    overdueMs: clock.overdueMs,
    journalCheck: (periodMs) =>
      check(periodMs, {
        tryJournal: agent.tryJournal,
        inMemoryOnly: () => agent.waiting().inMemoryOnly,
        diskTakes: () => diskTakes(configuration.journal.file),
      }),
    async stop() {
      certificates.stop();
      await new Promise<void>((resolve) => agent.stop(resolve));
      clock.end();
      journal.close();
    },
  };
}
