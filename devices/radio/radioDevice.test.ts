import { describe, expect, test } from 'vitest';
import { encodeCommand } from '#protocol/esp3/commands.ts';
import { returnCodes } from '#protocol/esp3/constants.ts';
import { decodeMessage, type Message } from '#protocol/esp3/messages.ts';
import { createParser } from '#protocol/esp3/parser.ts';
import { decodeProfile } from '#protocol/esp3/profiles.ts';
import { decodeIdBase, decodeRepeaterState, decodeVersion } from '#protocol/esp3/responses.ts';
import { readStatus } from '#protocol/esp3/telegram.ts';
import { encodeFrame } from '#protocol/esp3/writer.ts';
import { createMemoryLine } from '#devices/line/memoryLine.ts';
import { createSeededRandom } from '#test/seededRandom.ts';
import { createVirtualClock } from '#test/virtualClock.ts';
import { copiesWithinMs, underWayLimit } from './air.ts';
import { parseRadioCommand } from './commands.ts';
import { radioProfiles } from './profiles.ts';
import { createRadioDevice, pressMs, type RadioDeviceOptions, type RadioEvent } from './radioDevice.ts';
import { restartMs } from './receiver.ts';
import { defaultTransmitters, type Transmitter } from './transmitters.ts';

type Command = Parameters<typeof encodeCommand>[0];

/** A device on a line in memory, and a host that writes down what it hears and when. */
function setUp(options: Partial<RadioDeviceOptions> = {}) {
  const clock = createVirtualClock();
  const random = createSeededRandom(11);
  const line = createMemoryLine({ clock, random });
  const events: RadioEvent[] = [];
  const device = createRadioDevice({
    line: line.device,
    clock,
    random,
    connector: line,
    onEvent: (event) => events.push(event),
    ...options,
  });
  let parser = createParser();
  const heard: { atMs: number; message: Message }[] = [];
  const discarded: number[] = [];
  const open = () =>
    line.openLine(
      { baudRate: 57_600 },
      {
        opened() {},
        received(bytes) {
          for (const item of parser.push(bytes)) {
            const message = item.kind === 'frame' ? decodeMessage(item) : undefined;
            if (message?.ok === true) heard.push({ atMs: clock.monotonicMs(), message: message.value });
            else discarded.push(...item.bytes);
          }
        },
        closed() {
          parser = createParser();
        },
      },
    );
  let end = open();
  clock.advance(0);
  return {
    clock,
    device,
    events,
    heard,
    discarded,
    reopen() {
      end = open();
      clock.advance(0);
    },
    write: (bytes: Uint8Array) => end.write(bytes),
    say(text: string) {
      const command = parseRadioCommand(text, device.names());
      return command.ok ? device.perform(command.value) : command;
    },
    ask(command: Command) {
      end.write(encodeFrame(encodeCommand(command)));
      clock.advance(1);
      return heard.at(-1)?.message;
    },
  };
}

/** What the telegrams heard say, by the profile of whoever sent them. */
function sayings({ heard }: ReturnType<typeof setUp>): unknown[] {
  return heard.flatMap(({ message }) => {
    if (message.type !== 'radio') return [];
    const sender = defaultTransmitters.find(({ id }) => id === message.telegram.sender);
    const event = decodeProfile(sender?.profile ?? 'F6-02-01', message.telegram);
    return [[sender?.name ?? message.telegram.sender, event.ok ? event.value : event.problem]];
  });
}

function responseTo(world: ReturnType<typeof setUp>, command: Command) {
  const answer = world.ask(command);
  if (answer?.type !== 'response') throw new Error(`no answer to ${command.command}`);
  return answer;
}

