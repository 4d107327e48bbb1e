import { readAccessory } from '#protocol/configuration/enrolled.ts';
import { readConfiguration } from '#protocol/configuration/configuration.ts';
import { readRemoteConfiguration, reasonOf } from '#protocol/configuration/remote.ts';
import { decodeAnswer, encodeAnswer } from '#protocol/mqtt/acknowledgement.ts';
import { decodeCommand, decodeResult, encodeCommand, encodeResult, resultReasonLimit } from '#protocol/mqtt/command.ts';
import { checkDetails } from '#protocol/mqtt/commandDetails.ts';
import { bodyLimits, type Decode } from '#protocol/mqtt/decode.ts';
import { decodeHeartbeat, encodeHeartbeat } from '#protocol/mqtt/heartbeat.ts';
import { messageLimit } from '#protocol/mqtt/problem.ts';
import { decodeRecord, encodeRecord, referenceOf } from '#protocol/mqtt/record.ts';
import { decodeReport, encodeReport } from '#protocol/mqtt/report.ts';
import { decodeCentreState, decodeHubState, encodeCentreState, encodeHubState } from '#protocol/mqtt/state.ts';
import { centreStateTopic, hubTopic, parseTopic } from '#protocol/mqtt/topics.ts';
import { createPieces } from '#simulator/network/mqttPieces.ts';
import { hexBytes } from '#test/hexBytes.ts';
import { homeConfiguration } from '#test/homeConfiguration.ts';
import { bytesOf, joined } from '#test/proof/fuzz/mutations.ts';
import {
  bytesTarget,
  cut,
  isShowable,
  isUnpolluted,
  readsAgain,
  type Target,
  textTarget,
} from '#test/proof/fuzz/target.ts';

const record = encodeRecord({
  v: 1,
  hub: 'hub-1',
  ref: 'A1',
  report: 'alarm',
  from: 'pendant',
  dty: 3,
  did: '002a0001',
  stc: 10,
  pri: 8,
  lte: 'kök',
  lge: { geo: '56.0465,12.6945', tim: '2026-01-15T11:00:00Z' },
  when: { boot: 'b1', monotonicMs: 12.5, wall: '2026-01-15T11:00:00.123Z', trusted: true },
});

const accessory = {
  name: 'pendant',
  id: '00298979',
  kind: 'pendant',
};

const configuration = {
  version: 2,
  centre: { primary: { url: 'mqtt://127.0.0.1:1883' } },
  heartbeat: { interval: '120s' },
  accessories: [accessory],
};

const seal = { keyId: '66687aad', sign: () => 'A'.repeat(86) };
const words = ['"v":1', '"hub":"hub-1"', '{}', '[]', 'null', 'true', '\\ud800', '"__proto__":{"a":1}', '-0', '1e400'];

const deep = {
  'lists in lists': bytesOf('['),
  'maps in maps': bytesOf('{"a":'),
  'a text without end': bytesOf('"'),
  backslashes: bytesOf('\\'),
};

/** Readers of what comes from the broker: topics, and the body of each. */
export const mqttTargets: readonly Target[] = [
  bodyTarget('report', decodeReport, encodeReport, bodyLimits.report, [
    encodeReport({ v: 1, record, attempt: 1, path: 'primary', buffered: false }),
  ]),
  bodyTarget('record', decodeRecord, encodeRecord, bodyLimits.record, [record]),
  bodyTarget('heartbeat', decodeHeartbeat, encodeHeartbeat, bodyLimits.heartbeat, [
    encodeHeartbeat({
      v: 1,
      hub: 'hub-1',
      sequence: 7,
      uptimeMs: 840_000,
      waiting: 0,
      configuration: 1,
      firmware: '0.1.0',
      power: 'mains',
      battery: { chargePercent: 98, hoursLeft: 71.5 },
      mobile: { access: '4G', signalDbm: -83, operator: 'Telia' },
    }),
  ]),
  bodyTarget('state of a hub', decodeHubState, encodeHubState, bodyLimits.state, [
    encodeHubState({ v: 1, hub: 'hub-1', state: 'online' }),
  ]),
  bodyTarget('state of a centre', decodeCentreState, encodeCentreState, bodyLimits.state, [
    encodeCentreState({ v: 1, centre: 'c', state: 'offline' }),
  ]),
  bodyTarget(
    'answer',
    decodeAnswer,
    (answer) => encodeAnswer(answer.kind === 'heartbeat' ? answer.answer : answer.acknowledgement),
    bodyLimits.acknowledgement,
    [
      encodeAnswer({ v: 1, hub: 'hub-1', ref: 'A1', hash: 'a'.repeat(64), snu: 0, mre: 1, cre: 61 }, seal),
      encodeAnswer({ v: 1, hub: 'hub-1', heartbeat: 7, snu: 0, hbi: 2 }),
    ],
  ),
  textTarget(
    {
      name: 'MQTT command',
      corpus: [
        encodeCommand({ v: 1, hub: 'hub-1', id: 'c1', counter: 3, name: 'call', with: { to: '+46123' } }, seal),
        encodeCommand({ v: 1, hub: 'hub-1', id: 'c2', counter: 4, name: 'configure', with: { configuration } }, seal),
        encodeCommand({ v: 1, hub: 'hub-1', id: 'c3', counter: 5, name: 'enrol', with: accessory }),
      ],
      words,
      worst: deep,
    },
    readCommand,
  ),
  bodyTarget('result', decodeResult, encodeResult, bodyLimits.commandEnvelope, [
    encodeResult({ v: 1, hub: 'hub-1', id: 'c1', name: 'locate', outcome: 'done', body: { geo: '56,12' } }),
    encodeResult({ v: 1, hub: 'hub-1', id: 'c1', name: 'call', outcome: 'refused', reason: 'no' }),
  ]),
  textTarget(
    {
      name: 'configuration from the centre',
      corpus: [JSON.stringify(configuration), JSON.stringify({ ...configuration, visits: { every: '1d' }, tags: [] })],
      words: [...words, '"tls":{}', '"hub":"hub-2"', '"accessories":[{}]', '"timezone":"Mars/Olympus"', '"://a@b"'],
      worst: deep,
    },
    readRemote,
  ),
  textTarget(
    {
      name: 'MQTT topics',
      corpus: ['hub/v1/hub-1/up/report', 'hub/v1/hub-1/down/ack', 'centre/v1/c/state'],
      words: ['/', '+', '#', '$SYS', 'toString', '__proto__'],
      worst: { slashes: bytesOf('/') },
    },
    readTopic,
  ),
  mqttPieces(),
];

