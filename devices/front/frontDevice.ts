import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  watch,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { type Result, success } from '#protocol/core/result.ts';
import { type Cancel, type Clock, secondMs } from '#protocol/core/time.ts';
import { encodeInput, inputTypes, keyValues } from '#protocol/evdev/event.ts';
import { keyCodes, type KeyName } from '#protocol/evdev/keys.ts';
import { type Answer, choice, obeyWords, type Words } from '#devices/words.ts';

/** The buttons of the fake, by the keys that a hub takes for them unless it is told otherwise. */
export const frontKeys = { alarm: 'KEY_PROG1', cancel: 'KEY_PROG2', presence: 'KEY_PROG3' } as const satisfies Record<
  string,
  KeyName
>;

type Button = keyof typeof frontKeys;

const buttons = ['alarm', 'cancel', 'presence'] as const satisfies readonly Button[];

const lamps = ['alarm', 'status'] as const;

const pressMs = 150;
/** How bright the fake's lamps can be, as a small PWM lamp. */
const brightest = 255;

export type FrontEvent =
  | { event: 'lamp'; lamp: string; brightness: number }
  /** The stand-in for aplay was given a sound of this length. */
  | { event: 'sound'; ms: number; file: string };

export interface FrontDeviceOptions {
  /** Where its lamps, buttons and sounds are; made when it is not there. */
  folder: string;
  clock: Clock;
  onEvent(event: FrontEvent): void;
}

export interface FrontDevice {
  obey(line: string): Result<Answer, string>;
  stop(): void;
}

/**
 * A fake front in a folder: `leds/<name>` as the kernel's LED class has them, `buttons` as an input device (a FIFO), and
 * `bin/aplay`, which keeps what it is given in `sounds`. Put `bin` first in the hub's PATH.
 */
export function createFrontDevice({ folder, clock, onEvent }: FrontDeviceOptions): FrontDevice {
  makeFolder(folder);
  // Open both ways: the hub may come and go without the FIFO coming to its end.
  const fifo = openSync(join(folder, 'buttons'), 'r+');
  const shown = new Map<string, number>();
  const heard = new Set<string>();
  const cancels = new Set<Cancel>();
  const watchers = [
    ...lamps.map((lamp) => watch(join(folder, 'leds', lamp), () => lookAtLamp(lamp))),
    watch(join(folder, 'sounds'), listen),
  ];

  function lookAtLamp(lamp: string): void {
    const text = readFileSync(join(folder, 'leds', lamp, 'brightness'), 'utf8');
    // Between truncation and writing it is empty.
    if (text === '' || shown.get(lamp) === Number(text)) return;
    shown.set(lamp, Number(text));
    onEvent({ event: 'lamp', lamp, brightness: Number(text) });
  }

  function listen(): void {
    for (const file of readdirSync(join(folder, 'sounds'))) {
      if (!file.endsWith('.wav') || heard.has(file)) continue;
      heard.add(file);
      onEvent({ event: 'sound', ms: lengthMs(readFileSync(join(folder, 'sounds', file))), file });
    }
  }

  function send(button: Button, value: number): void {
    writeSync(fifo, encodeInput({ type: inputTypes.key, code: keyCodes[frontKeys[button]], value }, clock.wallMs()));
    writeSync(fifo, encodeInput({ type: inputTypes.synchronise, code: 0, value: 0 }, clock.wallMs()));
  }

  function press(button: Button): Result<Answer, string> {
    send(button, keyValues.down);
    const cancel = clock.at(clock.monotonicMs() + pressMs, () => {
      cancels.delete(cancel);
      send(button, keyValues.up);
    });
    cancels.add(cancel);
    return success({ text: `${button} is pressed` });
  }

  const words: Words = {
    press: choice('press', buttons, 'a button goes down and up again', press),
    hold: choice('hold', buttons, 'a button goes down and stays down', (button) => {
      send(button, keyValues.down);
      return success({ text: `${button} is held` });
    }),
    release: choice('release', buttons, 'and comes up again', (button) => {
      send(button, keyValues.up);
      return success({ text: `${button} is released` });
    }),
  };

  return {
    obey: (line) => obeyWords(words, line),
    stop() {
      cancels.forEach((cancel) => cancel());
      watchers.forEach((watcher) => watcher.close());
      closeSync(fifo);
    },
  };
}

function makeFolder(folder: string): void {
  for (const lamp of lamps) {
    const led = join(folder, 'leds', lamp);
    mkdirSync(led, { recursive: true });
    writeFileSync(join(led, 'brightness'), '0\n');
    writeFileSync(join(led, 'max_brightness'), `${brightest}\n`);
    writeFileSync(join(led, 'trigger'), '[none] timer heartbeat\n');
  }
  rmSync(join(folder, 'buttons'), { force: true });
  execFileSync('mkfifo', ['-m', '600', join(folder, 'buttons')]);
  for (const made of ['bin', 'sounds']) mkdirSync(join(folder, made), { recursive: true });
  const sounds = join(folder, 'sounds');
  // A file that is whole gets its name; what is still written has none that is looked at.
  const player = `#!/bin/sh\nfile=$(mktemp '${sounds}/XXXXXXXX')\ncat > "$file"\nmv "$file" "$file.wav"\n`;
  writeFileSync(join(folder, 'bin/aplay'), player);
  chmodSync(join(folder, 'bin/aplay'), 0o755);
}

/** Of a WAV file with one `fmt ` and one `data` chunk, in milliseconds. */
function lengthMs(wave: Buffer): number {
  if (wave.length < 44) return 0;
  return Math.round((secondMs * wave.readUInt32LE(40)) / wave.readUInt32LE(28));
}
