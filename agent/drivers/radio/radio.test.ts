import { describe, expect, test } from 'vitest';
import { minuteMs, secondMs } from '#protocol/core/time.ts';
import type { Command } from '#protocol/esp3/commands.ts';
import { eventCodes, packetTypes, returnCodes } from '#protocol/esp3/constants.ts';
import { decodeMessage, encodeMessage, type Message } from '#protocol/esp3/messages.ts';
import { createParser } from '#protocol/esp3/parser.ts';
import {
  encodeIdBase,
  encodeReturnCode,
  encodeVersion,
  type Response,
  type Version,
} from '#protocol/esp3/responses.ts';
import { encodeFrame } from '#protocol/esp3/writer.ts';
import { createHandLine } from '#test/handLine.ts';
import { createLogRecorder } from '#test/logRecorder.ts';
import { createVirtualClock } from '#test/virtualClock.ts';
import { type RadioParts, startRadio } from './radio.ts';

const usb300: Version = {
  appVersion: '2.10.0.0',
  apiVersion: '2.5.0.0',
  chipId: '019944e6',
  chipVersion: '454f0103',
  appDescription: 'GATEWAYCTRL',
};

const nothing = new Uint8Array(0);

/** A driver on a line, with a module at its other end that answers as the real one does until it is told otherwise. */
function setUp(options: Partial<Pick<RadioParts, 'powerCycle' | 'settings'>> = {}) {
  const clock = createVirtualClock();
  const hand = createHandLine(clock);
  const recorder = createLogRecorder();
  const story: string[] = [];
  const commands: Command['command'][] = [];
  const module = {
    version: usb300,
    /** What it answers, late or not at all when a test says so. */
    answer: (command: Command): Response | undefined => {
      if (command.command === 'read-version') return encodeVersion(module.version);
      if (command.command === 'read-id-base') return encodeIdBase({ baseId: 'ff9e5500', remainingWrites: 10 });
      return encodeReturnCode(returnCodes.ok);
    },
  };
  const say = (message: Message): void => hand.receive(encodeFrame(encodeMessage(message)));
  const parser = createParser();
  hand.onWrite = (bytes) => {
    for (const item of parser.push(bytes)) {
      const message = item.kind === 'frame' ? decodeMessage(item) : undefined;
      if (message?.ok !== true || message.value.type !== 'command') throw new Error('the driver sent no command');
      commands.push(message.value.command.command);
      const response = module.answer(message.value.command);
      if (response) clock.at(clock.monotonicMs() + 10, () => say({ type: 'response', ...response }));
    }
  };
  const radio = startRadio({
    openLine: hand.openLine,
    clock,
    log: recorder.log,
    listener: {
      telegram: ({ sender, payload }) => void story.push(`telegram ${payload[0]} of ${sender}`),
      ready: ({ chipId, baseId }) => void story.push(`ready ${chipId} ${baseId}`),
      failing: (reason) => void story.push(`failing: ${reason}`),
    },
    ...options,
  });
  const news = (): string[] => story.splice(0);
  return { clock, hand, module, say, radio, news, commands, log: recorder.lines };
}

const press: Message = {
  type: 'radio',
  telegram: {
    rorg: 0xf6,
    payload: Uint8Array.of(0x30),
    sender: '00298979',
    status: 0x30,
    reception: { subTelegrams: 1, destination: 'ffffffff', signalDbm: -55, securityLevel: 0 },
  },
};
const pressBytes = encodeFrame(encodeMessage(press));
const heardPress = 'telegram 48 of 00298979';

