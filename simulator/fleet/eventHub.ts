import { createHub } from '#agent/hub/hub.ts';
import type { PendingReport } from '#agent/hub/ports.ts';
import { startHeartbeats } from '#agent/uplink/heartbeat.ts';
import { sha256Hex } from '#agent/uplink/keys.ts';
import type { Configuration } from '#protocol/configuration/configuration.ts';
import type { Log } from '#protocol/core/log.ts';
import type { Cancel, Clock, Random } from '#protocol/core/time.ts';
import type { RadioTelegram } from '#protocol/esp3/profiles.ts';
import { createMemoryJournal } from './memoryJournal.ts';

/** From a report to its acknowledgement. */
const answerMs = 200;

/** A hub's whole behaviour without wires: telegrams come in as events, reports are answered as by a centre. */
export interface EventHub {
  heard(telegram: RadioTelegram): void;
  counts: Readonly<EventHubCounts>;
  stop(): void;
}

export interface EventHubCounts {
  heartbeats: number;
  reports: number;
}

export interface EventHubOptions {
  configuration: Configuration;
  clock: Clock;
  random: Random;
}

export function startEventHub({ configuration, clock, random }: EventHubOptions): EventHub {
  const counts = { heartbeats: 0, reports: 0 };
  const underWay = new Set<Cancel>();
  const hub = createHub({
    configuration,
    devices: {},
    ports: { clock, random, log: silent, journal: createMemoryJournal(), boot: 'boot-1', hash: sha256Hex },
    isConnected: () => true,
    effects: { deliver, settled() {}, pathChanged() {}, reconfigured() {} },
  });

  function deliver(report: PendingReport): void {
    counts.reports += 1;
    const cancel = clock.at(clock.monotonicMs() + answerMs, () => {
      underWay.delete(cancel);
      hub.acknowledged(report, { path: 'primary', body: { path: 'primary' } });
    });
    underWay.add(cancel);
  }

  hub.restore();
  hub.start();
  hub.paths.condition('primary', 'up');
  const heartbeats = startHeartbeats({
    hub: configuration.hub,
    settings: () => configuration.heartbeat,
    clock,
    log: silent,
    inUse: hub.paths.inUse,
    onAnswered: hub.paths.answered,
    onUnanswered: hub.paths.unanswered,
    onInterval() {},
    send(path, { sequence }) {
      hub.heartbeat();
      counts.heartbeats += 1;
      clock.at(clock.monotonicMs() + answerMs, () => heartbeats.answered(path, sequence, undefined));
      return true;
    },
  });

  return {
    heard: hub.heard,
    counts,
    stop() {
      heartbeats.stop();
      hub.stop();
      underWay.forEach((cancel) => cancel());
    },
  };
}

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };
