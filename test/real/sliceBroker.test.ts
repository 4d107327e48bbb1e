import { expect, test } from 'vitest';
import { kindsOf, openSlice } from './sliceWorld.ts';

const pendants = 10;

test('while the broker is restarted and killed, every press is one case at the centre, and none waits in the end', async () => {
  const slice = await openSlice({ pendants });
  await slice.centre.connect();
  const hub = await slice.startReadyHub();
  const press = async (number: number): Promise<unknown> => {
    slice.radio.say(`press pendant-${number}`);
    const { ref } = await hub.logged({ step: 'journal' }, number);
    return ref;
  };
  const refs = [await press(1), await press(2), await press(3)];
  const restarted = slice.broker.restart();
  refs.push(await press(4), await press(5), await press(6));
  await restarted;
  await hub.logged({ step: 'connected' }, 2);
  refs.push(await press(7));
  // Killed, it forgets what it has not written to its disk yet, as after a power cut.
  await slice.broker.stopHard();
  refs.push(await press(8));
  await slice.broker.restart();
  refs.push(await press(9), await press(10));

  for (const ref of refs) await hub.logged({ step: 'acknowledged', ref });
  expect(hub.log().filter(({ msg }) => msg === 'connection lost')).toHaveLength(2);
  expect(new Set(refs).size).toBe(pendants);
  expect(slice.centre.counts()).toMatchObject({ opened: pendants, refused: 0 });
  expect(
    slice.centre
      .alarms()
      .map(({ ref }) => ref)
      .toSorted(),
  ).toEqual(refs.map(String).toSorted());
  for (const ref of refs) {
    expect(kindsOf(slice.journal(), ref)).toEqual(['report', 'acknowledged']);
    expect(slice.waits(ref)).toBe(false);
  }
});
