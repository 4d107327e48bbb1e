import { startGnss } from '#agent/drivers/gnss/gnss.ts';
import { startRadar } from '#agent/drivers/radar/radar.ts';
import { startRadio } from '#agent/drivers/radio/radio.ts';
import { startReader } from '#agent/drivers/reader/reader.ts';
import { startUps } from '#agent/drivers/ups/ups.ts';
import type { OpenLine } from '#protocol/core/line.ts';
import type { Log } from '#protocol/core/log.ts';
import type { Clock } from '#protocol/core/time.ts';
import { createMemoryLine } from '#devices/line/memoryLine.ts';
import { createModemDevice } from '#devices/modem/modemDevice.ts';
import { modemProfiles } from '#devices/modem/profiles.ts';
import { createRadarDevice } from '#devices/radar/radarDevice.ts';
import { createRadioDevice } from '#devices/radio/radioDevice.ts';
import { createUpsDevice } from '#devices/ups/upsDevice.ts';
import { secondMs } from '#protocol/core/time.ts';
import { createHandLine } from '#test/handLine.ts';
import { hexBytes } from '#test/hexBytes.ts';
import { createLogRecorder } from '#test/logRecorder.ts';
import { startModemAtWork } from '#test/modemAtWork.ts';
import { createSeededRandom } from '#test/seededRandom.ts';
import { createVirtualClock } from '#test/virtualClock.ts';
import { bytesOf } from '#test/proof/fuzz/mutations.ts';
import { bytesTarget, cut, type Target } from '#test/proof/fuzz/target.ts';
import {
  commandLines,
  modemLines,
  radarFrames,
  radioFrames,
  sentences,
  supplyCommands,
  supplyLines,
  tagFrames,
} from './examples.ts';

/** A whole device, or a whole driver, runs for a minute with each input. */
const deviceMsPerKb = 120;

/** Between two pieces: longer than some lines wait for the rest of a frame, now and then. */
const betweenMs = 60;

/** Lines of the log that noise may cost in the minute and a half that an input takes. */
const logLimit = 60;

/** Drivers that hear whatever comes, and fakes that are told whatever comes. */
export const deviceTargets: readonly Target[] = [
  driver('the driver of the radio', radioFrames, (parts, tell) =>
    startRadio({
      ...parts,
      listener: {
        telegram: ({ sender }) => tell(/^[0-9a-f]{8}$/u.test(sender), `a sender ${sender}`),
        ready: () => undefined,
        failing: () => undefined,
      },
    }),
  ),
  driver('the driver of the receiver of positions', sentences.map(line), (parts, tell) =>
    startGnss({
      ...parts,
      listener: {
        ...health,
        position: (place) => tell(place === undefined || isPlace(place), `a place ${JSON.stringify(place)}`),
        satelliteTime: (wallMs) => tell(!Number.isNaN(new Date(wallMs).getTime()), `a time ${wallMs}`),
      },
    }),
  ),
  driver('the driver of the tag reader', tagFrames, (parts, tell) =>
    startReader({
      ...parts,
      listener: { ...health, tag: (number) => tell(/^[0-9a-f]{10}$/u.test(number), 'a number of another form') },
    }),
  ),
  driver('the driver of the radar', radarFrames, (parts) =>
    startRadar({ ...parts, listener: { ...health, presence: () => undefined, movement: () => undefined } }),
  ),
  driver('the driver of the supply', supplyLines.map(line), (parts, tell) =>
    startUps({
      ...parts,
      listener: {
        ...health,
        reading: ({ battery }) =>
          tell(battery === 'absent' || isPercent(battery.chargePercent), `a reading ${JSON.stringify(battery)}`),
      },
    }),
  ),
  modemDriver(),
  fake('the fake modem', commandLines.map(line), bytesOf('ATE0Q0V1\r'), 'OK', (parts) =>
    createModemDevice({ ...parts, profile: modemProfiles['sim7600e-h'] }),
  ),
  fake('the fake radio', radioFrames, hexBytes('55 0001 00 05 70 03 09'), '', (parts) => {
    const device = createRadioDevice(parts);
    return { obey: (word) => void device.perform({ word }) };
  }),
  fake('the fake radar', radarFrames, hexBytes('FDFCFBFA 0400 FF00 0100 04030201'), '', createRadarDevice),
  // What half a line holds is ended first: the protocol has no other end, and the cable is not the supply's power.
  fake('the fake supply', supplyCommands.map(line), bytesOf('\rQ1\r'), '(', createUpsDevice),
];

