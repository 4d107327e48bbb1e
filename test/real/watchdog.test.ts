import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { overwritePage } from '#simulator/world/journalFile.ts';
import { fold, rootOf } from '#test/proof/disk/badDisk.ts';
import { type HubProcess, startHubProcess } from './hubProcess.ts';
import { type NotifySocket, openNotifySocket } from './notifySocket.ts';
import { startProgram } from './program.ts';
import { openSlice, type Slice } from './sliceWorld.ts';

/** Short, so that a hub that does not feed is noticed soon; a busy machine may hold a hub up for half of it. */
const watchdogMs = 6_000;
/** Feedings, two in each period, until a journal would count as unwell: it is given five times as long. */
const journalFeedings = 12;

interface Served {
  slice: Slice;
  hub: HubProcess;
  manager: NotifySocket;
}

/** A hub under a service manager, fed once; `spoil` is what SIGUSR2 does to it. */
async function startServed({ spoil = '', abstract = false } = {}): Promise<Served> {
  const slice = await openSlice({ pendants: 2, paths: { answerWithin: '5s', roundEvery: '1s' } });
  await slice.centre.connect();
  const manager = await openNotifySocket({ watchdogMs, abstract });
  const onSignal = encodeURIComponent(`process.on('SIGUSR2', () => { ${spoil} });`);
  const hub = startHubProcess(slice.hubFile, [], {
    ...manager.env,
    ...(spoil === '' ? {} : { NODE_OPTIONS: `--import=data:text/javascript,${onSignal}` }),
  });
  await Promise.all([hub.logged({ step: 'receiver' }), hub.logged({ step: 'connected' }), manager.told('WATCHDOG=1')]);
  return { slice, hub, manager };
}

test.each([false, true])(
  'a hub that is well says so, feeds its watchdog and tells how it is, until it ends in order (abstract socket: %s)',
  async (abstract) => {
    const { slice, hub, manager } = await startServed({ abstract });
    await manager.told('READY=1');
    expect(manager.messages.slice(1, 3)).toEqual([
      'EXTEND_TIMEOUT_USEC=900000000|STATUS=Opens the journal',
      'READY=1|STATUS=In service, without a path to a centre; nothing waits; configuration 1',
    ]);
    slice.centre.setPolicy('silent');
    slice.radio.say('press pendant-1');
    await hub.logged({ step: 'journal' });
    await manager.told('STATUS=In service, on the primary path; 1 report waits; configuration 1');
    await manager.told('WATCHDOG=1', 4);
    hub.kill('SIGTERM');
    await manager.told('STOPPING=1');
    expect(await hub.end()).toMatchObject({ status: 0 });
    expect(manager.messages).not.toContain('starved');
  },
);

test('without a service manager nobody is told, and no process is started for it', async () => {
  const slice = await openSlice();
  await slice.centre.connect();
  const hub = await slice.startReadyHub();
  expect(readFileSync(`/proc/${hub.pid}/task/${hub.pid}/children`, 'utf8')).toBe('');
});

test('a loop that is blocked starves the watchdog (B15.2)', async () => {
  const { hub, manager } = await startServed({ spoil: 'for (;;);' });
  hub.kill('SIGUSR2');
  await manager.told('starved');
  // What is blocked cannot even say so.
  expect(manager.messages.join()).not.toContain('Not well');
});

test('a timer that does not fire starves the watchdog, though the loop turns and the rest fires (B15.2)', async () => {
  const spoil = `
    const set = globalThis.setTimeout;
    globalThis.setTimeout = (action, ms, ...rest) => (ms > 4000 && ms < 6000 ? {} : set(action, ms, ...rest));`;
  const { slice, hub, manager } = await startServed({ spoil });
  slice.centre.setPolicy('silent');
  hub.kill('SIGUSR2');
  // The path gets five seconds to answer, and nobody ever tells that they are over.
  slice.radio.say('press pendant-1');
  await manager.told('starved');
  expect(await hub.logged({ step: 'watchdog' })).toMatchObject({ level: 'error' });
  expect(manager.messages.at(-2)).toMatch(/^STATUS=Not well, a timer is late by/u);
});

/** No file of this process grows beyond this (setrlimit(2)), or it may grow again. */
async function limitFiles(pid: number, bytes: string): Promise<void> {
  expect(await startProgram(['prlimit', '--pid', String(pid), `--fsize=${bytes}:unlimited`]).end()).toMatchObject({
    status: 0,
  });
}

test('a journal that takes nothing while its disk does starves the watchdog, but for no alarm that is in memory alone (B15.2, B1.1)', async () => {
  const { slice, hub, manager } = await startServed();
  // Enough for a byte beside the journal, not for the journal.
  await limitFiles(hub.pid, '100');
  slice.centre.setPolicy('silent');
  slice.radio.say('press pendant-1');
  await hub.logged({ msg: 'the journal could not commit' });
  await manager.told('WATCHDOG=1', journalFeedings);
  expect(manager.messages).not.toContain('starved');
  slice.centre.setPolicy('handled');
  await manager.told('starved');
  expect(slice.centre.alarms()).toMatchObject([{ record: { from: 'pendant-1', journalled: false } }]);
  expect(manager.messages.at(-2)).toMatch(/^STATUS=Not well, the journal has taken nothing for/u);
});

test('a full disk starves nobody: a new start could not open the journal, and alarms go out from memory (B1.1)', async () => {
  const { slice, hub, manager } = await startServed();
  await limitFiles(hub.pid, '0');
  slice.radio.say('press pendant-1');
  const { ref } = await hub.logged({ step: 'alarm', from: 'pendant-1' });
  await hub.logged({ step: 'acknowledged', ref });
  await manager.told('WATCHDOG=1', journalFeedings);
  expect(manager.messages).not.toContain('starved');
});

/** What salvages a journal moves files; here that takes longer than two periods of the watchdog. */
const slowSalvage = `
  const fs = process.getBuiltinModule('node:fs');
  const { renameSync } = fs;
  fs.renameSync = (from, to) => {
    if (from.endsWith('.draft')) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ${2.5 * watchdogMs});
    renameSync(from, to);
  };
  process.getBuiltinModule('node:module').syncBuiltinESMExports();`;

test('a journal that is damaged while the hub runs is salvaged in peace, however long the loop is held up, and then the watchdog counts again (B13, B15.2)', async () => {
  const { slice, hub, manager } = await startServed({ spoil: slowSalvage });
  hub.kill('SIGUSR2');
  slice.radio.say('press pendant-1');
  await hub.logged({ step: 'acknowledged' });
  const file = join(dirname(slice.hubFile), 'journal.db');
  const root = rootOf(file, 'outbox');
  fold(file);
  overwritePage(file, root);
  // Another connection has written, as far as the hub's knows: it reads its pages again.
  const other = new Database(file);
  other.exec("insert into kept (key, value) values ('other', '1')");
  other.close();
  slice.radio.say('press pendant-2');
  await manager.told('STATUS=Saves what can be read of a damaged journal');
  const { length } = manager.messages.filter((message) => message.startsWith('WATCHDOG=1'));
  await manager.told('WATCHDOG=1', length + 2);
  expect(manager.messages).toContain(
    'EXTEND_TIMEOUT_USEC=900000000|STATUS=Saves what can be read of a damaged journal',
  );
  expect(manager.messages).not.toContain('starved');
  expect(slice.centre.alarms()).toMatchObject([{ record: { from: 'pendant-1' } }, { record: { from: 'pendant-2' } }]);
  hub.kill('SIGSTOP');
  await manager.told('starved');
  hub.kill('SIGCONT');
});
