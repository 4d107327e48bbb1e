import { startRadio } from '#agent/drivers/radio/radio.ts';
import { createHub } from '#agent/hub/hub.ts';
import type { HubPorts } from '#agent/hub/ports.ts';
import { type CentrePath, startCentrePath } from '#agent/uplink/centrePath.ts';
import { type Beat, startHeartbeats } from '#agent/uplink/heartbeat.ts';
import { createOutbox } from '#agent/uplink/outbox.ts';
import type { OpenSession, TlsIdentity } from '#agent/uplink/session.ts';
import type { Configuration } from '#protocol/configuration/configuration.ts';
import type { OpenLine } from '#protocol/core/line.ts';
import type { Verify } from '#protocol/mqtt/acknowledgement.ts';

/** A whole hub: its configuration, and everything that touches the world handed in. Runs in any kind of time. */
export interface AgentOptions extends HubPorts {
  configuration: Configuration;
  /** The version of this software. */
  firmware: string;
  openRadio: OpenLine;
  openSession: OpenSession;
  /** For `mqtts://`: the texts of the files that the configuration names. */
  tls: TlsIdentity | undefined;
  /** The centre's keys by key id. */
  keys: ReadonlyMap<string, Verify>;
  /** SHA-256 in hex. */
  hash(text: string): string;
}

export interface Agent {
  /** Ends in order: the line closed, the centre told, nothing lost. */
  stop(stopped: () => void): void;
  /** What is counted, for diagnostics. */
  counters(): Readonly<Record<string, unknown>>;
}

/** Puts the parts together and starts them: radio → hub → journal → outbox → path, and the answer back. */
export function startAgent(options: AgentOptions): Agent {
  const { configuration, clock, random, log, journal, boot, firmware } = options;
  const startedMs = clock.monotonicMs();
  const paths: CentrePath[] = [];

  const hub = createHub({
    id: configuration.hub,
    accessories: configuration.accessories,
    ports: { clock, random, log, journal, boot },
    isConnected: () => paths.some((path) => path.isUp()),
    effects: {
      deliver: (report, journalled) => outbox.offer(report, journalled),
      settled: (ref) => outbox.settled(ref),
    },
  });

  const outbox = createOutbox({
    journal,
    clock,
    log,
    paths,
    settings: configuration.paths,
    hash: options.hash,
    onHandled: (report, _path, answer) => hub.acknowledged(report, answer.body),
  });

  const heartbeats = startHeartbeats({
    hub: configuration.hub,
    intervalMs: configuration.heartbeat.intervalMs,
    clock,
    log,
    send: heartbeat,
  });

  function heartbeat({ sequence, missed, missedSinceMs }: Beat): boolean {
    const path = paths.find((candidate) => candidate.isUp());
    const { count, oldest } = outbox.waiting();
    return (
      path?.sendHeartbeat({
        v: 1,
        hub: configuration.hub,
        sequence,
        uptimeMs: Math.round(clock.monotonicMs() - startedMs),
        waiting: count,
        ...(oldest === undefined ? {} : { oldestAgeMs: Math.max(0, Math.round(clock.wallMs() - oldest.wallMs)) }),
        ...(missedSinceMs === undefined ? {} : { missed, missedSinceMs: Math.round(missedSinceMs) }),
        configuration: configurationVersion,
        firmware,
      }) ?? false
    );
  }

  hub.restore();
  hub.note('started', { firmware, configuration: configurationVersion });
  paths.push(
    startCentrePath({
      name: 'primary',
      hub: configuration.hub,
      url: configuration.centre.primary.url,
      ...(options.tls === undefined ? {} : { tls: options.tls }),
      keys: options.keys,
      firmware,
      configuration: configurationVersion,
      open: options.openSession,
      clock,
      random,
      log,
      listener: {
        changed(path) {
          outbox.pathChanged(path);
          if (path.isUp()) {
            heartbeats.connected();
          }
        },
        room: () => outbox.room(),
        answered: (path, answer) => outbox.answered(path, answer),
        heartbeatAnswered: (answer) => heartbeats.answered(answer.heartbeat, answer.hbi),
      },
    }),
  );
  outbox.load();
  const radio = startRadio({
    openLine: options.openRadio,
    clock,
    log,
    listener: {
      telegram: hub.heard,
      ready(identity) {
        log.info({ step: 'receiver', ...identity }, `${identity.appDescription} is ready`);
        hub.radioWell();
      },
      failing: hub.radioFailing,
    },
  });

  return {
    stop(stopped) {
      hub.note('stopped', {});
      radio.stop();
      heartbeats.stop();
      let left = paths.length;
      paths.forEach((path) =>
        path.stop(() => {
          left -= 1;
          if (left === 0) {
            stopped();
          }
        }),
      );
    },
    counters: () => ({
      radio: radio.counters(),
      hub: hub.counters(),
      outbox: outbox.counters(),
      refused: Object.fromEntries(paths.map((path) => [path.name, path.refusals()])),
    }),
  };
}

/** Until configurations come from the centre (B11) there is one, and this is its version. */
const configurationVersion = 1;
