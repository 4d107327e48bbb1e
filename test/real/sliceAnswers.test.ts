import { connectAsync } from 'mqtt';
import { expect, onTestFinished, test } from 'vitest';
import type { Case } from '#centre/events.ts';
import { makeKey, sha256Hex } from '#centre/keys.ts';
import { type Acknowledgement, encodeAnswer } from '#protocol/mqtt/acknowledgement.ts';
import { type Command, encodeCommand } from '#protocol/mqtt/command.ts';
import { type Signer } from '#protocol/mqtt/signature.ts';
import { hubTopic } from '#protocol/mqtt/topics.ts';
import { type Forged, forgeries, isGenuine, type Loot } from '#test/forgeries.ts';
import { createSeededRandom } from '#test/seededRandom.ts';
import type { HubProcess, LogLine } from './hubProcess.ts';
import { hubId, kindsOf, openSlice, sinceItsStart, type Slice } from './sliceWorld.ts';

/** Somebody who may write to the hub's topics, as a broker with the wrong rights would let him. */
async function openFalseCentre(slice: Slice): Promise<(body: string | Buffer, topic?: string) => Promise<void>> {
  const client = await connectAsync(slice.broker.url, { protocolVersion: 5, clientId: 'false-centre' });
  onTestFinished(async () => await client.endAsync(true));
  return async (body, topic = hubTopic(hubId, 'down/ack')) => {
    await client.publishAsync(topic, body, { qos: 1 });
  };
}

/** A hub whose alarm reached a centre that does not answer, and that asks again only after longer than a test takes. */
async function openWaiting(): Promise<{ slice: Slice; hub: HubProcess; waiting: Case }> {
  const slice = await openSlice({ paths: { answerWithin: '10m' } });
  slice.centre.setPolicy('silent');
  await slice.centre.connect();
  const hub = await slice.startReadyHub();
  slice.radio.say('press pendant-1');
  const { ref } = await hub.logged({ step: 'publish' });
  return { slice, hub, waiting: await slice.centre.opened(ref) };
}

/** What the centre would answer, had it been asked. */
function rightAnswer({ ref, hash }: Case): Acknowledgement {
  return { v: 1, hub: hubId, ref, hash, snu: 0, mre: 1, cre: 61 };
}

test('no acknowledgement counts but the one that names this hub, this alarm, these bytes, and is signed by the centre', async () => {
  const { slice, hub, waiting } = await openWaiting();
  const publish = await openFalseCentre(slice);
  const answer = rightAnswer(waiting);
  const { key } = slice.centre;
  const stranger = makeKey();
  const impostor: Signer = { keyId: key.keyId, sign: stranger.sign };
  const signed = encodeAnswer(answer, key);
  const sealed = JSON.parse(signed) as { ack: string };
  const changed = JSON.stringify({ ...sealed, ack: sealed.ack.replace('"mre":1', '"mre":2') });
  const refused: readonly [what: string, body: string | Buffer, fields: LogLine][] = [
    ['unsigned', encodeAnswer(answer), { code: 'signature/missing' }],
    ['signed by an unknown key', encodeAnswer(answer, stranger), { code: 'signature/unknown-key' }],
    ['signed by another in the name of the key', encodeAnswer(answer, impostor), { code: 'signature/wrong' }],
    ['for another hub', encodeAnswer({ ...answer, hub: 'hub-0002' }, key), { code: 'answer/foreign' }],
    [
      'for other bytes under the same reference',
      encodeAnswer({ ...answer, hash: sha256Hex('another record') }, key),
      { code: 'answer/wrong-hash', ref: answer.ref },
    ],
    [
      'for a reference that does not wait',
      encodeAnswer({ ...answer, ref: 'NOBODYS' }, key),
      { code: 'answer/unknown-reference', ref: 'NOBODYS' },
    ],
    ['no JSON', 'ok', { code: 'body/not-json' }],
    ['of a version that is not known', JSON.stringify({ ...sealed, v: 2 }), { code: 'body/unknown-version' }],
    ['too long', Buffer.alloc(20_000, 'x'), { code: 'body/too-long' }],
  ];
  for (const [what, body, fields] of refused) {
    await publish(body);
    const { path } = await hub.logged(fields);
    const standing = { what, path, journal: kindsOf(slice.journal(), waiting.ref), waits: slice.waits(waiting.ref) };
    expect(standing).toEqual({ what, path: 'primary', journal: ['report'], waits: true });
  }
  // The right one's signature over a changed text: the kind of refusal was logged already and is only counted now.
  await publish(changed);
  await publish(signed);
  await hub.logged({ step: 'acknowledged', ref: waiting.ref });
  expect(slice.waits(waiting.ref)).toBe(false);
  const journal = slice.journal().filter(({ ref }) => ref === waiting.ref);
  expect(journal.map(({ kind }) => kind)).toEqual(['report', 'acknowledged']);
  expect(journal[1]?.body).toMatchObject({ path: 'primary', sealed });

  // Once more: what is settled stays as it is.
  await publish(signed);
  await publish('{}');
  await hub.logged({ code: 'body/missing' });
  hub.kill('SIGTERM');
  expect(await hub.logged({ msg: 'ended' })).toMatchObject({ outbox: { acknowledged: 1, unknownReference: 2 } });
  expect(kindsOf(slice.journal(), waiting.ref)).toEqual(['report', 'acknowledged']);
});

