import { describe, expect, test } from 'vitest';
import type { SessionSettings } from '#agent/lines/session.ts';
import { hourMs, minuteMs, secondMs } from '#protocol/core/time.ts';
import { encodeAcknowledgement, encodeFirmware, encodeParameters } from '#protocol/ld2410/acknowledgements.ts';
import { type Command, commandWords, decodeCommand, type Limits } from '#protocol/ld2410/commands.ts';
import { createRadarFramer, frameIn } from '#protocol/ld2410/framer.ts';
import { encodeReport, type TargetState } from '#protocol/ld2410/report.ts';
import { encodeFrame } from '#protocol/ld2410/writer.ts';
import { createHandLine } from '#test/handLine.ts';
import { createLogRecorder } from '#test/logRecorder.ts';
import { createVirtualClock } from '#test/virtualClock.ts';
import { startRadar } from './radar.ts';
import { answerTimeoutMs, tryAgainMs, wantedLimits } from './settingUp.ts';

const nothing = new Uint8Array(0);
const noTarget = { distanceCm: 0, energy: 0 };
const sensitivities = { movingSensitivities: Array<number>(9).fill(20), stillSensitivities: Array<number>(9).fill(25) };

type Answer = { success: boolean; value: Uint8Array } | undefined;

/** A driver on a line, with a module at its other end that reports and answers until a test says otherwise. */
function setUp(limits: Limits = { ...wantedLimits, noOneSeconds: 60 }, settings: Partial<SessionSettings> = {}) {
  const clock = createVirtualClock();
  const hand = createHandLine(clock);
  const recorder = createLogRecorder();
  const story: string[] = [];
  const commands: string[] = [];
  const module = {
    limits,
    state: 'none' as TargetState,
    reports: true,
    inConfiguration: false,
    answer: (command: Command): Answer => {
      if (command.command === 'enable-configuration') module.inConfiguration = true;
      if (command.command === 'end-configuration' || command.command === 'restart') module.inConfiguration = false;
      if (command.command === 'set-limits') module.limits = command;
      if (command.command === 'read-firmware') {
        return { success: true, value: encodeFirmware({ version: 'V1.07.22091516' }) };
      }
      if (command.command !== 'read-parameters') return { success: true, value: nothing };
      return { success: true, value: encodeParameters({ ...module.limits, ...sensitivities }) };
    },
  };
  const framer = createRadarFramer();
  hand.onWrite = (bytes) => {
    for (const item of framer.push(bytes)) {
      const read = item.kind === 'frame' ? decodeCommand(frameIn(item.bytes)) : undefined;
      if (read?.ok !== true || read.value.command === 'other') throw new Error('the driver sent no command');
      const { value: command } = read;
      commands.push(command.command);
      const answer = module.answer(command);
      if (answer === undefined) continue;
      const frame = encodeAcknowledgement({ word: commandWords[command.command], ...answer });
      clock.at(clock.monotonicMs() + 10, () => hand.receive(encodeFrame(frame)));
    }
  };
  function report(): void {
    clock.at(clock.monotonicMs() + 100, report);
    if (module.inConfiguration || !module.reports) return;
    const { state } = module;
    hand.receive(encodeFrame(encodeReport({ state, moving: noTarget, still: noTarget, distanceCm: 0 })));
  }
  report();
  const radar = startRadar({
    openLine: hand.openLine,
    clock,
    log: recorder.log,
    listener: {
      presence: (present) => void story.push(present ? 'present' : 'gone'),
      movement: () => void story.push('moves'),
      failing: (reason) => void story.push(`failing: ${reason}`),
      well: () => void story.push('well'),
    },
    settings,
  });
  const news = (): string[] => story.splice(0);
  const asked = (): string[] => commands.splice(0);
  return { clock, hand, module, radar, news, asked, log: recorder.lines };
}

