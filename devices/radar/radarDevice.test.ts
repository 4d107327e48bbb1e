import { describe, expect, test } from 'vitest';
import { decodeAcknowledgement, decodeFirmware, decodeParameters } from '#protocol/ld2410/acknowledgements.ts';
import { type Command, encodeCommand } from '#protocol/ld2410/commands.ts';
import { createRadarFramer, frameIn } from '#protocol/ld2410/framer.ts';
import { decodeReport, type Report } from '#protocol/ld2410/report.ts';
import { encodeFrame } from '#protocol/ld2410/writer.ts';
import { createMemoryLine } from '#devices/line/memoryLine.ts';
import { createSeededRandom } from '#test/seededRandom.ts';
import { createVirtualClock } from '#test/virtualClock.ts';
import { radarProfiles } from './profiles.ts';
import { createRadarDevice, type RadarEvent, startMs } from './radarDevice.ts';

/** A radar on a line in memory, and a host that keeps what it hears. */
function setUp(profile = radarProfiles.ld2410b as (typeof radarProfiles)[keyof typeof radarProfiles]) {
  const clock = createVirtualClock();
  const random = createSeededRandom(5);
  const line = createMemoryLine({ clock, random, baudRate: 256_000 });
  const events: RadarEvent[] = [];
  const onEvent = (event: RadarEvent): void => void events.push(event);
  const radar = createRadarDevice({ line: line.device, clock, random, connector: line, profile, onEvent });
  const framer = createRadarFramer();
  const reports: Report[] = [];
  const answers: ReturnType<typeof decodeAcknowledgement>[] = [];
  const received = (bytes: Uint8Array): void => {
    for (const item of framer.push(bytes)) {
      if (item.kind !== 'frame') continue;
      const frame = frameIn(item.bytes);
      const report = decodeReport(frame);
      if (report.ok) reports.push(report.value);
      else answers.push(decodeAcknowledgement(frame));
    }
  };
  const open = () => line.openLine({ baudRate: 256_000 }, { opened() {}, received, closed() {} });
  let end = open();
  clock.advance(0);
  reports.length = 0;
  return {
    clock,
    radar,
    events,
    reports,
    reopen() {
      end = open();
      clock.advance(0);
    },
    say(words: string): string {
      const done = radar.obey(words);
      return done.ok ? done.value.text : done.problem;
    },
    ask(command: Command) {
      answers.length = 0;
      end.write(encodeFrame(encodeCommand(command)));
      clock.advance(1);
      const [answer] = answers;
      return answer?.ok === true ? answer.value : undefined;
    },
    /** What it reports over the time. */
    states(forMs: number): string[] {
      reports.length = 0;
      clock.advance(forMs);
      return reports.map(({ state }) => state);
    },
  };
}

