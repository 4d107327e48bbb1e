import { sha256Hex } from '#agent/uplink/keys.ts';
import { makeKey, type SigningKey } from '#centre/keys.ts';
import { secondMs } from '#protocol/core/time.ts';
import { sealOf } from '#protocol/mqtt/signature.ts';
import { type HubUnderAttack, hubId, type Published, startHubUnderAttack } from '#test/hubUnderAttack.ts';
import type { Part, Row } from './part.ts';

/** What a path gets to answer before the next one is tried (B2.2), and a moment for the timers around it. */
const nextPathWithinMs = 10 * secondMs + 100;

interface Asked {
  published: Published;
  /** The centre's own key: what it says wrong, it says under its true signature. */
  key: SigningKey;
  /** A true acknowledgement of an alarm that is over. */
  yesterday: string;
}

type Answer = (asked: Asked) => string | Uint8Array;

type Fields = Record<string, unknown>;

const rightFields = ({ published: { record, text } }: Asked): Fields => ({
  v: 1,
  hub: hubId,
  ref: record.ref,
  hash: sha256Hex(text),
  snu: 0,
});

function sealed(fields: unknown, key: SigningKey): string {
  const ack = JSON.stringify(fields);
  return JSON.stringify({ v: 1, ack, ...sealOf('ack', ack, key) });
}

/** The right answer with these fields in place of its own; `undefined` leaves one out. */
const withFields =
  (fields: Fields): Answer =>
  (asked) =>
    sealed({ ...rightFields(asked), ...fields }, asked.key);

/** Every field of an acknowledgement, wrong in each way there is: the centre has signed it all the same. */
const wrongFields: Readonly<Record<string, readonly unknown[]>> = {
  v: [undefined, 0, 2, '1', null, 1.5],
  hub: [undefined, '', 'hub-0002', 'HUB-0001', 1, null, [hubId]],
  ref: [undefined, '', 'NEVER', 'x'.repeat(17), 'a b', 7, null, {}],
  hash: [undefined, '', '0'.repeat(64), 'f'.repeat(63), 'G'.repeat(64), 1, null],
  snu: [undefined, null, '0', -1, 0.5, 100, 1e300, true, 1, 2, 3, 5, 7, 8, 10, 42, 99],
  ste: [7, null, 'x'.repeat(33), []],
  mre: [-1, 4, 1.5, '1', null, {}],
  cre: [0, -1, 63, 1.5, '61', null],
  tnu: [7, null, 'x'.repeat(129), {}],
  hbi: [0, 1_441, -5, 1.5, '2', null],
};

/** The answer itself is right, and what it comes in is not. */
const wrongEnvelopes: Readonly<Record<string, Answer>> = {
  nothing: () => '',
  'a word': () => 'ok',
  'a number': () => '0',
  'a list': () => '[]',
  null: () => 'null',
  'no text at all': () => Uint8Array.from({ length: 64 }, (_, index) => 0x80 + index),
  'the bare acknowledgement': (asked) => JSON.stringify(rightFields(asked)),
  'an acknowledgement that is no text': (asked) => JSON.stringify({ v: 1, ack: rightFields(asked) }),
  'an envelope of another version': (asked) => sealed(rightFields(asked), asked.key).replace('"v":1', '"v":2'),
  'an envelope without its end': (asked) => sealed(rightFields(asked), asked.key).slice(0, -1),
  'two envelopes': (asked) => sealed(rightFields(asked), asked.key).repeat(2),
  '70,000 characters': (asked) => sealed({ ...rightFields(asked), ste: 'x'.repeat(70_000) }, asked.key),
  'a thousand brackets': () => `{"v":1,"ack":${'['.repeat(1_000)}${']'.repeat(1_000)}}`,
};

const stranger = makeKey();

/** Answers that somebody else has signed, or nobody, or the centre for something else. */
const wrongSignatures: Readonly<Record<string, Answer>> = {
  'no signature': (asked) => JSON.stringify({ v: 1, ack: JSON.stringify(rightFields(asked)) }),
  'a signature without its key': (asked) => sealed(rightFields(asked), asked.key).replace(/"key":"[^"]*",/u, ''),
  "a stranger's key": (asked) => sealed(rightFields(asked), stranger),
  "a stranger's key under the centre's id": (asked) =>
    sealed(rightFields(asked), { ...stranger, keyId: asked.key.keyId }),
  "the centre's key under a stranger's id": (asked) =>
    sealed(rightFields(asked), { ...asked.key, keyId: stranger.keyId }),
  'a signature of another text': (asked) => resigned(asked, ({ key }) => sealOf('ack', '{}', key).signature ?? ''),
  "yesterday's signature": (asked) =>
    resigned(asked, ({ yesterday }) => String((JSON.parse(yesterday) as Fields)['signature'])),
  'a signature of a command': (asked) =>
    resigned(asked, ({ key }) => sealOf('command', JSON.stringify(rightFields(asked)), key).signature ?? ''),
  'a signature cut short': (asked) =>
    resigned(asked, ({ key }) => key.sign(JSON.stringify(rightFields(asked))).slice(0, 40)),
  'an empty signature': (asked) => resigned(asked, () => ''),
};

