import { commandWords } from '#centre/commandWords.ts';
import { createCommands } from '#centre/commands.ts';
import { readSigned, signConfiguration } from '#centre/signedFile.ts';
import { makeKey } from '#centre/keys.ts';
import { createGnssDevice } from '#devices/gnss/gnssDevice.ts';
import { createModemDevice } from '#devices/modem/modemDevice.ts';
import { modemProfiles } from '#devices/modem/profiles.ts';
import { createRadarDevice } from '#devices/radar/radarDevice.ts';
import { parseRadioCommand } from '#devices/radio/commands.ts';
import { readTransmitters } from '#devices/radio/transmitters.ts';
import { createTagReader } from '#devices/tag-reader/tagReader.ts';
import { createUpsDevice } from '#devices/ups/upsDevice.ts';
import { parseDuration } from '#protocol/core/duration.ts';
import type { Result } from '#protocol/core/result.ts';
import { obeyWords } from '#protocol/core/words.ts';
import { readLine } from '#simulator/home/words.ts';
import { settle } from '#simulator/home/household.ts';
import { proxyWords } from '#simulator/network/proxyWords.ts';
import { createMemoryLine } from '#devices/line/memoryLine.ts';
import { createSeededRandom } from '#test/seededRandom.ts';
import { createVirtualClock } from '#test/virtualClock.ts';
import { bytesOf } from '#test/proof/fuzz/mutations.ts';
import { isShowable, isUnpolluted, type Target, textTarget } from '#test/proof/fuzz/target.ts';

const usualWords = ['help', 'fault silent', 'fault none', 'unplug', 'plug', 'quit', '-1', '1e9', '99999', '%'];

/** A line of a person's: what it does is done, or the problem says what was wrong. */
type Obey = (line: string) => Result<unknown, string>;

/** What a person types to programs that run, and the files that they read for it. */
export const wordTargets: readonly Target[] = [
  prompt('words for the radio', ['press pendant', 'battery door 10%', 'set pendant dbm -95', 'noise 12'], () => {
    const names = ['pendant', 'door', 'toString'];
    return (line) => parseRadioCommand(line, names);
  }),
  prompt('words for the modem', ['ring +46707123456', 'sms +46707123456 hello', 'signal -90', 'network lost'], () =>
    device((parts) => createModemDevice({ ...parts, profile: modemProfiles['sim7600e-h'] })),
  ),
  prompt('words for the positions', ['at 55.6050 13.0038', 'fix lost', 'speed 50', 'drive track.gpx'], () =>
    device(createGnssDevice),
  ),
  prompt('words for the tags', ['tag 62e3086ced', 'hold 62e3086ced', 'remove'], () => device(createTagReader)),
  prompt('words for the radar', ['presence moving', 'distance 150', 'energy 80'], () => device(createRadarDevice)),
  prompt('words for the supply', ['mains off', 'charge 15', 'load 20 %'], () => device(createUpsDevice)),
  prompt('words for the proxy', ['drop publish 0.5', 'delay 5s', 'cut before 3', 'throttle 2G', 'ok'], () => {
    const nothing = () => undefined;
    const counters = () => ({ connections: 0 }) as never;
    const proxy = {
      port: 1,
      isUp: () => true,
      down: nothing,
      up: nothing,
      watch: nothing,
      cut: nothing,
      reset: nothing,
    };
    const words = proxyWords({
      ...proxy,
      killHost: nothing,
      powerOff: nothing,
      counters,
      close: () => Promise.resolve(),
    });
    return (line) => obeyWords(words, line);
  }),
  prompt(
    'words for the home',
    ['press pendant', '- press: pendant', 'battery { charge: 15% }', 'network: { loss: 10% }', 'wait 5m', 'help press'],
    () => {
      const household = settle(undefined, 0);
      return (line) => readLine(line, household, ['pendant']);
    },
  ),
  prompt(
    'words for the centre',
    ['command hub-1 call { to: "+46123" } within 10m', 'configure hub-1 a.yaml', 'extract hub-1 a.csv from 2026-01-01'],
    () => centrePrompt(),
  ),
  textTarget(
    { name: 'durations', corpus: ['1h30m', '500ms', '3d', '0s'], words: ['d', 'h', 'ms', '9'.repeat(12)] },
    (text) => {
      const read = parseDuration(text);
      if (!read.ok) return undefined;
      return Number.isInteger(read.value) && read.value >= 0 ? undefined : `a duration of ${read.value} ms`;
    },
  ),
  textTarget(
    {
      name: 'transmitters',
      corpus: ['[{"name":"pendant","id":"00298979","profile":"F6-02-01","signalDbm":-60}]'],
      words: ['"kind":"x"', '[]', '"repeat":3'],
    },
    (text) => {
      const value = jsonOf(text);
      const read = value === undefined ? undefined : readTransmitters(value);
      return read === undefined || read.ok ? undefined : isShowable(read.problem, 20_000);
    },
  ),
  signedFiles(),
];

function prompt(name: string, corpus: readonly string[], open: () => Obey): Target {
  const words = [...usualWords, ...corpus.flatMap((line) => line.split(' '))];
  return textTarget({ name, corpus, words, worst: { spaces: bytesOf(' '), letters: bytesOf('a') } }, (text) => {
    const obey = open();
    for (const line of text.split('\n').slice(0, 20)) {
      const done = obey(line);
      const broken = done.ok ? undefined : isShowable(done.problem, 20_000);
      if (broken !== undefined) return broken;
    }
    return isUnpolluted();
  });
}

function device(create: (parts: ReturnType<typeof bench>) => { obey: Obey }): Obey {
  const parts = bench();
  const { obey } = create(parts);
  return (line) => {
    const done = obey(line);
    parts.clock.advance(10_000);
    return done;
  };
}

function bench() {
  const clock = createVirtualClock();
  const random = createSeededRandom(1);
  const line = createMemoryLine({ clock, random });
  const readTrack = () => ({ ok: true as const, value: [{ latitude: 1, longitude: 2 }] });
  return { clock, random, connector: line, line: line.device, readTrack };
}

function centrePrompt(): Obey {
  const sent: string[] = [];
  const send = (command: object): void => void sent.push(JSON.stringify(command));
  const commands = createCommands({ clock: createVirtualClock(), send, listener: () => undefined });
  const file = { append: () => undefined, close: () => undefined };
  const words = commandWords({
    commands,
    deliver: () => undefined,
    readFile: () => 'version: 2\n',
    createFile: () => file,
    tell: () => undefined,
  });
  return (line) => obeyWords(words, line, 4_000);
}

function signedFiles(): Target {
  const key = makeKey();
  const signing = { key, hubs: ['hub-0001', 'hub-0002'], nowMs: Date.UTC(2026, 0, 15) };
  const configuration = 'centre: { primary: { url: "mqtt://127.0.0.1:1883" } }\n';
  const signed = signConfiguration(signing, configuration, 3);
  const corpus = [configuration, signed.ok ? signed.value : ''];
  return textTarget(
    { name: 'files to be signed, and signed', corpus, words: ['\n', 'version: 3\n', 'url', '"v":1'], msPerKb: 25 },
    (text) => {
      const read = readSigned(text);
      if (!read.ok && isShowable(read.problem) !== undefined) return isShowable(read.problem);
      const again = signConfiguration(signing, text, 3);
      if (!again.ok) return isShowable(again.problem, 50 * 1_000);
      return readSigned(again.value).ok ? isUnpolluted() : 'what was signed cannot be read';
    },
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
