import { readFileSync } from 'node:fs';
import { fromFile, Parser } from '@asyncapi/parser';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { sha256Hex, verifier } from '#centre/keys.ts';
import { decodeAnswer } from '#protocol/mqtt/acknowledgement.ts';
import { checkSeal } from '#protocol/mqtt/signature.ts';
import { decodeCommand, decodeResult } from '#protocol/mqtt/command.ts';
import { bodyLimits, type Decode } from '#protocol/mqtt/decode.ts';
import { decodeHeartbeat } from '#protocol/mqtt/heartbeat.ts';
import { decodeRecord } from '#protocol/mqtt/record.ts';
import { decodeReport } from '#protocol/mqtt/report.ts';
import { schemaFiles } from '#protocol/mqtt/schemaFiles.ts';
import { decodeCentreState, decodeHubState } from '#protocol/mqtt/state.ts';
import {
  centreStateDelivery,
  centreStateTopic,
  heartbeatAnswerDelivery,
  hubTopic,
  type HubTopicName,
  hubTopics,
} from '#protocol/mqtt/topics.ts';

const path = 'docs/asyncapi.yaml';

/** The severities that count; what is above is advice. */
const severities: readonly number[] = [0, 1];

interface Document {
  info: { description: string };
  channels: Record<string, { address: string; messages?: Record<string, { $ref: string }> }>;
  operations: Record<
    string,
    { action: string; channel: { $ref: string }; bindings: { mqtt: { qos: number; retain: boolean } } }
  >;
  components: { messages: Record<string, { examples: { name: string; summary?: string; payload: unknown }[] }> };
}

let document: Document;
beforeAll(() => {
  document = parse(readFileSync(path, 'utf8')) as Document;
});

/** The payload of an example, as the text that goes over the wire. */
function example(message: string, name: string): string {
  const found = document.components.messages[message]?.examples.find((candidate) => candidate.name === name);
  return JSON.stringify(found?.payload);
}

describe('the AsyncAPI document', () => {
  test('is valid AsyncAPI, its references resolved', async () => {
    const { document: read, diagnostics } = await fromFile(new Parser(), path).parse();
    const wrong = diagnostics.filter((diagnostic) => severities.includes(diagnostic.severity));
    expect(wrong.map(({ message, path: where }) => `${where.join('.')}: ${message}`)).toEqual([]);
    expect(read?.channels().all()).toHaveLength(Object.keys(document.channels).length);
  });

  test('has the channels that the code has, no more and no fewer', () => {
    const addresses = Object.values(document.channels).map(({ address }) => address);
    const built = (Object.keys(hubTopics) as HubTopicName[]).map((name) =>
      hubTopic('h', name).replace('/h/', '/{hub}/'),
    );
    expect(addresses.toSorted()).toEqual([...built, centreStateTopic('c').replace('/c/', '/{centre}/')].toSorted());
  });

  test('says QoS and retain as the code does', () => {
    for (const [name, { channel, bindings }] of Object.entries(document.operations)) {
      const { address } = document.channels[channel.$ref.replace('#/channels/', '')] ?? { address: '' };
      const { qos, retain } = bindings.mqtt;
      const ofTopic = hubTopics[address.replace('hub/v1/{hub}/', '') as HubTopicName] ?? centreStateDelivery;
      expect({ name, qos, retain }).toEqual({
        name,
        ...(name === 'receiveHeartbeatAnswer' ? heartbeatAnswerDelivery : ofTopic),
      });
    }
  });

  test('says which way each message goes as the topics do', () => {
    for (const { action, channel } of Object.values(document.operations)) {
      const { address } = document.channels[channel.$ref.replace('#/channels/', '')] ?? { address: '' };
      expect({ address, action }).toEqual({ address, action: address.includes('/up/') ? 'send' : 'receive' });
    }
  });

  test('names the limits of sizes', () => {
    for (const limit of Object.values(bodyLimits)) {
      expect(document.info.description).toContain(limit.toLocaleString('en'));
    }
  });
});

describe('the examples', () => {
  const decoders: Record<string, Decode<unknown>> = {
    report: decodeReport,
    heartbeat: decodeHeartbeat,
    hubState: decodeHubState,
    centreState: decodeCentreState,
    acknowledgement: decodeAnswer,
    heartbeatAnswer: decodeAnswer,
    command: decodeCommand,
    result: decodeResult,
  };

  test('there are of every message, and every one is read by the code', () => {
    const messages = Object.values(document.channels).flatMap((channel) => Object.keys(channel.messages ?? {}));
    expect(messages.toSorted()).toEqual(Object.keys(decoders).toSorted());
    for (const [message, decode] of Object.entries(decoders)) {
      const examples = document.components.messages[message]?.examples ?? [];
      expect(examples.length).toBeGreaterThan(0);
      for (const { name, payload } of examples) {
        expect({ message, name, read: decode(JSON.stringify(payload)) }).toMatchObject({ read: { ok: true } });
      }
    }
  });

  test('of reports hold records that are read by the code', () => {
    for (const { payload } of document.components.messages['report']?.examples ?? []) {
      expect(decodeRecord((payload as { record: string }).record)).toMatchObject({ ok: true });
    }
  });

  test('of an acknowledgement name the hash of the example report and bear the signature of the key told', () => {
    const report = decodeReport(example('report', 'pendant'));
    const answer = decodeAnswer(example('acknowledgement', 'handled'));
    const summary = document.components.messages['acknowledgement']?.examples[0]?.summary ?? '';
    const check = verifier(/[A-Za-z0-9+/]{43}=/.exec(summary)?.[0] ?? '');
    if (!report.ok || !answer.ok || !check.ok) {
      throw new Error('an example is not what it should be');
    }
    expect(answer.value).toMatchObject({ acknowledgement: { hash: sha256Hex(report.value.record) } });
    expect(
      checkSeal('ack', answer.value.sealed.ack, answer.value.sealed, new Map([['21fe31df', check.value]])),
    ).toMatchObject({ ok: true });
  });

  test('of a command bear the signature of the key told', () => {
    const command = decodeCommand(example('command', 'testAlarm'));
    const summary = document.components.messages['command']?.examples[0]?.summary ?? '';
    const check = verifier(/[A-Za-z0-9+/]{43}=/.exec(summary)?.[0] ?? '');
    if (!command.ok || !check.ok) {
      throw new Error('an example is not what it should be');
    }
    const { text, seal } = command.value;
    const keys = new Map([[seal.key ?? '', check.value]]);
    expect(checkSeal('command', text, seal, keys)).toMatchObject({ ok: true });
  });
});

test('the schema files are those of the code: run npm run generate', () => {
  for (const [file, text] of Object.entries(schemaFiles())) {
    expect({ file, text: readFileSync(file, 'utf8') }).toEqual({ file, text });
  }
});