describe('the receiver answers its host', () => {
  test('who it is', () => {
    const version = decodeVersion(responseTo(setUp(), { command: 'read-version' }));
    expect(version).toEqual({ ok: true, value: radioProfiles.usb300.version });
  });

  test('its base id, with the writes that remain where its firmware tells them', () => {
    expect(decodeIdBase(responseTo(setUp(), { command: 'read-id-base' }))).toEqual({
      ok: true,
      value: { baseId: 'ffa1c280', remainingWrites: 10 },
    });
    const old = setUp({ profile: radioProfiles.tcm310 });
    expect(decodeIdBase(responseTo(old, { command: 'read-id-base' }))).toEqual({
      ok: true,
      value: { baseId: 'ff9d5f00' },
    });
  });

  test('a new base id ten times, and never one out of range', () => {
    const world = setUp();
    const change = (baseId: string) => responseTo(world, { command: 'write-id-base', baseId }).returnCode;
    expect(change('00000001')).toBe(returnCodes.baseIdOutOfRange);
    const changes = Array.from({ length: 11 }, () => change('ff800080'));
    expect(changes.filter((code) => code === returnCodes.ok)).toHaveLength(10);
    expect(changes.at(-1)).toBe(returnCodes.baseIdMaximumReached);
  });

  test('that it repeats, once it was told to, over a restart too', () => {
    const world = setUp();
    const repeater = { mode: 'all', level: 1 } as const;
    expect(responseTo(world, { command: 'write-repeater', repeater }).returnCode).toBe(returnCodes.ok);
    world.ask({ command: 'write-reset' });
    world.clock.advance(restartMs);
    expect(decodeRepeaterState(responseTo(world, { command: 'read-repeater' }))).toEqual({ ok: true, value: repeater });
  });

  test('that it does not know a command, or that it makes no sense', () => {
    const world = setUp();
    const nothing = new Uint8Array();
    const unknown = responseTo(world, { command: 'other', code: 0x7e, data: nothing, optional: nothing });
    expect(unknown.returnCode).toBe(returnCodes.notSupported);
    const wrong = responseTo(world, { command: 'other', code: 0x09, data: Uint8Array.of(9, 9), optional: nothing });
    expect(wrong.returnCode).toBe(returnCodes.wrongParameter);
  });

  test('nothing while it restarts: what is asked then is lost, and so are telegrams', () => {
    const world = setUp();
    expect(responseTo(world, { command: 'write-reset' }).returnCode).toBe(returnCodes.ok);
    world.ask({ command: 'read-version' });
    world.say('press pendant');
    expect(world.heard).toHaveLength(1);
    world.clock.advance(restartMs);
    expect(decodeVersion(responseTo(world, { command: 'read-version' })).ok).toBe(true);
    expect(world.events.filter(({ event }) => event === 'missed')).toHaveLength(2);
  });

  test('that it is ready after a restart, if it is a make that says so', () => {
    const world = setUp({ profile: radioProfiles.tcm515 });
    world.ask({ command: 'write-reset' });
    world.clock.advance(restartMs);
    expect(world.heard.map(({ message }) => message.type)).toEqual(['response', 'event']);
  });

  test('also when a half command came before: it waits 100 ms for the rest, then forgets it', () => {
    const world = setUp();
    world.write(encodeFrame(encodeCommand({ command: 'read-version' })).slice(0, 5));
    world.clock.advance(100);
    expect(world.events).toEqual([expect.objectContaining({ event: 'discarded', reason: 'half-frame' })]);
    expect(decodeVersion(responseTo(world, { command: 'read-version' })).ok).toBe(true);
  });
});