describe('a fake radar', () => {
  test('reports ten times a second who is there, how far away, and how well it sees them', () => {
    const { clock, say, reports } = setUp();
    say('presence moving');
    say('distance 200cm');
    say('energy 70');
    clock.advance(1_000);
    expect(reports).toHaveLength(10);
    expect(reports.at(-1)).toEqual({
      state: 'moving',
      moving: { distanceCm: 200, energy: 70 },
      still: { distanceCm: 0, energy: 0 },
      distanceCm: 200,
    });
  });

  test('holds on to who was there for five seconds, as its maker set it', () => {
    const { say, states } = setUp();
    say('presence still');
    states(500);
    say('presence none');
    expect(states(4_900).every((state) => state === 'still')).toBe(true);
    expect(states(1_000).at(-1)).toBe('none');
  });

  test('sees nobody who is farther away than it looks, or reflects less than it is told to see', () => {
    const { say, ask, states } = setUp();
    ask({ command: 'enable-configuration' });
    ask({ command: 'set-limits', farthestMovingGate: 2, farthestStillGate: 2, noOneSeconds: 0 });
    ask({ command: 'set-sensitivity', gate: 1, moving: 60, still: 60 });
    ask({ command: 'end-configuration' });
    say('presence moving');
    say('distance 300');
    expect(states(200)).toEqual(['none', 'none']);
    say('distance 100');
    expect(states(200)).toEqual(['moving', 'moving']);
    say('energy 60');
    expect(states(200)).toEqual(['none', 'none']);
  });

  test('takes commands between enable and end only, and reports nothing then', () => {
    const { ask, states } = setUp();
    expect(ask({ command: 'read-firmware' })).toMatchObject({ success: false });
    expect(ask({ command: 'enable-configuration' })).toMatchObject({ value: Uint8Array.of(1, 0, 64, 0) });
    expect(states(1_000)).toEqual([]);
    expect(ask({ command: 'read-firmware' })).toMatchObject({ success: true });
    expect(ask({ command: 'other', word: 0x77, value: new Uint8Array(0) })).toMatchObject({ success: false });
    expect(ask({ command: 'set-sensitivity', gate: 9, moving: 1, still: 1 })).toMatchObject({ success: false });
    expect(ask({ command: 'end-configuration' })).toMatchObject({ success: true });
    expect(states(1_000)).toHaveLength(10);
  });

  test.each(Object.values(radarProfiles))('says what it is: $title', (profile) => {
    const { ask } = setUp(profile);
    ask({ command: 'enable-configuration' });
    const answer = ask({ command: 'read-firmware' });
    expect(answer && decodeFirmware(answer)).toEqual({ ok: true, value: { version: profile.version } });
  });

  test('adds the energies of its gates when it is told to', () => {
    const { say, ask, clock, reports } = setUp();
    say('presence still');
    ask({ command: 'enable-configuration' });
    ask({ command: 'engineering-on' });
    ask({ command: 'end-configuration' });
    clock.advance(200);
    expect(reports.at(-1)?.engineering?.stillEnergies).toEqual([0, 0, 80, 0, 0, 0, 0, 0, 0]);
  });

  test('keeps its parameters over a restart, and nothing else', () => {
    const { ask, states, clock, reports } = setUp();
    ask({ command: 'enable-configuration' });
    ask({ command: 'engineering-on' });
    ask({ command: 'set-limits', farthestMovingGate: 3, farthestStillGate: 4, noOneSeconds: 7 });
    expect(ask({ command: 'restart' })).toMatchObject({ success: true });
    expect(states(startMs - 2)).toEqual([]);
    clock.advance(200);
    expect(reports.at(-1)).toMatchObject({ state: 'none' });
    expect(reports.at(-1)?.engineering).toBeUndefined();
    ask({ command: 'enable-configuration' });
    const kept = ask({ command: 'read-parameters' });
    expect(kept && decodeParameters(kept)).toMatchObject({ value: { farthestStillGate: 4, noOneSeconds: 7 } });
  });

  test('is as its maker left it after a factory reset and a restart', () => {
    const { ask, clock } = setUp();
    ask({ command: 'enable-configuration' });
    ask({ command: 'set-limits', farthestMovingGate: 3, farthestStillGate: 4, noOneSeconds: 7 });
    ask({ command: 'set-sensitivity', gate: 'all', moving: 1, still: 2 });
    ask({ command: 'factory-reset' });
    ask({ command: 'restart' });
    clock.advance(startMs);
    ask({ command: 'enable-configuration' });
    const kept = ask({ command: 'read-parameters' });
    expect(kept && decodeParameters(kept)).toMatchObject({
      value: { farthestMovingGate: 8, noOneSeconds: 5, movingSensitivities: [50, 50, 40, 30, 20, 15, 15, 15, 15] },
    });
  });

  test('is gone when it is unplugged; plugged in, it starts, reports, and has forgotten who was there', () => {
    const { say, states, reopen, clock } = setUp();
    say('presence moving');
    states(500);
    say('unplug');
    say('presence none');
    expect(states(1_000)).toEqual([]);
    say('plug');
    reopen();
    clock.advance(startMs);
    expect(states(1_000)).toEqual(Array<string>(10).fill('none'));
  });

  test('misbehaves until it is told not to', () => {
    const { say, ask, states } = setUp();
    say('fault silent');
    expect(ask({ command: 'enable-configuration' })).toBeUndefined();
    say('fault none');
    ask({ command: 'end-configuration' });
    say('fault reboot-in-command');
    expect(ask({ command: 'enable-configuration' })).toBeUndefined();
    expect(states(startMs - 2)).toEqual([]);
    expect(states(1_000)).toHaveLength(10);
  });

  test('tells whoever watches what the hub asked, and what was no command', () => {
    const { ask, events, clock, say } = setUp();
    ask({ command: 'enable-configuration' });
    ask({ command: 'set-baud-rate', baudRate: 9_600 });
    clock.advance(1_000);
    expect(events.map((event) => (event.event === 'command' ? event.asked : event.event))).toEqual([
      'enable-configuration',
      'set-baud-rate',
    ]);
    expect(say('presence sleeping')).toContain('known are moving, still, none');
    expect(say('distance 900')).toContain('from 0 to 675 cm');
  });

  test('leaves nothing behind when it is stopped', () => {
    const { clock, radar, say } = setUp();
    say('fault babbling');
    radar.stop();
    clock.advance(10);
    expect(clock.waiting()).toBe(0);
  });
});
