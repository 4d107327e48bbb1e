import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HubDevices } from '#agent/hub/devices.ts';
import { createRealClock } from '#agent/runtime/clock.ts';
import { createEndingClock } from '#agent/runtime/endingClock.ts';
import { createRealRandom } from '#agent/runtime/random.ts';
import { createCentre } from '#centre/centre.ts';
import { sha256Hex } from '#centre/keys.ts';
import { startMqttFront } from '#centre/mqttFront.ts';
import {
  type CertificateWish,
  type IdentityFiles,
  issueCertificate,
  makeAuthority,
} from '#centre/provision/openssl.ts';
import { secondMs } from '#protocol/core/time.ts';
import { createMemoryJournal } from '#simulator/fleet/memoryJournal.ts';
import { startFaultProxy } from '#simulator/network/faultProxy.ts';
import { startMosquitto } from '#simulator/network/mosquitto.ts';
import type { Benchmark } from './benchmark.ts';
import { benchHubId, startBenchHub } from './benchHub.ts';

/** What docs/performance.md allows for a heartbeat with its answer, and for a month of them. */
const allowedBytes = 420;
const allowedMonthMB = 9;

const beatsAMonth = 30 * 24 * 30;
const beatsCounted = 10;
/** The state, the first heartbeat and the rest of a connection's begin are over by then. */
const beatsBefore = 3;

/** The bytes of TLS that a heartbeat and its answer take, both ways, as a proxy between hub and broker counts them. */
export const heartbeatBytes: Benchmark = {
  name: 'heartbeat-bytes',
  what: 'bytes of a heartbeat and its answer over mutual TLS',
  async run({ pairs: count, folder, progress }) {
    const sizes: number[] = [];
    for (let pair = 0; pair < count; pair += 1) {
      progress(`heartbeat-bytes: ${pair + 1} of ${count}`);
      sizes.push(await countOnce(join(folder, String(pair)), folder));
    }
    return [
      {
        name: 'heartbeat bytes',
        what: 'heartbeat and answer over TLS, both ways / what they may take',
        unit: 'B',
        pairs: sizes.map((measured) => ({ floor: allowedBytes, measured })),
        target: 1,
      },
      {
        name: 'a month of them',
        what: 'heartbeats every 120 s for 30 days / what they may take',
        unit: 'MB',
        pairs: sizes.map((size) => ({ floor: allowedMonthMB, measured: (size * beatsAMonth) / 1e6 })),
        target: 1,
      },
    ];
  },
};

async function countOnce(prefix: string, parent: string): Promise<number> {
  const { authority, issue } = authorityAt(prefix);
  const server = issue({ commonName: 'broker', use: 'server', names: ['IP:127.0.0.1'] });
  const broker = await startMosquitto({ parent, tls: { server, clients: authority } });
  // A centre watches its hubs for as long as its program lives, and the benchmark ends.
  const clock = createEndingClock(createRealClock());
  const ports = { clock, random: createRealRandom() };
  const proxy = await startFaultProxy({ ...ports, to: { port: broker.port } });
  const beats = createBeats();
  const centre = createCentre({ clock, sha256Hex, listener: ({ event }) => beats.tell(event) });
  const texts = (files: IdentityFiles) => ({
    ca: readFileSync(authority.certificateFile, 'utf8'),
    certificate: readFileSync(files.certificateFile, 'utf8'),
    key: readFileSync(files.keyFile, 'utf8'),
  });
  const client = (commonName: string) => texts(issue({ commonName, use: 'client', names: [] }));
  const tls = client('centre-1');
  const front = startMqttFront({ ...ports, url: broker.url, tls, name: 'centre-1', centre, listener() {} });
  const hub = startBenchHub({
    url: `mqtts://127.0.0.1:${proxy.port}`,
    tls: client(benchHubId),
    // As often as may be; what one of them takes does not depend on it.
    layer: { heartbeat: { interval: '1s' } },
    journal: createMemoryJournal(),
    devices: fitted,
    onStep() {},
  });
  const bytes = (): number => proxy.counters().up.bytes + proxy.counters().down.bytes;
  try {
    await beats.restAfter(beatsBefore);
    const before = bytes();
    await beats.restAfter(beatsBefore + beatsCounted);
    return (bytes() - before) / beatsCounted;
  } finally {
    await hub.stop();
    await new Promise<void>((resolve) => front.stop(resolve));
    await proxy.close();
    await broker.remove();
    clock.end();
  }
}

function authorityAt(prefix: string) {
  const files = (name: string): IdentityFiles => ({
    certificateFile: `${prefix}-${name}.pem`,
    keyFile: `${prefix}-${name}.key`,
  });
  const authority = files('authority');
  makeAuthority(authority, { name: 'benchmark', days: 1 });
  const fromMs = Date.now() - 3_600 * secondMs;
  return {
    authority,
    issue(wish: Pick<CertificateWish, 'commonName' | 'use' | 'names'>): IdentityFiles {
      const made = files(wish.commonName);
      issueCertificate(authority, made, { ...wish, fromMs, untilMs: fromMs + 24 * 3_600 * secondMs });
      return made;
    },
  };
}

/** Counts heartbeats at the centre. `restAfter` is kept half an interval behind one: its answer is through. */
function createBeats() {
  let count = 0;
  return {
    tell(event: string) {
      if (event === 'heartbeat') count += 1;
    },
    async restAfter(beats: number): Promise<void> {
      const isThere = (): boolean => count >= beats;
      while (!isThere()) await pause(10);
      await pause(secondMs / 2);
    },
  };
}

async function pause(durationMs: number): Promise<void> {
  await new Promise<void>((resolve) => setTimeout(resolve, durationMs));
}

/** A supply and a modem that are well: their part of a heartbeat is in it. */
const fitted: HubDevices = {
  openSupply(listener) {
    setTimeout(() => listener.reading({ mains: true, battery: { chargePercent: 100, healthPercent: 98 } }), 0);
    return { testBattery() {}, stop() {} };
  },
  openModem(listener) {
    const status = { sim: 'ready', registration: 'home', access: '4G', operator: 'Testnet', signalDbm: -79 } as const;
    setTimeout(() => listener.status({ ...status, data: true }), 0);
    return { enterPin() {}, recover() {}, sendMessage() {}, stop() {} };
  },
};
