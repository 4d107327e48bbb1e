import {
  assert,
  constantFrom,
  integer,
  option,
  property,
  record,
  string,
  stringMatching,
  uint8Array,
} from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Command } from './commands.ts';
import { commandCodes, packetTypes, returnCodes } from './constants.ts';
import { decodeMessage, encodeMessage, type Message } from './messages.ts';
import type { Repeater } from './repeater.ts';
import {
  decodeIdBase,
  decodeRepeaterState,
  decodeVersion,
  encodeIdBase,
  encodeRepeaterState,
  encodeReturnCode,
  encodeVersion,
} from './responses.ts';
import type { RadioTelegram } from './telegram.ts';

const nothing = new Uint8Array(0);
const byte = integer({ min: 0, max: 255 });
const id = stringMatching(/^[0-9a-f]{8}$/u);
const baseId = stringMatching(/^ff[89a-e][0-9a-f]{5}$/u);
const dottedVersion = stringMatching(/^(25[0-5]|1[0-9]{2}|[1-9]?[0-9])(\.(25[0-5]|1[0-9]{2}|[1-9]?[0-9])){3}$/u);
const someBytes = uint8Array({ maxLength: 20 });
const repeater = record({
  mode: constantFrom<Repeater['mode']>('off', 'all', 'selective'),
  level: constantFrom<Repeater['level']>(0, 1, 2),
});
const reception = record({
  subTelegrams: byte,
  destination: id,
  signalDbm: byte.map((value) => 0 - value),
  securityLevel: byte,
});

function survives(message: Message): void {
  expect(decodeMessage(encodeMessage(message))).toEqual({ ok: true, value: message });
}

describe('an ESP3 message', () => {
  test('is read as it was written: radio telegrams', () => {
    const content = { rorg: byte, payload: uint8Array({ minLength: 1, maxLength: 14 }), status: byte, sender: id };
    assert(property(record(content), (telegram: RadioTelegram) => survives({ type: 'radio', telegram })));
    assert(property(record({ ...content, reception }), (telegram) => survives({ type: 'radio', telegram })));
  });

  test('is read as it was written: responses and events', () => {
    assert(
      property(byte, someBytes, someBytes, (code, data, optional) => {
        survives({ type: 'response', returnCode: code, data, optional });
        survives({ type: 'event', code, data, optional });
      }),
    );
  });

  test('is read as it was written: commands', () => {
    const plain: Command[] = [
      { command: 'write-reset' },
      { command: 'read-version' },
      { command: 'read-id-base' },
      { command: 'read-repeater' },
    ];
    plain.forEach((command) => survives({ type: 'command', command }));
    const known: number[] = Object.values(commandCodes);
    assert(
      property(id, repeater, byte, someBytes, someBytes, (baseId, repeater, code, data, optional) => {
        survives({ type: 'command', command: { command: 'write-id-base', baseId } });
        survives({ type: 'command', command: { command: 'write-repeater', repeater } });
        if (!known.includes(code)) survives({ type: 'command', command: { command: 'other', code, data, optional } });
      }),
    );
  });

  test('that is no message is a problem, never an exception', () => {
    assert(
      property(byte, uint8Array({ maxLength: 40 }), someBytes, (packetType, data, optional) => {
        const read = decodeMessage({ packetType, data, optional });
        expect(read.ok ? '' : read.problem.message).toBeTypeOf('string');
      }),
    );
  });

  test.each([
    ['a radio telegram without a payload', packetTypes.radioErp1, 6, 'wrong-length'],
    ['a packet without data', packetTypes.response, 0, 'wrong-length'],
    ['a packet of another type', packetTypes.radioErp2, 8, 'unknown-packet-type'],
  ])('is refused with the reason: %s', (_, packetType, length, code) => {
    const read = decodeMessage({ packetType, data: new Uint8Array(length), optional: nothing });
    expect(read).toMatchObject({ ok: false, problem: { code } });
  });

  test.each([
    ['a reset with parameters', [commandCodes.writeReset, 1], 'wrong-length'],
    ['a base id of three bytes', [commandCodes.writeIdBase, 255, 128, 0], 'wrong-length'],
    ['a repeater of an unknown mode', [commandCodes.writeRepeater, 3, 1], 'unknown-value'],
    ['a repeater of an unknown level', [commandCodes.writeRepeater, 1, 3], 'unknown-value'],
  ])('is refused with the reason: %s', (_, data, code) => {
    const read = decodeMessage({
      packetType: packetTypes.commonCommand,
      data: Uint8Array.from(data),
      optional: nothing,
    });
    expect(read).toMatchObject({ ok: false, problem: { code } });
  });

  test.each([0, 1, 6])('is a press even when the module says only part of how it was received: %i bytes', (length) => {
    const data = Uint8Array.of(0xf6, 0x30, 0, 0x29, 0x89, 0x79, 0x30);
    const read = decodeMessage({ packetType: packetTypes.radioErp1, data, optional: new Uint8Array(length) });
    expect(read).toMatchObject({ ok: true, value: { telegram: { sender: '00298979' } } });
  });
});