describe('the transmitters', () => {
  test('a pendant is pressed and let go: two telegrams of its id, a press apart', () => {
    const world = setUp();
    world.say('press pendant');
    world.clock.advance(1_000);
    expect(sayings(world)).toEqual([
      ['pendant', { event: 'pressed', button: 'A0' }],
      ['pendant', { event: 'released' }],
    ]);
    expect(world.heard.map(({ atMs }) => atMs)).toEqual([0, pressMs]);
  });

  test.each([
    ['press light-press', 'light-press', { event: 'pressed', button: 'push' }],
    ['press pendant BI', 'pendant', { event: 'pressed', button: 'BI' }],
    ['open door', 'door', { event: 'contact', open: true }],
    ['close door', 'door', { event: 'contact', open: false }],
    ['smoke smoke', 'smoke', { event: 'smoke' }],
    ['clear smoke', 'smoke', { event: 'smoke-over' }],
    ['move motion', 'motion', { event: 'occupancy', occupied: true }],
    ['still motion', 'motion', { event: 'occupancy', occupied: false }],
    ['battery door 10%', 'door', { event: 'battery', chargePercent: 10 }],
    ['battery smoke low', 'smoke', { event: 'battery-low' }],
    ['teach-in door', 'door', { event: 'teach-in' }],
    ['teach-in motion', 'motion', { event: 'teach-in', taught: { profile: 'A5-07-01', manufacturer: 2047 } }],
    ['teach-in pendant', 'pendant', { event: 'pressed', button: 'A0' }],
  ])('say what happens to them, in the telegram of their profile: %s', (text, name, event) => {
    const world = setUp();
    expect(world.say(text).ok).toBe(true);
    world.clock.advance(10);
    expect(sayings(world)).toEqual([[name, event]]);
  });

  test('the stranger is nobody who is enrolled', () => {
    const world = setUp();
    world.say('stranger press');
    world.clock.advance(10);
    expect(sayings(world)).toEqual([['0033c0de', { event: 'pressed', button: 'A0' }]]);
  });

  test('cannot do what their profile has no telegram for: the answer says what they can', () => {
    const said = setUp().say('press door');
    expect(said.ok ? '' : said.problem).toBe('door (D5-00-01) does not press; it can open, close, teach-in, battery');
  });

  test('are heard three times within 100 ms behind repeaters, which count themselves in the status byte', () => {
    const world = setUp();
    world.say('set pendant repeat 3');
    world.say('press pendant');
    world.clock.advance(copiesWithinMs);
    const statuses = world.heard.map(({ message }) => (message.type === 'radio' ? message.telegram.status : -1));
    expect(statuses.map((status) => readStatus(status).repeaterCount)).toEqual([0, 1, 2]);
    expect(new Set(sayings(world).map((saying) => JSON.stringify(saying))).size).toBe(1);
    world.clock.advance(1_000);
    expect(world.heard).toHaveLength(6);
  });

  test('are as strong as they are set, from the next telegram on', () => {
    const world = setUp();
    world.say('open door');
    world.say('set door dbm -95');
    world.say('close door');
    world.clock.advance(10);
    const receptions = world.heard.map(({ message }) => message.type === 'radio' && message.telegram.reception);
    expect(receptions).toEqual([
      { subTelegrams: 3, destination: 'ffffffff', signalDbm: -62, securityLevel: 0 },
      { subTelegrams: 3, destination: 'ffffffff', signalDbm: -95, securityLevel: 0 },
    ]);
  });

  test('say nothing while they are silent', () => {
    const world = setUp();
    world.say('set pendant silent on');
    expect(world.say('press pendant')).toEqual({ ok: true, value: { text: 'pendant: is silent' } });
    world.clock.advance(1_000);
    expect(world.heard).toEqual([]);
  });

  test('may have a limited number of telegrams on their way; then they are told to wait, and can go on later', () => {
    const world = setUp();
    const answers = Array.from({ length: underWayLimit + 1 }, () => world.say('press pendant').ok);
    expect(answers.indexOf(false)).toBe(underWayLimit - 1);
    world.clock.advance(1_000);
    expect(world.say('press pendant').ok).toBe(true);
  });

  test('are listed with how they are received', () => {
    const names = [...defaultTransmitters.map(({ name }) => name), 'stranger'];
    expect(setUp().say('list')).toMatchObject({ ok: true, value: { transmitters: names.map((name) => ({ name })) } });
  });

  test('do not change the list they were made from', () => {
    const mine: Transmitter[] = defaultTransmitters.map((one) => ({ ...one }));
    const world = setUp({ transmitters: mine });
    world.say('set pendant dbm -95');
    expect(mine).toEqual(defaultTransmitters);
  });

  test('tell when all telegrams have arrived', () => {
    const world = setUp();
    let settled = 0;
    world.device.whenSettled(() => (settled += 1));
    world.say('press pendant');
    world.device.whenSettled(() => (settled += 1));
    expect(settled).toBe(1);
    world.clock.advance(pressMs);
    expect(settled).toBe(2);
  });
});

describe('the wire', () => {
  test('a fault stands in front of the receiver until it is taken away', () => {
    const world = setUp();
    world.say('fault silent');
    expect(world.ask({ command: 'read-version' })).toBeUndefined();
    world.say('fault none');
    expect(world.ask({ command: 'read-version' })?.type).toBe('response');
  });

  test('an answer that was still to come is never given once the receiver was without power', () => {
    const world = setUp();
    world.say('fault late-answers');
    world.ask({ command: 'read-version' });
    world.say('unplug');
    world.say('plug');
    world.reopen();
    world.clock.advance(60_000);
    expect(world.heard).toEqual([]);
  });

  test('a receiver that reboots over a command answers the next one when it is back', () => {
    const world = setUp();
    world.say('fault reboot-in-command');
    expect(world.ask({ command: 'read-version' })).toBeUndefined();
    world.clock.advance(restartMs);
    expect(world.ask({ command: 'read-version' })?.type).toBe('response');
  });

  test('noise and half telegrams come as they are, and the next telegram is whole', () => {
    const world = setUp();
    world.say('noise 20');
    world.say('half pendant');
    world.clock.advance(10);
    world.say('open door');
    world.clock.advance(10);
    expect(world.discarded.length).toBeGreaterThanOrEqual(20);
    expect(sayings(world)).toEqual([['door', { event: 'contact', open: true }]]);
  });

  test('unplugged, telegrams are missed; plugged in, it starts and answers again', () => {
    const world = setUp();
    world.say('unplug');
    world.say('open door');
    expect(world.events.map(({ event }) => event)).toEqual(['unplugged', 'missed']);
    world.say('plug');
    world.clock.advance(restartMs);
    world.reopen();
    expect(decodeVersion(responseTo(world, { command: 'read-version' })).ok).toBe(true);
  });
});
