import { array, assert, constantFrom, integer, oneof, property, record, uint8Array } from 'fast-check';
import { expect, test } from 'vitest';
import { startRadio } from '#agent/drivers/radio/radio.ts';
import { createMemoryLine } from '#devices/line/memoryLine.ts';
import type { DeviceEnd } from '#devices/line/wire.ts';
import type { RadioCommand } from '#devices/radio/commands.ts';
import { createRadioDevice } from '#devices/radio/radioDevice.ts';
import type { OpenLine } from '#protocol/core/line.ts';
import { minuteMs, secondMs } from '#protocol/core/time.ts';
import { encodeMessage } from '#protocol/esp3/messages.ts';
import { encodeFrame } from '#protocol/esp3/writer.ts';
import { startHubAtWork } from '#test/hubAtWork.ts';
import { createLogRecorder } from '#test/logRecorder.ts';
import { createSeededRandom } from '#test/seededRandom.ts';
import { summarize } from '#test/summary.ts';

/** A press of a rocker, as the receiver hands it over; its release is as long. */
const telegramBytes = 21;
/** The first question of a probe, and the answers to both. */
const commandBytes = 8;
const answerBytes = 53;

/** The hub, its driver, the line and the fake receiver. What happens at a byte is said beforehand. */
function startHome(seed: number) {
  const random = createSeededRandom(seed);
  const accessories = [{ name: 'pendant', kind: 'pendant', id: '002a0001' }];
  const home = startHubAtWork({ accessories }, {}, () =>
    Object.values(radio.counters().discardedBytes).reduce((sum, bytes) => sum + bytes, 0),
  );
  const { clock } = home;
  const memory = createMemoryLine({ clock, random });
  const cuts: Record<'toHub' | 'toDevice', Cut | undefined> = { toHub: undefined, toDevice: undefined };
  let deviceHears: (bytes: Uint8Array) => void = () => {};

  /** Lets as many bytes pass as there are before the cut, and nothing between it and what happens at it. */
  function carry(way: keyof typeof cuts, bytes: Uint8Array, write: (bytes: Uint8Array) => void): void {
    const { [way]: cut } = cuts;
    if (cut === undefined || bytes.length <= cut.left) {
      if (cut !== undefined) cut.left -= bytes.length;
      write(bytes);
      return;
    }
    if (cut.left > 0) write(bytes.subarray(0, cut.left));
    cut.left = 0;
    if (cut.isBegun) return;
    cut.isBegun = true;
    clock.at(clock.monotonicMs(), () => {
      cuts[way] = undefined;
      cut.begin();
    });
  }

  const line: DeviceEnd = {
    write: (bytes) => carry('toHub', bytes, memory.device.write),
    onReceived(handler) {
      deviceHears = handler;
      memory.device.onReceived(handler);
    },
  };
  const openLine: OpenLine = (settings, listener) => {
    const opened = memory.openLine(settings, listener);
    return { ...opened, write: (bytes) => carry('toDevice', bytes, opened.write) };
  };
  const device = createRadioDevice({ line, clock, random, connector: memory });
  const radio = startRadio({
    openLine,
    clock,
    log: createLogRecorder().log,
    listener: {
      telegram: (telegram) => home.hub().heard(telegram),
      ready: () => home.hub().radioWell(),
      failing: (reason) => home.hub().radioFailing(reason),
    },
  });
  clock.advance(2 * secondMs);
  return {
    home,
    clock,
    radio,
    memory,
    perform(command: RadioCommand) {
      const done = device.perform(command);
      if (!done.ok) throw new Error(done.problem);
    },
    restart: () => deviceHears(encodeFrame(encodeMessage({ type: 'command', command: { command: 'write-reset' } }))),
    cutAt(way: keyof typeof cuts, after: number, begin: () => void) {
      cuts[way] = { left: after, isBegun: false, begin };
    },
    /** What was committed since this was last asked. */
    news: newsOf(home),
    stop() {
      radio.stop();
      home.close();
    },
  };
}

interface Cut {
  left: number;
  isBegun: boolean;
  begin(): void;
}

function newsOf(home: ReturnType<typeof startHubAtWork>): () => string[] {
  let seen = 0;
  return () => {
    const records = home.records().slice(seen);
    seen += records.length;
    home.acknowledgeAll();
    return records.map(({ report, stc }) => `${report} ${stc}`);
  };
}

type Home = ReturnType<typeof startHome>;

