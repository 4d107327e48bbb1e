import type { Sound } from '#agent/hub/devices.ts';

/** A tone, or with 0 Hz a pause. */
export interface Tone {
  hz: number;
  ms: number;
}

/** Notes of the scale, so that sounds are told apart by their melody too: an old ear hears deep tones better. */
const low = 523;
const middle = 659;
const high = 784;

const pause = (ms: number): Tone => ({ hz: 0, ms });
const tone = (hz: number, ms: number): Tone => ({ hz, ms });
const again = (times: number, tones: readonly Tone[]): Tone[] => Array.from({ length: times }, () => tones).flat();

/** What each sound of the hub sounds like. */
export const tonesOf: Readonly<Record<Sound, readonly Tone[]>> = {
  alarm: again(3, [tone(high, 300), tone(middle, 300), pause(100)]),
  acknowledged: [tone(low, 200), tone(middle, 200), tone(high, 400)],
  'cancel-window': again(10, [tone(middle, 150), pause(850)]),
  cancelled: [tone(high, 200), tone(low, 400)],
  'checked-in': [tone(low, 150), tone(high, 250)],
  'checked-out': [tone(high, 150), tone(low, 250)],
  refused: again(3, [tone(low, 120), pause(80)]),
  camera: again(2, [tone(low, 400), tone(middle, 400), tone(low, 400), pause(300)]),
  call: again(2, [tone(middle, 400), pause(200)]),
  'range-test': [tone(high, 80)],
  enrolled: [tone(low, 120), tone(middle, 120), tone(low, 120)],
};

/** In words, for the table in the documents: "up", "three low beeps". */
export const toneWords: Readonly<Record<Sound, string>> = {
  alarm: 'high and deep in turn, three times',
  acknowledged: 'three tones upwards',
  'cancel-window': 'a beep every second, ten times',
  cancelled: 'two tones downwards, the second one long',
  'checked-in': 'two short tones upwards',
  'checked-out': 'two short tones downwards',
  refused: 'three short deep beeps',
  camera: 'a slow rise and fall, twice',
  call: 'two long tones',
  'range-test': 'one short high beep',
  enrolled: 'up and down, fast',
};

/** These are heard at once, whatever else plays: who has cancelled an alarm must not hear its beeps go on. */
export const urgent: ReadonlySet<Sound> = new Set(['alarm', 'cancel-window', 'cancelled', 'acknowledged', 'call']);
