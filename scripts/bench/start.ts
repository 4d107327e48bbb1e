import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createRealClock } from '#agent/runtime/clock.ts';
import { createRealRandom } from '#agent/runtime/random.ts';
import { mqttSessions } from '#agent/uplink/mqttSession.ts';
import { createPtyLine } from '#devices/line/ptyLine.ts';
import { createRadioDevice } from '#devices/radio/radioDevice.ts';
import type { Mosquitto } from '#simulator/network/mosquitto.ts';
import type { Benchmark } from './benchmark.ts';
import { startBroker } from './broker.ts';
import { startChild } from './child.ts';
import { type Pair, takePairs } from './pairs.ts';

/** After the first heartbeat; then a process counts as idle. */
const settleMs = 2_000;

/** What docs/performance.md allows an idle agent without a modem, in per cent of a core. */
const allowedCpuPercent = 0.1;
/** What a start leaves to be done (compiling, collecting) is over by then. */
const calmMs = 20_000;
/** One interval between heartbeats (B4.1): one of them is in it. */
const cpuOverMs = 120_000;

interface Start {
  /** From the start of the process until its first heartbeat is through the broker. */
  startMs: number;
  /** What is resident once it is idle. */
  idleBytes: number;
}

/** The built program against a bare Node that connects and publishes one packet. */
export const start: Benchmark = {
  name: 'start',
  what: 'start to the first heartbeat, memory and CPU when idle',
  async run({ pairs: count, folder, progress }) {
    const program = built();
    const broker = await startBroker(folder);
    const line = createPtyLine({ link: join(folder, 'radio') });
    const observer = observe(broker);
    try {
      await line.ready;
      createRadioDevice({ line: line.device, clock: createRealClock(), random: createRealRandom() });
      const hub = [program, 'run', '--config', configure(folder, broker)];
      const bare = [fileURLToPath(new URL('bareHeartbeat.js', import.meta.url)), String(broker.port), 'bare'];
      await observer.ready;
      // Files are in the machine's memory, and the journal is made.
      await measure(bare, observer.heartbeat);
      await measure(hub, observer.heartbeat);
      const pairs = await takePairs(
        count,
        async () => await measure(bare, observer.heartbeat),
        async (pair) => {
          progress(`start: pair ${pair + 1} of ${count}`);
          return await measure(hub, observer.heartbeat);
        },
      );
      progress(`start: CPU of an idle agent over ${cpuOverMs / 1_000} s`);
      const cpuPercent = await idleCpuPercent(hub, observer.heartbeat);
      return [
        {
          name: 'start',
          what: 'start to first heartbeat / bare node that connects and publishes',
          unit: 'ms',
          pairs: pairsOf(pairs, ({ startMs }) => startMs),
          target: 1.5,
        },
        {
          name: 'idle memory',
          what: 'resident when idle / the same bare node',
          unit: 'MB',
          pairs: pairsOf(pairs, ({ idleBytes }) => idleBytes / 1e6),
          target: 1.6,
        },
        {
          name: 'idle CPU',
          what: 'of one core over a heartbeat interval / what it may take',
          unit: '%',
          pairs: [{ floor: allowedCpuPercent, measured: cpuPercent }],
          target: 1,
        },
      ];
    } finally {
      observer.end();
      await line.close();
      await broker.remove();
    }
  },
};

function pairsOf(pairs: readonly { floor: Start; measured: Start }[], take: (start: Start) => number): Pair[] {
  return pairs.map(({ floor, measured }) => ({ floor: take(floor), measured: take(measured) }));
}

/** Builds what the package carries, and returns the program. */
function built(): string {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  execFileSync(process.execPath, ['scripts/build.ts'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  return join(root, 'dist', 'welfareHub.js');
}

function configure(folder: string, { url }: Mosquitto): string {
  const file = join(folder, 'hub.yaml');
  mkdirSync(join(folder, 'state'));
  const document = {
    hub: 'hub-0001',
    centre: { primary: { url } },
    radio: { port: join(folder, 'radio') },
    journal: { file: join(folder, 'state', 'journal.db') },
    accessories: [{ name: 'pendant', kind: 'pendant', id: '002a0001' }],
  };
  // JSON is YAML too.
  writeFileSync(file, JSON.stringify(document));
  return file;
}

async function measure(args: readonly string[], heartbeat: () => Promise<number>): Promise<Start> {
  const heard = heartbeat();
  const startedMs = performance.now();
  const child = startChild(process.execPath, args, { stdio: ['ignore', 'ignore', 'ignore'] });
  try {
    const startMs = (await Promise.race([heard, child.line(() => false).then(Number)])) - startedMs;
    await pause(settleMs);
    return { startMs, idleBytes: residentBytes(child.process.pid ?? 0) };
  } finally {
    await child.end();
  }
}

/** One run, for it takes minutes. */
async function idleCpuPercent(args: readonly string[], heartbeat: () => Promise<number>): Promise<number> {
  const heard = heartbeat();
  const child = startChild(process.execPath, args, { stdio: ['ignore', 'ignore', 'ignore'] });
  const pid = child.process.pid ?? 0;
  try {
    await Promise.race([heard, child.line(() => false)]);
    await pause(calmMs);
    const usedMs = cpuMs(pid);
    const fromMs = performance.now();
    await pause(cpuOverMs);
    return (100 * (cpuMs(pid) - usedMs)) / (performance.now() - fromMs);
  } finally {
    await child.end();
  }
}

/** What all threads of a process have run so far: the first figure of each one's schedstat (proc(5)), nanoseconds. */
function cpuMs(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  const ran = threads.map((thread) =>
    Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]),
  );
  return ran.reduce((sum, ns) => sum + ns, 0) / 1e6;
}

/** VmRSS of proc(5). */
function residentBytes(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/mu.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  if (kilobytes === undefined) throw new Error(`process ${pid} does not tell its memory`);
  return Number(kilobytes) * 1_024;
}

/** Listens to every hub's heartbeats at the broker. */
function observe({ url }: Mosquitto) {
  let told: (atMs: number) => void = () => {};
  let up: () => void = () => {};
  const ready = new Promise<void>((resolve) => {
    up = resolve;
  });
  const session = mqttSessions({ clock: createRealClock() })(
    {
      url,
      clientId: 'observer',
      protocol: 5,
      keepaliveS: 60,
      sessionExpiryS: 0,
      connectTimeoutMs: 10_000,
      subscriptions: [{ topic: 'hub/v1/+/up/heartbeat', qos: 1 }],
    },
    {
      up: () => up(),
      message: () => told(performance.now()),
      refused() {},
      room() {},
      closed() {},
    },
  );
  return {
    ready,
    heartbeat: async () =>
      await new Promise<number>((resolve) => {
        told = resolve;
      }),
    end: session.abort,
  };
}
