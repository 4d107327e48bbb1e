import { startRadio } from '#agent/drivers/radio/radio.ts';
import type { HubState } from '#agent/hub/concern.ts';
import { createHub } from '#agent/hub/hub.ts';
import type { HubDevices } from '#agent/hub/devices.ts';
import type { PublicKeys } from '#agent/hub/centre-keys/centreKeys.ts';
import type { HubPorts } from '#agent/hub/ports.ts';
import { type CentrePath, startCentrePath } from '#agent/uplink/centrePath.ts';
import { type Beat, startHeartbeats } from '#agent/uplink/heartbeat.ts';
import { createOutbox, type Waiting } from '#agent/uplink/outbox.ts';
import type { PathName } from '#agent/uplink/path.ts';
import { createResults } from '#agent/uplink/results.ts';
import type { OpenSession, TlsIdentity } from '#agent/uplink/session.ts';
import { centreNames } from '#protocol/configuration/centreSection.ts';
import type { Configuration } from '#protocol/configuration/configuration.ts';
import type { OpenLine } from '#protocol/core/line.ts';
import type { Verify } from '#protocol/mqtt/signature.ts';

/** A whole hub: its configuration, and everything that touches the world handed in. Runs in any kind of time. */
export interface AgentOptions extends HubPorts {
  configuration: Configuration;
  /** The version of this software. */
  firmware: string;
  openRadio: OpenLine;
  /** The devices beside the radio receiver, as far as they are fitted. */
  devices?: HubDevices;
  openSession: OpenSession;
  /** For `mqtts://`: the texts of the files that the configuration names for each centre. */
  tls: Partial<Record<PathName, TlsIdentity>>;
  /** The checks of a centre's keys, by key id. */
  verifiers(keys: Readonly<Record<string, string>>): ReadonlyMap<string, Verify>;
}

export interface Agent {
  /** Ends in order: the line closed, the centre told, nothing lost. */
  stop(stopped: () => void): void;
  /** The TLS files are others now: each path whose own have changed begins anew with them, and nothing is lost. */
  renewCertificates(tls: AgentOptions['tls']): void;
  /** The first of the hub's certificates ends then, milliseconds since 1970. */
  certificateEnds(endMs: number): void;
  /** What is counted, for diagnostics. */
  counters(): Readonly<Record<string, unknown>>;
  /** The hub as it is now, for diagnostics. */
  state(): HubState;
  /** What waits for a centre. */
  waiting(): Waiting;
  /** Commits something that changes nothing else (B15.2); a journal that fails is told as ever (B16). */
  tryJournal(): void;
}

