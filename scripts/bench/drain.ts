import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type JournalFile, openJournal } from '#agent/journal/journal.ts';
import { createRealClock } from '#agent/runtime/clock.ts';
import { mqttSessions } from '#agent/uplink/mqttSession.ts';
import type { Session } from '#agent/uplink/session.ts';
import { makeKey } from '#centre/keys.ts';
import { encodeRecord } from '#protocol/mqtt/record.ts';
import type { Mosquitto } from '#simulator/network/mosquitto.ts';
import type { Benchmark } from './benchmark.ts';
import { type BenchHub, benchHubId, startBenchHub } from './benchHub.ts';
import { startBroker } from './broker.ts';
import { startChild } from './child.ts';
import { quantile } from './pairs.ts';
import { pressesInTurn } from './pressSchedule.ts';

const rows = 100_000;
/** Rows that are committed as one while the journal is filled. */
const rowsACommit = 1_000;
const idlePresses = 300;
const pressEveryMs = 50;

/** A long backlog goes out, and presses come meanwhile. One run: it takes minutes. */
export const drain: Benchmark = {
  name: 'drain',
  what: `${rows} rows go to the centre, and presses come meanwhile`,
  async run({ folder, progress }) {
    const broker = await startBroker(folder);
    const key = makeKey();
    const keyFile = join(folder, 'centre.pem');
    writeFileSync(keyFile, key.privatePem, { mode: 0o600 });
    const log = { debug() {}, info() {}, warn() {}, error() {} };
    const journal = openJournal({ file: join(folder, 'journal.db'), log });
    progress(`drain: ${rows} rows into the journal`);
    fill(journal);
    progress('drain: mqtt.js flat out');
    const floorMs = await flatOut(broker);
    const program = fileURLToPath(import.meta.resolve('#scripts/welfareHub.ts'));
    const centre = startChild(process.execPath, [
      program,
      'centre',
      '--broker',
      broker.url,
      '--key',
      keyFile,
      '--json',
    ]);
    const steps = createSteps();
    let hub: BenchHub | undefined;
    try {
      await centre.line((line) => line.includes('"event":"connected"'));
      progress('drain: the hub');
      hub = startBenchHub({ url: broker.url, keys: { [key.keyId]: key.publicKey }, journal, onStep: steps.tell });
      const next = pressesInTurn();
      await steps.next('connected');
      const startedMs = performance.now();
      const during = await pressWhile(hub, next, steps, () => steps.acknowledged() < rows);
      const drainedMs = performance.now() - startedMs;
      const idle = await pressWhile(hub, next, steps, (pressed) => pressed < idlePresses);
      return [
        {
          name: 'alarm in a drain p99',
          what: `alarm while ${rows} rows drain / alarm at an idle hub`,
          unit: 'ms',
          pairs: [{ floor: quantile(idle, 0.99), measured: quantile(during, 0.99) }],
          target: 3,
        },
        {
          name: 'drain',
          what: `${rows} rows to their acknowledgement / mqtt.js publishing as many flat out`,
          unit: 'ms',
          pairs: [{ floor: floorMs, measured: drainedMs }],
          target: 1.1,
        },
      ];
    } finally {
      await hub?.stop();
      journal.close();
      await centre.end();
      await broker.remove();
    }
  },
};

function fill(journal: JournalFile): void {
  const stamp = { boot: 'boot-0', monotonicMs: 0, wallMs: Date.now(), trusted: true };
  for (let first = 0; first < rows; first += rowsACommit) {
    const entries = Array.from({ length: rowsACommit }, (_, index) => {
      const ref = refOf(first + index);
      return { kind: 'report' as const, ref, priority: 1, body: { record: recordOf(ref), buffered: true } };
    });
    journal.commit(stamp, entries);
  }
}

const refOf = (row: number): string => `B${String(row).padStart(9, '0')}`;

function recordOf(ref: string): string {
  const when = { boot: 'boot-0', monotonicMs: 0, wall: '2026-01-01T00:00:00.000Z', trusted: true };
  return encodeRecord({
    v: 1,
    hub: benchHubId,
    ref,
    report: 'information',
    from: 'hub',
    dty: 2,
    stc: 107,
    pri: 1,
    when,
  });
}

/** As many publishes of the same size, nobody subscribed, as fast as the library and the broker take them. */
async function flatOut({ url }: Mosquitto): Promise<number> {
  const body = Buffer.from(JSON.stringify({ v: 1, record: recordOf(refOf(0)), attempt: 1, path: 'primary' }));
  const open = mqttSessions({ clock: createRealClock() });
  return await new Promise<number>((resolve, reject) => {
    let left = rows;
    let startedMs = 0;
    const send = (session: Session): void => {
      while (left > 0 && session.publish('bench/drain', body, { qos: 1, retain: false }) === 'sent') left -= 1;
      // What is still on its way is a thousandth of it.
      if (left === 0) session.close();
    };
    const session = open(
      {
        url,
        clientId: 'flat-out',
        protocol: 5,
        keepaliveS: 300,
        sessionExpiryS: 0,
        connectTimeoutMs: 10_000,
        subscriptions: [],
      },
      {
        up() {
          startedMs = performance.now();
          send(session);
        },
        room: () => send(session),
        message() {},
        refused() {},
        closed: (reason) => (left === 0 ? resolve(performance.now() - startedMs) : reject(new Error(reason.message))),
      },
    );
  });
}

/** Steps of the hub's log, each told to whoever waits for it. */
function createSteps() {
  const waiting = new Map<string, () => void>();
  let alarm = '';
  let acknowledged = 0;
  return {
    tell(step: string, fields: Readonly<Record<string, unknown>>): void {
      if (step === 'acknowledged') acknowledged += 1;
      const key = typeof fields['ref'] === 'string' && step === 'acknowledged' ? `${step} ${fields['ref']}` : step;
      if (step === 'alarm' && typeof fields['ref'] === 'string') alarm = fields['ref'];
      waiting.get(key)?.();
      waiting.delete(key);
    },
    next: async (step: string) => await new Promise<void>((resolve) => waiting.set(step, resolve)),
    lastAlarm: () => alarm,
    acknowledged: () => acknowledged,
  };
}

/** Presses again and again; milliseconds from each to its acknowledgement. */
async function pressWhile(
  { write }: BenchHub,
  next: ReturnType<typeof pressesInTurn>,
  steps: ReturnType<typeof createSteps>,
  goesOn: (pressed: number) => boolean,
): Promise<number[]> {
  const times: number[] = [];
  while (goesOn(times.length)) {
    const press = next();
    await pause(Math.max(pressEveryMs, press.waitMs(performance.now())));
    press.pressed(performance.now());
    const startedMs = performance.now();
    const raised = steps.next('alarm');
    write(press.bytes);
    await raised;
    await steps.next(`acknowledged ${steps.lastAlarm()}`);
    times.push(performance.now() - startedMs);
  }
  return times;
}

async function pause(durationMs: number): Promise<void> {
  await new Promise<void>((resolve) => setTimeout(resolve, durationMs));
}
