import { describe, expect, test } from 'vitest';
import { kindsOf, openSlice, type Slice } from './sliceWorld.ts';

/** The agent is started again after it was killed, and its alarm must be with the centre, once, and settled. */
async function expectDelivery(slice: Slice, ref: unknown): Promise<void> {
  const hub = slice.startHub();
  await hub.logged({ step: 'acknowledged', ref: String(ref) });
  expect(slice.centre.alarms()).toMatchObject([{ ref }]);
  expect(kindsOf(slice.journal(), ref)).toEqual(['report', 'acknowledged']);
  expect(slice.waits(ref)).toBe(false);
  hub.kill('SIGTERM');
  expect(await hub.end()).toEqual({ status: 0, signal: null });
}

describe('the agent is killed and started again (B1.1)', () => {
  test('right after the journal has the alarm, without a broker: the centre opens one case, and the journal settles', async () => {
    const slice = await openSlice();
    await slice.broker.stop();
    const hub = slice.startHub();
    await hub.logged({ step: 'receiver' });
    slice.radio.say('press pendant-1');
    const { ref } = await hub.logged({ step: 'journal' });
    hub.kill('SIGKILL');
    expect(await hub.end()).toEqual({ status: null, signal: 'SIGKILL' });
    expect(slice.waits(ref)).toBe(true);

    await slice.broker.restart();
    await slice.centre.connect();
    await expectDelivery(slice, ref);
    expect(slice.centre.alarms()).toMatchObject([{ buffered: true, arrivals: 1 }]);
  });

  test('right after the alarm was published to a centre that says nothing: it is one case, however often it arrives', async () => {
    const slice = await openSlice();
    slice.centre.setPolicy('silent');
    await slice.centre.connect();
    const hub = await slice.startReadyHub();
    slice.radio.say('press pendant-1');
    const { ref } = await hub.logged({ step: 'publish' });
    await slice.centre.opened(ref);
    hub.kill('SIGKILL');
    await hub.end();
    expect(kindsOf(slice.journal(), ref)).toEqual(['report']);

    slice.centre.setPolicy('handled');
    await expectDelivery(slice, ref);
    expect(slice.centre.counts().opened).toBe(1);
    expect(slice.centre.alarms()[0]?.arrivals).toBeGreaterThan(1);
  });

  test('while the acknowledgement is on its way: the answer is the same again, and taken', async () => {
    const slice = await openSlice();
    await slice.centre.connect();
    const hub = await slice.startReadyHub();
    slice.radio.say('press pendant-1');
    const { ref } = await hub.logged({ step: 'publish' });
    hub.kill('SIGKILL');
    await hub.end();
    const again = slice.startHub();
    await again.logged({ step: 'connected' });
    await slice.centre.opened(ref);
    again.kill('SIGKILL');
    await again.end();

    const settled = !slice.waits(ref);
    const last = await slice.startReadyHub();
    if (!settled) await last.logged({ step: 'acknowledged', ref: String(ref) });
    expect(slice.centre.alarms()).toMatchObject([{ ref }]);
    expect(kindsOf(slice.journal(), ref)).toEqual(['report', 'acknowledged']);
  });

  test('again and again: what was pressed while it ran is neither lost nor doubled, and its presses are counted on', async () => {
    const slice = await openSlice({ pendants: 3 });
    await slice.broker.stop();
    for (const pendant of ['pendant-1', 'pendant-2', 'pendant-3']) {
      const hub = slice.startHub();
      await hub.logged({ step: 'receiver' });
      slice.radio.say(`press ${pendant}`);
      await hub.logged({ step: 'journal' });
      hub.kill('SIGKILL');
      await hub.end();
    }
    const hub = slice.startHub();
    await hub.logged({ step: 'receiver' });
    slice.radio.say('press pendant-2');
    const { ref: update } = await hub.logged({ step: 'update' });

    await slice.broker.restart();
    await slice.centre.connect();
    await hub.logged({ step: 'acknowledged' }, 4);
    const alarms = slice.centre.alarms().map(({ record }) => record.from);
    expect(alarms).toEqual(['pendant-1', 'pendant-2', 'pendant-3']);
    expect(slice.centre.cases().find(({ ref }) => ref === update)?.record).toMatchObject({
      of: slice.centre.alarms()[1]?.ref,
      presses: 2,
    });
    expect(slice.centre.counts()).toMatchObject({ opened: 4, refused: 0 });
  });
});
