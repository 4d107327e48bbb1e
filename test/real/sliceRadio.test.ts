import { expect, test } from 'vitest';
import { startObserver } from './observer.ts';
import { hubId, kindsOf, openSlice, sinceItsStart, type Slice } from './sliceWorld.ts';
import type { HubProcess } from './hubProcess.ts';

/** A press that goes all the way. Returns its reference. */
async function expectDelivery(slice: Slice, hub: HubProcess, pendant: string): Promise<unknown> {
  slice.radio.say(`press ${pendant}`);
  const { ref } = await hub.logged({ step: 'alarm', from: pendant });
  await hub.logged({ step: 'acknowledged', ref });
  expect(kindsOf(slice.journal(), ref)).toEqual(['report', 'acknowledged']);
  expect((await slice.centre.opened(ref)).record).toMatchObject({ hub: hubId, from: pendant, stc: 10, pri: 8 });
  return ref;
}

test('a receiver that is unplugged and plugged in again works on without a restart, and a hiccup is no report', async () => {
  const slice = await openSlice({ pendants: 4 });
  await slice.centre.connect();
  const hub = await slice.startReadyHub();
  await expectDelivery(slice, hub, 'pendant-1');
  for (const round of [1, 2, 3]) {
    slice.radio.say('unplug');
    await hub.logged({ msg: 'line closed', device: 'radio' }, round);
    slice.radio.say('plug');
    await slice.radio.listenedTo(round + 1);
    await expectDelivery(slice, hub, `pendant-${round + 1}`);
  }
  expect(slice.centre.cases().map(({ record }) => record.report)).toEqual(['alarm', 'alarm', 'alarm', 'alarm']);
});

test('a receiver that is gone for longer is reported as a fault, and as restored when it is back (B16)', async () => {
  const slice = await openSlice();
  await slice.centre.connect();
  const hub = await slice.startReadyHub();
  slice.radio.say('unplug');
  const { ref: fault } = await hub.logged({ step: 'fault' });
  slice.radio.say('plug');
  const { ref: restore } = await hub.logged({ step: 'restore' });
  const fromReceiver = { from: 'hub', dty: 50, pri: 4 };
  expect((await slice.centre.opened(fault)).record).toMatchObject({ report: 'fault', stc: 67, ...fromReceiver });
  expect((await slice.centre.opened(restore)).record).toMatchObject({ report: 'restore', stc: 91, ...fromReceiver });
  await expectDelivery(slice, hub, 'pendant-1');
});

test('a receiver that is not there yet when the agent starts is used as soon as it is', async () => {
  const slice = await openSlice();
  await slice.centre.connect();
  slice.radio.say('unplug');
  const hub = slice.startHub();
  await hub.logged({ msg: 'line closed', device: 'radio' });
  slice.radio.say('plug');
  await hub.logged({ step: 'receiver' });
  const ref = await expectDelivery(slice, hub, 'pendant-1');
  expect(slice.centre.cases()).toMatchObject([{ ref }]);
});

test("noise, half telegrams and the neighbours' by the hundred cost no row and no message, and the next press works", async () => {
  const slice = await openSlice();
  await slice.centre.connect();
  const observer = await startObserver(slice.broker);
  const hub = await slice.startReadyHub();
  for (let index = 0; index < 300; index += 1) {
    slice.radio.say('half pendant-1');
    slice.radio.say('press stranger');
  }
  slice.radio.say('noise 65536');
  const ref = await expectDelivery(slice, hub, 'pendant-1');
  expect(sinceItsStart(slice.journal())).toEqual([
    { kind: 'report', ref },
    { kind: 'acknowledged', ref },
  ]);
  // What the hub sends is in order: had anything been sent for the noise, it would have come before the alarm.
  const reports = observer.bodies().filter(({ topic }) => topic.endsWith('up/report'));
  expect(reports).toHaveLength(1);
  expect(observer.misfits()).toEqual([]);
  expect(hub.log().filter(({ level }) => level === 'error')).toEqual([]);
});

test('--trace radio prints every byte of both directions with its time', async () => {
  const slice = await openSlice();
  await slice.centre.connect();
  const hub = await slice.startReadyHub('--trace', 'radio');
  await expectDelivery(slice, hub, 'pendant-1');
  const chunks = hub.stderr.flatMap((line) => {
    const [, seconds, direction, bytes = ''] =
      /^(\d+\.\d{6}) radio ([<>]) ([0-9a-f]{2}(?: [0-9a-f]{2})*)$/u.exec(line) ?? [];
    return seconds === undefined ? [] : [{ seconds: Number(seconds), direction, bytes }];
  });
  const all = (direction: string) =>
    chunks
      .filter((chunk) => chunk.direction === direction)
      .map(({ bytes }) => bytes)
      .join(' ');
  // CO_RD_VERSION and CO_RD_IDBASE, each a whole packet (EnOcean Serial Protocol 3, 2.5).
  expect(all('<')).toBe('55 00 01 00 05 70 03 09 55 00 01 00 05 70 08 38');
  // The press: ERP1 packet, RORG f6, button A0 down, sender 002a0001.
  expect(all('>')).toContain('55 00 07 07 01 7a f6 30 00 2a 00 01 30');
  const times = chunks.map(({ seconds }) => seconds);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
});
