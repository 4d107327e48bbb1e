/**
 * The product: the real agent on a pseudo terminal, a journal on disk and a broker, in a process of its own.
 *
 *   node hubSide.ts FOLDER BROKER KEY-ID PUBLIC-KEY
 */
import { openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { startHubProcess } from '#agent/main.ts';
import { createRealClock } from '#agent/runtime/clock.ts';
import { createLogger } from '#agent/runtime/logger.ts';
import { createRealRandom } from '#agent/runtime/random.ts';
import { createPtyLine } from '#devices/line/ptyLine.ts';
import { createRadioDevice } from '#devices/radio/radioDevice.ts';
import { type Configuration, readConfiguration } from '#protocol/configuration/configuration.ts';
import type { Log, LogFields } from '#protocol/core/log.ts';
import { type Clock, hourMs } from '#protocol/core/time.ts';
import { pendants } from './pressSchedule.ts';
import { servePresses } from './pressSide.ts';

const [folder = '', url = '', keyId = '', publicKey = ''] = process.argv.slice(2);

const realClock = createRealClock();
let stampedMs = 0;
let beat: (() => void) | undefined;

/**
 * The real clock, on which two moments of the hub can be seen without touching it. A stamp is taken when the
 * acknowledgement is at the hub, its signature and its hash are good, and its row is about to be committed; and the only
 * timer that is hours away is the heartbeat's, which goes off when the benchmark wants it to.
 */
const clock: Clock = {
  ...realClock,
  wallTrusted() {
    stampedMs = performance.now();
    return realClock.wallTrusted();
  },
  at(dueMs, action) {
    if (dueMs - realClock.monotonicMs() < hourMs) return realClock.at(dueMs, action);
    beat = action;
    return () => {
      if (beat === action) beat = undefined;
    };
  },
};

const waiting = new Map<string, () => void>();

/** The log as it is in service, JSON to a file; its steps tell when the hub is ready and when a press is over. */
function watchedLog(): Log {
  const file = openSync(join(folder, 'log.json'), 'w');
  const stream = { write: (line: string) => void writeSync(file, line) };
  const log = createLogger({ level: 'info', clock: realClock, stream });
  return {
    ...log,
    debug: (fields, message) => log.debug(fields, message),
    warn: (fields, message) => log.warn(fields, message),
    error: (fields, message) => log.error(fields, message),
    info(fields: LogFields, message: string) {
      log.info(fields, message);
      const { step } = fields;
      if (typeof step === 'string') waiting.get(step)?.();
    },
  };
}

function configuration(): Configuration {
  const read = readConfiguration({
    hub: 'hub-0001',
    centre: { primary: { url, keys: { [keyId]: publicKey } } },
    heartbeat: { interval: '24h' },
    radio: { port: line.path },
    journal: { file: join(folder, 'journal.db') },
    accessories: pendants.map(({ name, id, profile }) => ({ name, kind: 'pendant', id, profile })),
  });
  if (!read.ok) throw new Error(JSON.stringify(read.problem));
  return read.value;
}

async function step(name: string): Promise<void> {
  await new Promise<void>((resolve) => waiting.set(name, resolve));
}

const line = createPtyLine({ link: join(folder, 'radio') });
await line.ready;
const random = createRealRandom();
createRadioDevice({ line: line.device, clock: realClock, random, transmitters: pendants });

let armed = false;
startHubProcess({
  configuration: configuration(),
  clock,
  random,
  log: watchedLog(),
  trace: {
    lines: ['radio'],
    sink() {
      // The telegram is in, the hub has not looked at it yet: the heartbeat goes out, the alarm comes right behind it.
      if (armed) beat?.();
      armed = false;
    },
  },
});
await Promise.all([step('receiver'), step('connected')]);

servePresses({
  write: line.device.write,
  arm() {
    if (beat === undefined) throw new Error('the heartbeat is not due in hours: choose another hub id');
    armed = true;
  },
  answered: async () => {
    await step('acknowledged');
    return stampedMs;
  },
});
