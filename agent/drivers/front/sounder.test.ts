import { describe, expect, test } from 'vitest';
import { sounds } from '#agent/hub/devices.ts';
import { minuteMs, secondMs } from '#protocol/core/time.ts';
import { createVirtualClock } from '#test/virtualClock.ts';
import { createSounder } from './sounder.ts';
import { tonesOf } from './tones.ts';
import { renderWave } from './wave.ts';

function setUp() {
  const clock = createVirtualClock();
  const waves = new Map(sounds.map((sound) => [String(renderWave(tonesOf[sound], 50)), sound as string]));
  const story: string[] = [];
  const health: (string | undefined)[] = [];
  let end: (problem?: string) => void = () => {};
  const sounder = createSounder({
    clock,
    volumePercent: 50,
    play(wave, done) {
      const name = waves.get(String(wave)) ?? 'silence';
      story.push(name);
      end = done;
      return () => void story.push(`${name} cut off`);
    },
    onHealth: (problem) => void health.push(problem),
  });
  return { clock, sounder, health, end: (problem?: string) => end(problem), news: () => story.splice(0) };
}

describe('the sounder', () => {
  test('finds out at the start whether it can be heard, without a sound', () => {
    const { end, health, news } = setUp();
    expect(news()).toEqual(['silence']);
    end();
    expect(health).toEqual([undefined]);
  });

  test('plays one sound after the other', () => {
    const { sounder, end, news } = setUp();
    end();
    news();
    sounder.play('checked-in');
    sounder.play('range-test');
    expect(news()).toEqual(['checked-in']);
    end();
    expect(news()).toEqual(['range-test']);
  });

  test('only the newest waits: a beep that comes late says nothing true', () => {
    const { sounder, end, news } = setUp();
    end();
    news();
    sounder.play('checked-in');
    for (let telegram = 0; telegram < 100; telegram += 1) sounder.play('range-test');
    sounder.play('refused');
    end();
    end();
    expect(news()).toEqual(['checked-in', 'refused']);
  });

  test('an alarm is heard at once, whatever plays', () => {
    const { sounder, end, news } = setUp();
    end();
    news();
    sounder.play('camera');
    sounder.play('alarm');
    expect(news()).toEqual(['camera', 'camera cut off', 'alarm']);
  });

  test('the beeps of the cancel window end when the alarm is cancelled (B1.5)', () => {
    const { sounder, end, news } = setUp();
    end();
    news();
    sounder.play('cancel-window');
    sounder.play('cancelled');
    expect(news()).toEqual(['cancel-window', 'cancel-window cut off', 'cancelled']);
  });

  test('without a sound card it says so once, asks again in silence, and says when it is back', () => {
    const { clock, sounder, end, health, news } = setUp();
    end('no card');
    sounder.play('alarm');
    end('no card');
    expect(health).toEqual(['no card']);
    news();
    clock.advance(minuteMs);
    expect(news()).toEqual(['silence']);
    end();
    expect(health).toEqual(['no card', undefined]);
    clock.advance(10 * minuteMs);
    expect(news()).toEqual([]);
  });

  test('a player that hangs is given up, and what waits is played', () => {
    const { clock, sounder, end, health, news } = setUp();
    end();
    news();
    sounder.play('checked-in');
    sounder.play('checked-out');
    clock.advance(15 * secondMs);
    expect(news()).toEqual(['checked-in', 'checked-in cut off', 'checked-out']);
    expect(health.at(-1)).toContain('did not end');
  });

  test('a hub that stops is silent, and leaves nothing behind', () => {
    const { clock, sounder, end, news } = setUp();
    end();
    sounder.play('camera');
    news();
    sounder.stop();
    expect({ news: news(), waiting: clock.waiting() }).toEqual({ news: ['camera cut off'], waiting: 0 });
  });
});

describe('a sound as a file', () => {
  test('is a WAV that says how long it is, with a tone of the height that was asked for', () => {
    const wave = renderWave([{ hz: 500, ms: 1_000 }], 100);
    const view = new DataView(wave.buffer);
    expect(new TextDecoder('latin1').decode(wave.subarray(0, 4))).toBe('RIFF');
    expect(view.getUint32(4, true)).toBe(wave.length - 8);
    expect(view.getUint32(40, true)).toBe(wave.length - 44);
    const samples = Array.from({ length: 16_000 }, (_, index) => view.getInt16(44 + 2 * index, true));
    const rises = samples.filter((sample, index) => sample > 0 && (samples[index - 1] ?? 0) <= 0).length;
    expect(rises).toBe(500);
    expect(Math.max(...samples)).toBeGreaterThan(32_000);
  });

  test('is as loud as it may be', () => {
    const loudest = (volume: number): number => {
      const view = new DataView(renderWave([{ hz: 500, ms: 100 }], volume).buffer);
      return Math.max(...Array.from({ length: 1_600 }, (_, index) => view.getInt16(44 + 2 * index, true)));
    };
    expect(loudest(50) / loudest(100)).toBeCloseTo(0.5, 2);
  });

  test('lasts no longer than the sounder waits', () => {
    const lastsMs = sounds.map((sound) => tonesOf[sound].reduce((sum, { ms }) => sum + ms, 0));
    expect(Math.max(...lastsMs)).toBeLessThanOrEqual(10 * secondMs);
  });
});