function bodyTarget<Body>(
  noun: string,
  decode: Decode<Body>,
  encode: (body: Body) => string,
  limit: number,
  corpus: readonly string[],
): Target {
  return textTarget({ name: `MQTT ${noun}`, corpus, words, worst: deep }, (text) => {
    const read = decode(text);
    referenceOf(text);
    if (!read.ok) return isShowable(read.problem.message, messageLimit) ?? isUnpolluted();
    if (text.length > limit) return 'it is longer than the limit';
    const again = encode(read.value);
    // Short escapes can become long ones; what is longer for it is refused.
    return again.length > limit ? undefined : readsAgain(withoutSeal(read.value), unsealed(decode(again)));
  });
}

/** An answer that is written again without a signer has no seal. */
function withoutSeal(body: unknown): unknown {
  return JSON.parse(JSON.stringify(body, (key, value: unknown) => (key === 'sealed' ? undefined : value)));
}

function unsealed(read: ReturnType<Decode<unknown>>): ReturnType<Decode<unknown>> {
  return read.ok ? { ok: true, value: withoutSeal(read.value) } : read;
}

function readCommand(text: string): string | undefined {
  const read = decodeCommand(text);
  if (!read.ok) return isShowable(read.problem.message, messageLimit);
  const { name, with: details = {} } = read.value.command;
  const checked = checkDetails(name, details);
  if (!checked.ok) return isShowable(checked.problem);
  if (name === 'enrol') {
    const one = readAccessory(details);
    if (!one.ok) return isShowable(one.problem, reasonsLimit);
  }
  return name === 'configure' ? readRemote(JSON.stringify(details['configuration'] ?? null)) : undefined;
}

/** Fifty problems, each of which shows something; the reason in a result is cut to {@link resultReasonLimit}. */
const reasonsLimit = 50 * resultReasonLimit;

function readRemote(text: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const read = readRemoteConfiguration(value, homeConfiguration());
  if (!read.ok) return isShowable(reasonOf(read.problem)) ?? isUnpolluted();
  const again = readConfiguration({ hub: 'hub-0001', ...(value as object) });
  return again.ok ? isUnpolluted() : 'the hub takes from afar what it would not take from its file';
}

function readTopic(text: string): string | undefined {
  const read = parseTopic(text);
  if (!read.ok) return isShowable(read.problem.message, messageLimit);
  const { value } = read;
  const again = value.of === 'hub' ? hubTopic(value.hub, value.name) : centreStateTopic(value.centre);
  return again === text ? undefined : `it was read as ${again}`;
}

/** The pieces of a connection that a proxy passes on: nothing is lost, and nothing is changed. */
function mqttPieces(): Target {
  const corpus = [
    hexBytes('10 10 0004 4D515454 04 02 003C 0004 68756231'),
    hexBytes('30 0A 0004 61 2F 62 2F 6869 2121'),
    hexBytes('40 02 0001'),
    hexBytes('E0 00'),
  ];
  const worst = { 'packets without content': hexBytes('C000'), 'a packet of the greatest length': hexBytes('30') };
  return {
    ...bytesTarget({ name: 'MQTT packets at the proxy', corpus, worst }, () => undefined),
    read(input, sizes) {
      const take = createPieces();
      const told = joined([...cut(input, sizes)].flatMap(take).map(({ bytes }) => bytes));
      const isBegin = Buffer.compare(told, input.subarray(0, told.length)) === 0;
      return isBegin ? undefined : 'bytes are changed, lost or told twice';
    },
  };
}
