import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startAgent } from '#agent/agent.ts';
import { openJournal } from '#agent/journal/journal.ts';
import { keyIdOf, sha256Hex, verifiers } from '#agent/uplink/keys.ts';
import type { PathName } from '#agent/uplink/path.ts';
import type { SessionListener } from '#agent/uplink/session.ts';
import { makeKey } from '#centre/keys.ts';
import { createMemoryLine } from '#devices/line/memoryLine.ts';
import { createRadioDevice } from '#devices/radio/radioDevice.ts';
import { defaultTransmitters, type Transmitter } from '#devices/radio/transmitters.ts';
import { secondMs } from '#protocol/core/time.ts';
import { encodeAnswer } from '#protocol/mqtt/acknowledgement.ts';
import { decodeHeartbeat } from '#protocol/mqtt/heartbeat.ts';
import { decodeRecord, type ReportRecord } from '#protocol/mqtt/record.ts';
import { decodeReport } from '#protocol/mqtt/report.ts';
import { centreStateTopic, hubTopic } from '#protocol/mqtt/topics.ts';
import { homeConfiguration } from './homeConfiguration.ts';
import { createLogRecorder } from './logRecorder.ts';
import { createSeededRandom } from './seededRandom.ts';
import { createVirtualClock } from './virtualClock.ts';

export const hubId = 'hub-0001';

/** A report as a broker got it: its record, and the exact text that is acknowledged. */
export interface Published {
  path: PathName;
  record: ReportRecord;
  text: string;
}

const urls: Readonly<Record<PathName, string>> = {
  primary: 'mqtt://127.0.0.1:1883',
  reserve: 'mqtt://127.0.0.1:1884',
};

/**
 * A whole hub with the real codecs, keys and journal in virtual time, and a broker in a test's hand: it can put any bytes
 * on any topic. The centre behind it answers heartbeats, as a good one does, and nothing else unless it is told to. Where
 * there is a reserve it has such a broker too; `onReport` is told what either of them got.
 */
export function startHubUnderAttack(
  seed: number,
  { hasReserve = false, onReport = () => {} }: { hasReserve?: boolean; onReport?(published: Published): void } = {},
) {
  const clock = createVirtualClock(Date.UTC(2026, 0, 15, 11));
  const random = createSeededRandom(seed);
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'attacked-'));
  const { log, lines } = createLogRecorder();
  const key = makeKey();
  const configuration = homeConfiguration({
    hub: hubId,
    centre: {
      primary: { url: urls.primary, keys: { [key.keyId]: key.publicKey } },
      ...(hasReserve ? { reserve: { url: urls.reserve, keys: { [key.keyId]: key.publicKey } } } : {}),
    },
    accessories: [{ name: 'pendant', kind: 'pendant', id: '002a0001' }],
  });
  const memory = createMemoryLine({ clock, random });
  const [usual] = defaultTransmitters;
  const pendant = { ...usual, name: 'pendant', kind: 'pendant', id: '002a0001', profile: 'F6-02-01' } as Transmitter;
  const radio = createRadioDevice({ line: memory.device, connector: memory, clock, random, transmitters: [pendant] });
  const journal = openJournal({ file: join(folder, 'journal.db'), log });
  const reports: Published[] = [];
  let rows = 0;
  const listeners = new Map<PathName, SessionListener>();
  const agent = startAgent({
    configuration,
    firmware: '0.1.0',
    clock,
    random,
    log,
    journal: {
      ...journal,
      commit(...what) {
        rows += 1;
        return journal.commit(...what);
      },
    },
    boot: 'boot-1',
    openRadio: memory.openLine,
    openSession({ url }, told) {
      const path = url === urls.reserve ? 'reserve' : 'primary';
      listeners.set(path, told);
      clock.at(clock.monotonicMs(), () => told.up({ sessionPresent: false }));
      return {
        publish(topic, payload) {
          published(path, topic, new TextDecoder().decode(payload));
          return 'sent';
        },
        close: () => clock.at(clock.monotonicMs(), () => told.closed({ code: 'closed-by-hub', message: 'closed' })),
        abort: () => told.closed({ code: 'connection-lost', message: 'aborted' }),
      };
    },
    tls: {},
    verifiers,
    keyIdOf,
    hash: sha256Hex,
  });

  function say(topic: string, body: string | Uint8Array, path: PathName = 'primary'): void {
    listeners.get(path)?.message(topic, typeof body === 'string' ? new TextEncoder().encode(body) : body);
  }

  const down = (name: 'ack' | 'command', body: string | Uint8Array, path?: PathName): void =>
    say(hubTopic(hubId, `down/${name}`), body, path);

  function published(path: PathName, topic: string, body: string): void {
    if (topic === hubTopic(hubId, 'up/report')) {
      const envelope = decodeReport(body);
      const record = envelope.ok ? decodeRecord(envelope.value.record) : envelope;
      if (!envelope.ok || !record.ok) return;
      const report = { path, record: record.value, text: envelope.value.record };
      reports.push(report);
      onReport(report);
    } else if (topic === hubTopic(hubId, 'up/heartbeat')) {
      const heartbeat = decodeHeartbeat(body);
      if (!heartbeat.ok) return;
      const answer = encodeAnswer({ v: 1, hub: hubId, heartbeat: heartbeat.value.sequence, snu: 0 });
      clock.at(clock.monotonicMs(), () => down('ack', answer, path));
    }
  }

  clock.advance(2 * secondMs);
  return {
    agent,
    clock,
    key,
    random,
    lines,
    reports,
    down,
    say,
    centreState: (centre: string, body: string) => say(centreStateTopic(centre), body),
    /** The pendant is pressed; what the broker got of it. */
    press(): Published {
      const done = radio.perform({ word: 'press', name: 'pendant' });
      if (!done.ok) throw new Error(done.problem);
      clock.advance(secondMs);
      const last = reports.at(-1);
      if (last === undefined) throw new Error('nothing was published');
      return last;
    },
    /** The body of the centre's own acknowledgement, signed. */
    acknowledgementOf: ({ record, text }: Omit<Published, 'path'>): string =>
      encodeAnswer({ v: 1, hub: hubId, ref: record.ref, hash: sha256Hex(text), snu: 0 }, key),
    /** References that wait in the journal. */
    waiting: () => [...journal.pending()].map(({ ref }) => ref),
    /** How often the journal was written to. */
    commits: () => rows,
    /** Everything that was refused so far, by why. */
    refused(): Record<string, number> {
      const { refused, outbox } = agent.counters() as {
        refused: { primary: Record<string, number> };
        outbox: { unknownReference: number; wrongHash: number };
      };
      const { unknownReference, wrongHash } = outbox;
      return {
        ...refused.primary,
        ...(unknownReference > 0 ? { 'answer/unknown-reference': unknownReference } : {}),
        ...(wrongHash > 0 ? { 'answer/wrong-hash': wrongHash } : {}),
      };
    },
    close() {
      agent.stop(() => {});
      clock.advance(secondMs);
      journal.close();
      rmSync(folder, { recursive: true });
    },
  };
}

export type HubUnderAttack = ReturnType<typeof startHubUnderAttack>;