const wholeSetUp = [
  'enable-configuration',
  'read-firmware',
  'read-parameters',
  'set-limits',
  'read-parameters',
  'engineering-off',
  'end-configuration',
];
const shortSetUp = wholeSetUp.filter((command) => command !== 'set-limits').toSpliced(2, 1);

describe('the radar', () => {
  test('is opened at its rate, set up, read back, and well when it reports', () => {
    const { clock, hand, module, radar, news, asked } = setUp();
    clock.advance(2 * secondMs);
    expect(hand.lastSettings()).toMatchObject({ baudRate: 256_000 });
    expect(asked()).toEqual(wholeSetUp);
    expect(module.limits).toMatchObject(wantedLimits);
    expect(news()).toEqual(['well']);
    expect(radar.counters()).toMatchObject({ setUps: 1, failedSetUps: 0, answersOutOfTurn: 0 });
  });

  test('that is as wanted already is not written to: its memory wears', () => {
    const { clock, asked } = setUp(wantedLimits);
    clock.advance(2 * secondMs);
    expect(asked()).toEqual(shortSetUp);
  });

  test('is asked nothing more as long as it reports', () => {
    const { clock, asked, news } = setUp();
    clock.advance(2 * secondMs);
    asked();
    clock.advance(hourMs);
    expect(asked()).toEqual([]);
    expect(news()).toEqual(['well']);
  });

  test('tells who comes, moves and goes', () => {
    const { clock, module, news } = setUp();
    clock.advance(2 * secondMs);
    news();
    module.state = 'moving';
    clock.advance(secondMs);
    module.state = 'none';
    clock.advance(minuteMs);
    expect(news()).toEqual(['present', 'moves', 'gone']);
  });

  test('that answers no command but reports is well, guards, and is tried again each minute with one warning', () => {
    const { clock, module, news, asked, log, radar } = setUp();
    module.answer = () => undefined;
    module.state = 'still';
    clock.advance(10 * minuteMs);
    expect(news()).toEqual(['well', 'present']);
    const tries = asked().filter((command) => command === 'enable-configuration');
    expect(tries).toHaveLength(Math.ceil((10 * minuteMs) / (tryAgainMs + answerTimeoutMs)));
    expect(log.filter(({ level }) => level === 'warn')).toHaveLength(1);
    expect(radar.counters()).toMatchObject({ setUps: 0, failedSetUps: tries.length });
  });

  test.each(wholeSetUp)('that refuses %s is let out of configuration, and guards', (refused) => {
    const { clock, module, news, asked } = setUp();
    const { answer } = module;
    module.answer = (command) => {
      const answered = answer(command);
      return command.command === refused ? { success: false, value: nothing } : answered;
    };
    clock.advance(5 * secondMs);
    expect(asked().at(-1)).toBe('end-configuration');
    expect(news()).toEqual(['well']);
  });

  test('that is not as it was told to be is a warning that says what is wrong', () => {
    const { clock, module, log } = setUp();
    const { answer } = module;
    module.answer = (command) =>
      command.command === 'set-limits' ? { success: true, value: nothing } : answer(command);
    clock.advance(5 * secondMs);
    expect(log.filter(({ level }) => level === 'warn').map(({ fields }) => fields['problem'])).toEqual([
      'noOneSeconds is 60, not 5',
    ]);
  });

  test('that was left in configuration reports again', () => {
    const { clock, module, news } = setUp();
    module.inConfiguration = true;
    clock.advance(2 * secondMs);
    expect(news()).toEqual(['well']);
  });

  test('that restarts is not missed, and nobody is taken for gone meanwhile', () => {
    const { clock, module, news } = setUp();
    module.state = 'still';
    clock.advance(2 * secondMs);
    module.reports = false;
    clock.advance(secondMs);
    module.reports = true;
    module.state = 'none';
    clock.advance(secondMs);
    module.state = 'still';
    clock.advance(minuteMs);
    expect(news()).toEqual(['well', 'present']);
  });

  test('that answers and reports nothing is restarted, opened anew and failing; and well when it reports', () => {
    const { clock, hand, module, news, asked } = setUp();
    clock.advance(2 * secondMs);
    asked();
    news();
    module.reports = false;
    clock.advance(20 * secondMs);
    expect(asked().filter((command) => command === 'restart')).toHaveLength(1);
    expect(hand.story).toEqual(['opened', 'closed', 'opened']);
    expect(news()).toEqual(['failing: no answer, not after reset, reopen either']);
    module.reports = true;
    clock.advance(20 * secondMs);
    expect(news()).toEqual(['well']);
  });

  test('that is pulled out is failing after ten seconds, and set up again when it is back', () => {
    const { clock, hand, news, asked } = setUp();
    clock.advance(2 * secondMs);
    news();
    asked();
    hand.unplug();
    clock.advance(9 * secondMs);
    expect(news()).toEqual([]);
    clock.advance(2 * secondMs);
    expect(news()).toEqual(['failing: unplugged']);
    hand.plug();
    clock.advance(5 * secondMs);
    expect(asked()).toEqual(shortSetUp);
    expect(news()).toEqual(['well']);
  });

  test('is set up anew on a line that is back before the last question was given up', () => {
    const { clock, hand, module, radar } = setUp(wantedLimits, { reopenEveryMs: 10 });
    const { answer } = module;
    module.answer = () => undefined;
    clock.advance(100);
    module.answer = answer;
    hand.unplug();
    hand.plug();
    clock.advance(200);
    expect(radar.counters()).toMatchObject({ setUps: 1, failedSetUps: 0 });
  });

  test('is not believed when its line carries what no module says', () => {
    const { clock, hand, module, news, radar } = setUp();
    module.reports = false;
    const sound = encodeReport({ state: 'moving', moving: noTarget, still: noTarget, distanceCm: 0 });
    const impossible = encodeFrame({ kind: 'report', data: sound.data.with(2, 0x83) });
    for (let round = 0; round < 200; round += 1) {
      hand.receive(impossible);
      clock.advance(100);
    }
    expect(news()).toEqual(['failing: no answer, not after reset, reopen either']);
    expect(radar.counters().reports).toBe(0);
    // Those that came while the line was opened anew are nobody's.
    expect(radar.counters().undecodable).toBeGreaterThan(150);
  });

  test('pays for a noisy line with counters, and one debug line a minute', () => {
    const { clock, hand, radar, log } = setUp();
    clock.advance(2 * secondMs);
    const before = log.length;
    for (let round = 0; round < 600; round += 1) {
      hand.receive(new Uint8Array(100).fill(round));
      clock.advance(secondMs);
    }
    expect(log.slice(before).filter(({ level }) => level !== 'debug')).toEqual([]);
    expect(log.length - before).toBeLessThanOrEqual(11);
    expect(Object.values(radar.counters().discardedBytes).reduce((sum, bytes) => sum + bytes, 0)).toBe(60_000);
  });

  test('counts answers that nobody waits for, and takes them for nothing', () => {
    const { clock, hand, radar, news } = setUp();
    clock.advance(2 * secondMs);
    const late = encodeAcknowledgement({ word: commandWords.restart, success: true, value: nothing });
    hand.receive(encodeFrame(late));
    expect(radar.counters().answersOutOfTurn).toBe(1);
    expect(news()).toEqual(['well']);
  });

  test.each([0, 25, 5_000])('leaves nothing behind when it is stopped after %i ms', (afterMs) => {
    const { clock, module, radar, news } = setUp();
    module.state = 'moving';
    if (afterMs > 0) module.answer = () => undefined;
    clock.advance(afterMs);
    radar.stop();
    news();
    clock.advance(minuteMs);
    // What waits is the module's next report.
    expect({ news: news(), waiting: clock.waiting() }).toEqual({ news: [], waiting: 1 });
  });
});