function resigned(asked: Asked, sign: (asked: Asked) => string): string {
  const envelope = JSON.parse(sealed(rightFields(asked), asked.key)) as Fields;
  return JSON.stringify({ ...envelope, signature: sign(asked) });
}

/** True answers to something else. */
const wrongTimes: Readonly<Record<string, Answer>> = {
  "yesterday's answer": ({ yesterday }) => yesterday,
  "another hub's answer": withFields({ hub: 'hub-0002', ref: 'OTHER1' }),
  "this alarm's, for another hub": withFields({ hub: 'hub-0002' }),
  'an answer to a heartbeat': (asked) => sealed({ v: 1, hub: hubId, heartbeat: 1, snu: 0 }, asked.key),
  'the report itself': ({ published: { text } }) => text,
};

function fieldAnswers(): [string, Answer][] {
  return Object.entries(wrongFields).flatMap(([field, values]) =>
    values.map((value): [string, Answer] => [`${field}: ${wordOf(value)}`, withFields({ [field]: value })]),
  );
}

function wordOf(value: unknown): string {
  return value === undefined ? 'left out' : JSON.stringify(value).slice(0, 20);
}

/**
 * A primary centre that answers each report with nonsense. The reserve is to have the alarm within what a path gets, and
 * nothing that the primary said may count as delivered (B2.1, B2.4, B2.7).
 */
export function proveNonsense(seed: number): Part {
  const groups: readonly (readonly [string, readonly [string, Answer][]])[] = [
    ['a field that is wrong, under the true signature', fieldAnswers()],
    ['an envelope that is wrong', Object.entries(wrongEnvelopes)],
    ['a signature that is wrong', Object.entries(wrongSignatures)],
    ['a true answer to something else', Object.entries(wrongTimes)],
  ];
  const wrong: string[] = [];
  const rows = groups.map(([trouble, answers]): Row => {
    const tried = answers.map(([name, answer]) => {
      const one = tryAnswer(seed, answer);
      wrong.push(...one.problems.map((problem) => `${trouble}, ${name}: ${problem}`));
      return one;
    });
    const tooks = tried.map(({ tookMs }) => tookMs);
    const delivered = tried.filter(({ isDelivered }) => isDelivered).length;
    const longest = (Math.max(...tooks) / 1_000).toFixed(1);
    const atOnce = tooks.filter((tookMs) => tookMs < secondMs).length;
    return {
      trouble,
      times: answers.length,
      came: `the reserve had it after ${longest} s at most, ${atOnce} times at once; called delivered by it: ${delivered}`,
    };
  });
  return { rows, wrong };
}

function tryAnswer(seed: number, answer: Answer): { tookMs: number; isDelivered: boolean; problems: string[] } {
  const problems: string[] = [];
  let yesterday: string | undefined;
  let reserveMs: number | undefined;
  let isRight = true;
  const hub: HubUnderAttack = startHubUnderAttack(seed, {
    hasReserve: true,
    onReport(published) {
      if (published.record.report !== 'alarm')
        return soon(() => hub.down('ack', hub.acknowledgementOf(published), published.path));
      if (isRight) return;
      if (published.path === 'reserve') reserveMs ??= hub.clock.monotonicMs();
      else soon(() => hub.down('ack', answer({ published, key: hub.key, yesterday: yesterday ?? '' })));
    },
  });
  const soon = (action: () => void): void => void hub.clock.at(hub.clock.monotonicMs() + 50, action);
  try {
    const first = hub.press();
    yesterday = hub.acknowledgementOf(first);
    hub.down('ack', yesterday);
    hub.clock.advance(24 * 3_600 * secondMs);
    isRight = false;
    const pressedMs = hub.clock.monotonicMs();
    const alarm = hub.press();
    hub.clock.advance(nextPathWithinMs);
    const tookMs = (reserveMs ?? Infinity) - pressedMs;
    if (!(tookMs <= nextPathWithinMs)) problems.push('the reserve did not have it in time');
    // Every round brings the nonsense again.
    hub.clock.advance(120 * secondMs);
    const isDelivered = !hub.waiting().includes(alarm.record.ref);
    if (isDelivered) problems.push('it counts as delivered');
    hub.down('ack', hub.acknowledgementOf(alarm), 'reserve');
    if (hub.waiting().includes(alarm.record.ref)) problems.push('the true answer of the reserve did not count');
    return { tookMs, isDelivered, problems };
  } finally {
    hub.close();
  }
}