test('a flood of false acknowledgements costs a line of the log for each kind, and not the alarm', async () => {
  const { slice, hub, waiting } = await openWaiting();
  const publish = await openFalseCentre(slice);
  const answer = rightAnswer(waiting);
  const unsigned = encodeAnswer(answer);
  await Promise.all(Array.from({ length: 1_000 }, async () => await publish(unsigned)));
  await publish(encodeAnswer(answer, slice.centre.key));
  await hub.logged({ step: 'acknowledged', ref: waiting.ref });
  expect(hub.log().filter(({ code }) => code === 'signature/missing')).toHaveLength(1);
  expect(kindsOf(slice.journal(), waiting.ref)).toEqual(['report', 'acknowledged']);
});

/** What the hub subscribes to; the broker keeps the rest from it. */
const isHeard = ({ topic }: Forged): boolean =>
  topic.startsWith(`hub/v1/${hubId}/down/`) || topic.startsWith('centre/');

test('a sample of every way to forge changes nothing over a real broker, and each is counted', async () => {
  const { slice, hub, waiting } = await openWaiting();
  const publish = await openFalseCentre(slice);
  const { key } = slice.centre;
  const command: Command = { v: 1, hub: hubId, id: 'DONE1', counter: 50, name: 'forget', with: { name: 'nobody' } };
  const sealedCommand = encodeCommand(command, key);
  await publish(sealedCommand, hubTopic(hubId, 'down/command'));
  await hub.logged({ step: 'command' });
  const answer = rightAnswer(waiting);
  const loot: Loot = {
    random: createSeededRandom(20_260_115),
    past: [encodeAnswer({ ...answer, ref: 'PAST1' }, key), encodeAnswer({ ...answer, ref: 'PAST2' }, key)],
    command,
    sealedCommand,
    acknowledgement: encodeAnswer(answer, key),
    waiting: answer,
    keyId: key.keyId,
    stranger: makeKey(),
  };
  const forged = Array.from({ length: 20 }, () => Object.values(forgeries).map((forge) => forge(loot)))
    .flat()
    .filter((one) => isHeard(one) && !isGenuine(one, loot));
  for (const { topic, body } of forged) await publish(Buffer.from(body), topic);
  expect(slice.waits(waiting.ref)).toBe(true);
  expect(sinceItsStart(slice.journal()).map(({ kind }) => kind)).toEqual(['report', 'command']);
  await publish(loot.acknowledgement);
  await hub.logged({ step: 'acknowledged', ref: waiting.ref });
  hub.kill('SIGTERM');
  const { refused, outbox } = await hub.logged({ msg: 'ended' });
  const counts = Object.values((refused as { primary: Record<string, number> }).primary);
  const { unknownReference, wrongHash } = outbox as Record<string, number>;
  const counted = [...counts, unknownReference ?? 0, wrongHash ?? 0].reduce((sum, one) => sum + one, 0);
  expect(counted).toBe(forged.length);
});