describe('an answer of the module', () => {
  test('is read as it was written: version', () => {
    const version = record({
      appVersion: dottedVersion,
      apiVersion: dottedVersion,
      chipId: id,
      chipVersion: id,
      appDescription: stringMatching(/^[ -~]{0,16}$/u),
    });
    assert(
      property(version, (version) => {
        expect(decodeVersion(encodeVersion(version))).toEqual({ ok: true, value: version });
      }),
    );
  });

  test('is read as it was written: base id and repeater', () => {
    assert(
      property(baseId, option(byte, { nil: undefined }), repeater, (baseId, remainingWrites, repeater) => {
        const idBase = remainingWrites === undefined ? { baseId } : { baseId, remainingWrites };
        expect(decodeIdBase(encodeIdBase(idBase))).toEqual({ ok: true, value: idBase });
        expect(decodeRepeaterState(encodeRepeaterState(repeater))).toEqual({ ok: true, value: repeater });
      }),
    );
  });

  test('may be longer than known, for newer modules append fields', () => {
    const { data, ...rest } = encodeIdBase({ baseId: 'ffa08700', remainingWrites: 9 });
    const longer = { ...rest, data: Uint8Array.from([...data, 1, 2]), optional: Uint8Array.of(9, 9) };
    expect(decodeIdBase(longer)).toEqual({ ok: true, value: { baseId: 'ffa08700', remainingWrites: 9 } });
  });

  test('that is too short is a problem', () => {
    const short = { returnCode: returnCodes.ok, data: new Uint8Array(3), optional: nothing };
    for (const read of [decodeVersion(short), decodeIdBase(short)]) {
      expect(read).toMatchObject({ ok: false, problem: { code: 'wrong-length' } });
    }
  });

  test('to another question is no base id', () => {
    const version = encodeVersion({
      appVersion: '2.10.0.0',
      apiVersion: '2.5.0.0',
      chipId: '019944e6',
      chipVersion: '454f0103',
      appDescription: 'GATEWAYCTRL',
    });
    expect(decodeIdBase(version)).toMatchObject({ ok: false, problem: { code: 'unknown-value' } });
  });

  test('that refuses says why', () => {
    const refusals = [encodeReturnCode(returnCodes.notSupported), encodeReturnCode(0x77)].map(decodeVersion);
    expect(refusals).toMatchObject([
      { problem: { code: 'refused', message: 'the module answered notSupported (2)' } },
      { problem: { code: 'refused', message: 'the module answered with the unknown return code 119' } },
    ]);
  });

  test('never throws, whatever the module sends', () => {
    assert(
      property(byte, uint8Array({ maxLength: 40 }), someBytes, (returnCode, data, optional) => {
        const response = { returnCode: returnCode % 2 === 0 ? 0 : returnCode, data, optional };
        for (const read of [decodeVersion, decodeIdBase, decodeRepeaterState]) {
          expect(read(response).ok).toBeTypeOf('boolean');
        }
      }),
    );
  });
});

test('an id that is none is refused when a telegram is put together', () => {
  const telegram = { rorg: 0xf6, payload: Uint8Array.of(0x30), status: 0x30 };
  assert(
    property(string(), (sender) => {
      if (/^[0-9a-f]{8}$/u.test(sender)) return;
      expect(() => encodeMessage({ type: 'radio', telegram: { ...telegram, sender } })).toThrow('is not a radio id');
    }),
  );
});