/** Puts the parts together and starts them: radio → hub → journal → outbox → path, and the answer back. */
export function startAgent(options: AgentOptions): Agent {
  const { clock, random, log, journal, boot, firmware } = options;
  const startedMs = clock.monotonicMs();
  const paths: CentrePath[] = [];

  const hub = createHub({
    configuration: options.configuration,
    ports: { clock, random, log, journal, boot, hash: options.hash, ...optionalPorts(options) },
    devices: options.devices ?? {},
    radioNoise: () => Object.values(radio.counters().discardedBytes).reduce((sum, bytes) => sum + bytes, 0),
    isConnected: () => paths.some((path) => path.isUp()),
    effects: {
      deliver: (report, journalled) => outbox.offer(report, journalled),
      settled: (ref) => outbox.settled(ref),
      pathChanged: () => heartbeats.pathChanged(),
      // The result of the command that brought it goes out on the path that is there.
      reconfigured() {
        provesFrom = Infinity;
        clock.at(clock.monotonicMs(), followCentre);
      },
    },
  });

  const { configuration } = hub;
  let centre = JSON.stringify(configuration().centre);
  let heartbeatSettings = JSON.stringify(configuration().heartbeat);
  /** The last heartbeat sent, and the first whose answer says that the configuration in force reaches a centre (B11.3). */
  let lastBeat = 0;
  let provesFrom = 0;

  const outbox = createOutbox({
    journal,
    clock,
    log,
    paths,
    settings: () => configuration().paths,
    hash: options.hash,
    roundOver: hub.roundOver,
    onFaultyAnswer: (report, path, answer) =>
      hub.note('path', { path: path.name, ref: report.ref, faultyAnswer: answer.snu }),
    onHandled(report, path, { hbi, ...answer }) {
      hub.acknowledged(report, { ...answer, path: path.name });
      if (hbi !== undefined) heartbeats.centreSets(hbi);
    },
  });

  const results = createResults({
    clock,
    ...hub.results,
    send: (name, result) => pathTo(name)?.sendResult(result) ?? false,
    isBusy: outbox.isBusy,
  });

  const pathTo = (name: PathName): CentrePath | undefined => paths.find((path) => path.name === name);

  const heartbeats = startHeartbeats({
    hub: options.configuration.hub,
    settings: () => configuration().heartbeat,
    clock,
    log,
    inUse: hub.paths.inUse,
    send: heartbeat,
    onAnswered: hub.paths.answered,
    onUnanswered: hub.paths.unanswered,
    onInterval: (intervalMs) => paths.forEach((path) => path.heartbeatEvery(intervalMs)),
  });

  function heartbeat(name: PathName, { sequence, probe, missed, missedSinceMs }: Beat): boolean {
    const { count, oldest } = outbox.waiting();
    const isSent =
      pathTo(name)?.sendHeartbeat({
        v: 1,
        hub: options.configuration.hub,
        sequence,
        ...(probe ? { probe } : {}),
        uptimeMs: Math.round(clock.monotonicMs() - startedMs),
        waiting: count,
        ...(oldest === undefined ? {} : { oldestAgeMs: Math.round(hub.ageMs(oldest)) }),
        ...(missedSinceMs === undefined ? {} : { missed, missedSinceMs: Math.round(missedSinceMs) }),
        configuration: configuration().version,
        firmware,
        ...hub.heartbeat(),
      }) ?? false;
    if (isSent) {
      lastBeat = sequence;
      results.heartbeatSent(name, sequence);
    }
    return isSent;
  }

  hub.restore();
  hub.note('started', { firmware, configuration: configuration().version });

  let files = options.tls;
  const tlsOf = (name: PathName): TlsIdentity | undefined => files[name] ?? files.primary;

  /** What is made of the keys is kept until they change: each answer is checked by it. */
  const checks = new WeakMap<PublicKeys, ReadonlyMap<string, Verify>>();
  function keysInForce(configured: PublicKeys): ReadonlyMap<string, Verify> {
    const keys = hub.centreKeys(configured);
    const found = checks.get(keys) ?? options.verifiers(keys);
    checks.set(keys, found);
    return found;
  }

  function openPath(name: PathName): void {
    const { hub: id, version, centre, heartbeat } = configuration();
    const { [name]: configured } = centre;
    if (configured === undefined) return;
    // A reserve that came from afar is reached with the files of the primary: they are the machine's own affair.
    const tls = configured.tls === undefined ? undefined : tlsOf(name);
    const path = startCentrePath({
      name,
      hub: id,
      url: configured.url,
      ...(tls === undefined ? {} : { tls }),
      keys: () => keysInForce(configured.keys),
      firmware,
      configuration: version,
      wallOf: hub.wallOf,
      heartbeatEveryMs: heartbeat.intervalMs,
      isSuspect: () => hub.paths.isSuspect(name),
      open: options.openSession,
      clock,
      random,
      log,
      listener: {
        changed(changed) {
          // What waits goes first (B2.6): the hub may have something to report of the change.
          if (path.condition() === 'up' && !path.isSuspect()) outbox.pathChanged(changed);
          hub.paths.condition(name, path.condition());
          outbox.pathChanged(changed);
        },
        connected: () => results.connected(name),
        room() {
          outbox.room();
          results.room();
        },
        answered: (asked, answer) => outbox.answered(asked, answer),
        heartbeatAnswered(_, answer) {
          // It is not signed: one that was not asked for must prove no configuration and no result's arrival.
          if (!heartbeats.answered(name, answer.heartbeat, answer.hbi)) return false;
          results.heartbeatAnswered(name, answer.heartbeat);
          // An answer that was on its way while the configuration changed proves the old one.
          if (answer.heartbeat >= provesFrom) hub.heartbeatAnswered();
          return true;
        },
        commanded(_, command, keyId) {
          const taken = hub.commanded(command, keyId, name);
          if (taken.ok) results.asked(name, command.id);
          return taken;
        },
      },
    });
    paths.push(path);
  }

  /** The centres' addresses or keys are others now (B11.3): what is under way is asked anew on the new paths. */
  function followCentre(): void {
    const { centre: wanted, heartbeat: settings } = configuration();
    provesFrom = lastBeat + 1;
    heartbeats.setInterval(settings.intervalMs);
    if (JSON.stringify(wanted) === centre) {
      // A trial begins with a heartbeat, however far apart they are from now on.
      if (JSON.stringify(settings) !== heartbeatSettings) heartbeats.pathChanged();
      heartbeatSettings = JSON.stringify(settings);
      return;
    }
    heartbeatSettings = JSON.stringify(settings);
    centre = JSON.stringify(wanted);
    const former = paths.splice(0);
    outbox.pathsReplaced();
    centreNames.forEach((name) => hub.paths.condition(name, 'down'));
    stopAll(former, () => centreNames.forEach(openPath));
  }

  centreNames.forEach(openPath);
  outbox.load();
  hub.start();
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
      hub.stop();
      radio.stop();
      heartbeats.stop();
      results.stop();
      stopAll(paths, stopped);
    },
    renewCertificates(tls) {
      const former = paths.map(({ name }) => JSON.stringify(tlsOf(name)));
      files = tls;
      paths.forEach((path, index) => {
        const own = tlsOf(path.name);
        if (own !== undefined && JSON.stringify(own) !== former[index]) path.identify(own);
      });
    },
    certificateEnds: hub.certificateEnds,
    state: hub.state,
    waiting: outbox.waiting,
    tryJournal: hub.tryJournal,
    counters: () => ({
      radio: radio.counters(),
      hub: hub.counters(),
      outbox: outbox.counters(),
      refused: Object.fromEntries(paths.map((path) => [path.name, path.refusals()])),
    }),
  };
}

function optionalPorts({ extract, keyIdOf }: HubPorts): Pick<HubPorts, 'extract' | 'keyIdOf'> {
  return { ...(extract === undefined ? {} : { extract }), ...(keyIdOf === undefined ? {} : { keyIdOf }) };
}

function stopAll(paths: readonly CentrePath[], stopped: () => void): void {
  let left = paths.length;
  if (left === 0) stopped();
  paths.forEach((path) =>
    path.stop(() => {
      left -= 1;
      if (left === 0) stopped();
    }),
  );
}