describe('the radio driver', () => {
  test('opens the module at its rate, asks what it is, and is ready', () => {
    const { clock, hand, news, commands } = setUp();
    clock.advance(secondMs);
    expect(hand.lastSettings()).toEqual({ baudRate: 57_600 });
    expect(commands).toEqual(['read-version', 'read-id-base']);
    expect(news()).toEqual(['ready 019944e6 ff9e5500']);
  });

  test('tells every telegram, whosever it is', () => {
    const { clock, say, news, radio } = setUp();
    clock.advance(secondMs);
    news();
    say(press);
    say({ type: 'radio', telegram: { rorg: 0xd5, payload: Uint8Array.of(9), sender: '01825dab', status: 0 } });
    expect(news()).toEqual([heardPress, 'telegram 9 of 01825dab']);
    expect(radio.counters()).toMatchObject({ telegrams: 2, responses: 2, frames: 4 });
  });

  test('tells telegrams although the module answers no question: a press is a press', () => {
    const { clock, module, say, news } = setUp();
    module.answer = () => undefined;
    clock.advance(20 * secondMs);
    news();
    say(press);
    expect(news()).toEqual([heardPress]);
  });

  test('probes after a minute of silence with one question, and not while telegrams come', () => {
    const { clock, say, commands } = setUp();
    clock.advance(59 * secondMs);
    say(press);
    clock.advance(59 * secondMs);
    expect(commands).toHaveLength(2);
    clock.advance(2 * secondMs);
    expect(commands.slice(2)).toEqual(['read-version']);
  });

  test('finds its way back to telegrams after the module was unplugged', () => {
    const { clock, hand, say, news } = setUp();
    clock.advance(secondMs);
    hand.unplug();
    clock.advance(30 * secondMs);
    expect(news()).toEqual(['ready 019944e6 ff9e5500', 'failing: unplugged']);
    hand.plug();
    clock.advance(2 * secondMs);
    say(press);
    expect(news()).toEqual(['ready 019944e6 ff9e5500', heardPress]);
  });

  test('resets a silent module, opens it anew, reports it, and says when it is back', () => {
    const { clock, hand, module, news, commands, radio } = setUp();
    clock.advance(secondMs);
    news();
    const { answer } = module;
    module.answer = () => undefined;
    clock.advance(minuteMs + 15 * secondMs);
    expect(commands.slice(2)).toEqual([
      'read-version',
      'read-version',
      'write-reset',
      'read-version',
      'read-version',
      'read-version',
      'read-version',
    ]);
    expect(hand.story).toEqual(['opened', 'closed', 'opened']);
    expect(news()).toEqual(['failing: no answer, not after reset, reopen either']);
    expect(radio.counters()).toMatchObject({ resets: 1, opens: 2, probes: 7, powerCycles: 0 });
    module.answer = answer;
    clock.advance(20 * secondMs);
    expect(news()).toEqual(['ready 019944e6 ff9e5500']);
  });

  test('goes on after a reset that the module answers before it restarts', () => {
    const { clock, module, say, news, radio } = setUp();
    const { answer } = module;
    module.answer = (command) => {
      if (command.command !== 'write-reset') return undefined;
      module.answer = answer;
      clock.at(clock.monotonicMs() + 300, () =>
        say({ type: 'event', code: eventCodes.ready, data: Uint8Array.of(1), optional: nothing }),
      );
      return encodeReturnCode(returnCodes.ok);
    };
    clock.advance(10 * secondMs);
    expect(news()).toEqual(['ready 019944e6 ff9e5500']);
    expect(radio.counters()).toMatchObject({ resets: 1, events: 1, responsesOutOfTurn: 0 });
  });

  test('does not take a module that refuses for one that answers', () => {
    const { clock, module, news } = setUp();
    module.answer = () => encodeReturnCode(returnCodes.notSupported);
    clock.advance(20 * secondMs);
    expect(news()).toEqual(['failing: no answer, not after reset, reopen either']);
  });

  test('says ready again when another module answers', () => {
    const { clock, hand, module, news } = setUp();
    clock.advance(secondMs);
    hand.unplug();
    module.version = { ...usb300, chipId: '05000001' };
    hand.plug();
    clock.advance(5 * secondMs);
    expect(news()).toEqual(['ready 019944e6 ff9e5500', 'ready 05000001 ff9e5500']);
  });

  test('gives half a packet up after a tenth of a second and reads the next', () => {
    const { clock, hand, news, radio } = setUp();
    clock.advance(secondMs);
    news();
    hand.receive(pressBytes.subarray(0, 10));
    clock.advance(99);
    expect(radio.counters().discardedBytes['half-frame']).toBe(0);
    clock.advance(1);
    expect(radio.counters().discardedBytes['half-frame']).toBe(10);
    hand.receive(pressBytes);
    expect(news()).toEqual([heardPress]);
  });

  test('waits for the rest of a packet as long as bytes keep coming', () => {
    const { clock, hand, news } = setUp();
    clock.advance(secondMs);
    news();
    for (const byte of pressBytes) {
      hand.receive(Uint8Array.of(byte));
      clock.advance(90);
    }
    expect(news()).toEqual([heardPress]);
  });

  test('forgets half a packet when the line closes', () => {
    const { clock, hand, news, radio } = setUp();
    clock.advance(secondMs);
    hand.receive(pressBytes.subarray(0, 10));
    hand.unplug();
    hand.plug();
    clock.advance(2 * secondMs);
    news();
    hand.receive(pressBytes.subarray(10));
    clock.advance(secondMs);
    expect(news()).toEqual([]);
    expect(radio.counters().discardedBytes).toMatchObject({ 'half-frame': 10, 'no-start': 11 });
  });

  test('counts a response that nobody waits for, and takes it for nothing', () => {
    const { clock, module, say, news, radio } = setUp();
    const { answer } = module;
    module.answer = (command) => {
      // The answer to the first question comes a second time while the second one's is waited for.
      if (command.command === 'read-id-base') say({ type: 'response', ...encodeVersion(usb300) });
      return answer(command);
    };
    clock.advance(secondMs);
    expect(news()).toEqual(['ready 019944e6 ff9e5500']);
    say({ type: 'response', ...encodeReturnCode(returnCodes.ok) });
    expect(radio.counters().responsesOutOfTurn).toBe(2);
    expect(news()).toEqual([]);
  });

  test('asks anew on a line that is back before the last question was given up', () => {
    const { clock, hand, module, news } = setUp({ settings: { reopenEveryMs: 10 } });
    const { answer } = module;
    module.answer = () => undefined;
    clock.advance(100);
    module.answer = answer;
    hand.unplug();
    hand.plug();
    clock.advance(100);
    expect(news()).toEqual(['ready 019944e6 ff9e5500']);
  });

  test('does not say ready for an answer that came too late, not even of another module', () => {
    const { clock, module, say, news } = setUp({ settings: { probeTimeoutMs: 300 } });
    clock.advance(secondMs);
    module.version = { ...usb300, chipId: '05000001' };
    const { answer } = module;
    module.answer = (command) => {
      const response = answer(command);
      if (response) clock.at(clock.monotonicMs() + 400, () => say({ type: 'response', ...response }));
      return undefined;
    };
    clock.advance(3 * minuteMs);
    expect(news()).toEqual(['ready 019944e6 ff9e5500', 'failing: no answer, not after reset, reopen either']);
  });

  test('counts what it does not understand, and goes on', () => {
    const { clock, hand, say, news, radio } = setUp();
    clock.advance(secondMs);
    news();
    hand.receive(encodeFrame({ packetType: packetTypes.radioErp2, data: Uint8Array.of(1), optional: nothing }));
    hand.receive(encodeFrame({ packetType: packetTypes.radioErp1, data: Uint8Array.of(1), optional: nothing }));
    say({ type: 'command', command: { command: 'read-version' } });
    say(press);
    expect(radio.counters()).toMatchObject({ unknownPackets: 1, undecodableMessages: 2, telegrams: 1 });
    expect(news()).toEqual([heardPress]);
  });

  test('pays for a noisy line with counters, and one debug line a minute', () => {
    const { clock, hand, radio, log, news } = setUp();
    clock.advance(secondMs);
    news();
    const before = log.length;
    for (let round = 0; round < 600; round += 1) {
      hand.receive(new Uint8Array(100).fill(round));
      clock.advance(secondMs);
    }
    const lines = log.slice(before);
    expect(lines.filter(({ level }) => level !== 'debug')).toEqual([]);
    expect(lines.length).toBeLessThanOrEqual(11);
    const discarded = Object.values(radio.counters().discardedBytes).reduce((sum, bytes) => sum + bytes, 0);
    expect(discarded).toBe(60_000);
    expect(news()).toEqual([]);
  });

  test('probes a module whose line carries nothing but noise: noise is no sign of life', () => {
    const { clock, hand, module, news } = setUp();
    clock.advance(secondMs);
    module.answer = () => undefined;
    for (let round = 0; round < 80; round += 1) {
      hand.receive(Uint8Array.of(1, 2, 3));
      clock.advance(secondMs);
    }
    expect(news().at(-1)).toMatch(/^failing/u);
  });

  test('leaves nothing behind when it is stopped', () => {
    const { clock, hand, radio, news } = setUp();
    clock.advance(secondMs);
    hand.receive(pressBytes.subarray(0, 10));
    radio.stop();
    news();
    hand.receive(pressBytes);
    clock.advance(10 * minuteMs);
    expect({ news: news(), waiting: clock.waiting(), last: hand.story.at(-1) }).toEqual({
      news: [],
      waiting: 0,
      last: 'closed',
    });
  });
});