const health = { failing: () => undefined, well: () => undefined };

function line(text: string): Uint8Array {
  return bytesOf(`${text}\r\n`);
}

function isPlace({ latitude, longitude }: { latitude: number; longitude: number }): boolean {
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
}

function isPercent(value: number): boolean {
  return value >= 0 && value <= 100;
}

interface DriverParts {
  openLine: OpenLine;
  clock: Clock;
  log: Log;
}

/** What the hub is told is in its range, whatever comes, and noise fills no log. */
function driver(
  name: string,
  corpus: readonly Uint8Array[],
  start: (parts: DriverParts, tell: (isRight: boolean, what: string) => void) => { stop(): void },
): Target {
  return {
    ...bytesTarget({ name, corpus, msPerKb: deviceMsPerKb }, () => undefined),
    read(input, sizes) {
      const clock = createVirtualClock();
      const hand = createHandLine(clock);
      const { log, lines } = createLogRecorder();
      let broken: string | undefined;
      const started = start({ openLine: hand.openLine, clock, log }, (isRight, what) => {
        if (!isRight) broken ??= `the hub is told ${what}`;
      });
      clock.advance(secondMs);
      hear(input, sizes, (piece) => hand.receive(piece), clock.advance);
      started.stop();
      if (lines.length > logLimit) broken ??= `${lines.length} lines of the log`;
      return broken;
    },
  };
}

function hear(
  input: Uint8Array,
  sizes: readonly number[],
  receive: (piece: Uint8Array) => void,
  advance: (ms: number) => void,
): void {
  let passedMs = 0;
  for (const piece of cut(input, sizes)) {
    receive(piece);
    // Long inputs come at once, in the end: a minute and a half is enough for anybody.
    if (passedMs < 30 * secondMs) advance(betweenMs);
    passedMs += betweenMs;
  }
  advance(60 * secondMs);
}

function modemDriver(): Target {
  return {
    ...bytesTarget(
      {
        name: 'the driver of the modem',
        corpus: modemLines.map(line),
        msPerKb: deviceMsPerKb,
        words: ['\r\nOK\r\n', '> '],
      },
      () => undefined,
    ),
    read(input, sizes) {
      const { clock, hand, driver, voice, log } = startModemAtWork();
      clock.advance(10 * secondMs);
      hear(input, sizes, (piece) => hand.receive(piece), clock.advance);
      driver.stop();
      voice.stop();
      return log.length > logLimit ? `${log.length} lines of the log` : undefined;
    },
  };
}

type FakeParts = ReturnType<typeof bench>['parts'];

/** Told whatever comes, and pulled out and put back after that, a fake answers a right question as before. */
function fake(
  name: string,
  corpus: readonly Uint8Array[],
  question: Uint8Array,
  answer: string,
  create: (parts: FakeParts) => { obey(line: 'unplug' | 'plug'): unknown },
): Target {
  return {
    ...bytesTarget({ name, corpus, msPerKb: deviceMsPerKb }, () => undefined),
    read(input, sizes) {
      const { clock, parts, open, heard } = bench();
      const { obey } = create(parts);
      clock.advance(secondMs);
      const end = open();
      clock.advance(secondMs);
      hear(input, sizes, (piece) => end.write(piece), clock.advance);
      obey('unplug');
      clock.advance(secondMs);
      obey('plug');
      clock.advance(60 * secondMs);
      const again = open();
      clock.advance(secondMs);
      heard();
      again.write(question);
      clock.advance(2 * secondMs);
      const said = heard();
      return said.length > 0 && said.includes(answer) ? undefined : `it answers no more: ${JSON.stringify(said)}`;
    },
  };
}

function bench() {
  const clock = createVirtualClock();
  const random = createSeededRandom(1);
  const memory = createMemoryLine({ clock, random });
  let text = '';
  const received = (bytes: Uint8Array): void => void (text += Buffer.from(bytes).toString('latin1'));
  return {
    clock,
    parts: { clock, random, connector: memory, line: memory.device },
    open: () => memory.openLine({ baudRate: 115_200 }, { opened: () => undefined, received, closed: () => undefined }),
    /** What was heard since it was last taken. */
    heard() {
      const said = text;
      text = '';
      return said;
    },
  };
}