/** How the trouble begins and ends, and what the centre is told of it: the radio unit's, or the channel's, fault and restore (B8.3, B16). */
const troubles: readonly { name: string; begin(home: Home): void; end(home: Home): void; told: string[] }[] = [
  {
    name: 'unplugged',
    begin: ({ perform }) => perform({ word: 'unplug' }),
    end: ({ perform }) => perform({ word: 'plug' }),
    told: ['fault 67', 'restore 91'],
  },
  {
    name: 'silent',
    begin: ({ perform }) => perform({ word: 'fault', fault: 'silent' }),
    end: ({ perform }) => perform({ word: 'fault', fault: 'none' }),
    told: ['fault 67', 'restore 91'],
  },
  {
    name: 'babbling',
    begin: ({ perform }) => perform({ word: 'fault', fault: 'babbling' }),
    end: ({ perform }) => perform({ word: 'fault', fault: 'none' }),
    told: ['fault 95', 'restore 70'],
  },
  { name: 'rebooting', begin: ({ restart }) => restart(), end() {}, told: [] },
];

const pendantPressed: RadioCommand = { word: 'press', name: 'pendant' };

/** The stages of the trouble: the way of the bytes, how many there are, and what brings them. */
const stages = [
  { stage: 'telegram', way: 'toHub', bytes: 2 * telegramBytes },
  { stage: 'command', way: 'toDevice', bytes: commandBytes },
  { stage: 'answer', way: 'toHub', bytes: answerBytes },
] as const;

const cases = troubles.flatMap((trouble) => stages.map((stage) => ({ ...trouble, ...stage })));

test.each(cases)(
  'a receiver $name at any byte of a $stage is back by itself, and the centre knows ($told)',
  ({ name, stage, way, bytes, begin, end, told }) => {
    const home = startHome(11);
    const { clock, news, perform } = home;
    const wrong: string[] = [];
    for (let after = 0; after < bytes; after += 1) {
      clock.advance(10 * secondMs);
      news();
      let begun = false;
      home.cutAt(way, after, () => {
        begun = true;
        begin(home);
      });
      if (stage === 'telegram') perform(pendantPressed);
      clock.advance(5 * minuteMs);
      end(home);
      clock.advance(5 * minuteMs);
      const first = news();
      const alarms = first.filter((report) => report === 'alarm 10').length;
      const due = stage === 'telegram' && after >= telegramBytes ? 1 : 0;
      if (!begun) wrong.push(`byte ${after}: nothing happened`);
      if (alarms !== due) wrong.push(`byte ${after}: ${alarms} alarms, not ${due}`);
      const rest = first.filter((report) => report !== 'alarm 10').join();
      if (rest !== told.join()) wrong.push(`byte ${after}: told ${rest}`);
      perform(pendantPressed);
      clock.advance(10 * secondMs);
      const second = news().join();
      if (second !== 'alarm 10') wrong.push(`byte ${after}: then ${second}`);
    }
    home.stop();
    expect(wrong).toEqual([]);
    // The wires' worst, of which each suite tells one: the others take the same bytes.
    if (name === 'unplugged') {
      summarize('worst wires', [`a radio ${name} at each of ${bytes} bytes of its ${stage}: back by itself each time`]);
    }
  },
);

test('whatever comes over the line, nothing is raised that was not pressed, and nothing piles up', () => {
  const step = oneof(
    record({ does: constantFrom('noise' as const), bytes: uint8Array({ minLength: 1, maxLength: 64 }) }),
    record({
      does: constantFrom('broken' as const),
      at: integer({ min: 0, max: 20 }),
      by: integer({ min: 1, max: 255 }),
    }),
    record({ does: constantFrom('half' as const, 'unplug' as const, 'plug' as const, 'stranger' as const) }),
    record({ does: constantFrom('wait' as const), ms: integer({ min: 1, max: 200_000 }) }),
  );
  const press = encodeFrame(
    encodeMessage({
      type: 'radio',
      telegram: {
        rorg: 0xf6,
        payload: Uint8Array.of(0x30),
        sender: '002a0001',
        status: 0x30,
        reception: { subTelegrams: 3, destination: 'ffffffff', signalDbm: -62, securityLevel: 0 },
      },
    }),
  );
  assert(
    property(array(step, { maxLength: 60 }), (steps) => {
      const home = startHome(5);
      const { clock, memory, perform } = home;
      home.news();
      const waitingLimit = clock.waiting() + 20;
      for (const one of steps) {
        if (one.does === 'noise') memory.device.write(one.bytes);
        else if (one.does === 'broken')
          memory.device.write(press.map((byte, index) => (index === one.at ? byte ^ one.by : byte)));
        else if (one.does === 'half') memory.device.write(press.subarray(0, 12));
        else if (one.does === 'stranger') perform({ word: 'press', name: 'stranger' });
        else if (one.does === 'wait') clock.advance(one.ms);
        else perform({ word: one.does });
        clock.advance(150);
        expect(clock.waiting()).toBeLessThan(waitingLimit);
      }
      perform({ word: 'plug' });
      clock.advance(2 * minuteMs);
      const unasked = home.news().filter((report) => !['fault 67', 'restore 91'].includes(report));
      perform(pendantPressed);
      clock.advance(secondMs);
      const asked = home.news();
      home.stop();
      expect({ unasked, asked }).toEqual({ unasked: [], asked: ['alarm 10'] });
    }),
    { numRuns: 40 },
  );
});
