import { expect, test } from 'vitest';
import type { Case } from '#centre/events.ts';
import { startObserver } from './observer.ts';
import { startProgram } from './program.ts';
import { kindsOf, openSlice, sinceItsStart } from './sliceWorld.ts';

/**
 * Lets a process write no file any more, or again: what the kernel refuses (EFBIG, setrlimit(2)) is to the journal a
 * disk that takes nothing. Only the soft limit is moved, so that it can be taken back.
 */
async function limitFiles(pid: number, limit: '0' | 'unlimited'): Promise<void> {
  const { status } = await startProgram(['prlimit', '--pid', String(pid), `--fsize=${limit}:unlimited`]).end();
  expect(status).toBe(0);
}

test('an alarm that the journal cannot take reaches the centre at once, marked so; when the disk is well, the story is written (B1.1)', async () => {
  const slice = await openSlice({ pendants: 3 });
  await slice.centre.connect();
  const observer = await startObserver(slice.broker);
  const hub = await slice.startReadyHub();
  const opened = async (pendant: string): Promise<Case> => {
    slice.radio.say(`press ${pendant}`);
    const { ref } = await hub.logged({ step: 'alarm', from: pendant });
    return await slice.centre.opened(ref);
  };

  await limitFiles(hub.pid, '0');
  const unjournalled = await opened('pendant-1');
  expect(unjournalled.record).toMatchObject({ report: 'alarm', journalled: false });
  await hub.logged({ step: 'acknowledged', ref: unjournalled.ref });
  expect(sinceItsStart(slice.journal())).toEqual([]);
  expect(hub.log().find(({ msg }) => msg === 'the journal could not commit')).toMatchObject({ level: 'error' });

  slice.centre.setPolicy('silent');
  const healed = await opened('pendant-2');
  expect(healed.record.journalled).toBe(false);
  await limitFiles(hub.pid, 'unlimited');
  slice.centre.setPolicy('handled');
  await hub.logged({ step: 'acknowledged', ref: healed.ref });
  expect(kindsOf(slice.journal(), healed.ref)).toEqual(['report', 'acknowledged']);

  const ordinary = await opened('pendant-3');
  expect(ordinary.record.journalled).toBeUndefined();
  await hub.logged({ step: 'acknowledged', ref: ordinary.ref });
  expect(kindsOf(slice.journal(), ordinary.ref)).toEqual(['report', 'acknowledged']);
  expect(slice.centre.alarms()).toHaveLength(3);
  expect(observer.misfits()).toEqual([]);
});

test('an acknowledgement that the journal cannot take is not the end: after a restart the alarm is acknowledged again', async () => {
  const slice = await openSlice();
  slice.centre.setPolicy('silent');
  await slice.centre.connect();
  const hub = await slice.startReadyHub();
  slice.radio.say('press pendant-1');
  const { ref } = await hub.logged({ step: 'journal' });
  await slice.centre.opened(ref);
  await limitFiles(hub.pid, '0');
  slice.centre.setPolicy('handled');
  await hub.logged({ step: 'acknowledged', ref });
  hub.kill('SIGKILL');
  await hub.end();
  expect(slice.waits(ref)).toBe(true);

  const again = slice.startHub();
  await again.logged({ step: 'acknowledged', ref });
  expect(slice.waits(ref)).toBe(false);
  // The fault of the journal may have reached the centre before the kill, or not; the alarm once only.
  expect(slice.centre.alarms()).toHaveLength(1);
});
