import { expect, test } from 'vitest';
import { createModem } from '#agent/drivers/modem/modem.ts';
import type { Modem, ModemListener } from '#agent/hub/devices.ts';
import { createMemoryLine } from '#devices/line/memoryLine.ts';
import { createModemDevice } from '#devices/modem/modemDevice.ts';
import { simPin } from '#devices/modem/sim.ts';
import { cmeNumbers } from '#protocol/at/responseErrors.ts';
import { minuteMs, secondMs } from '#protocol/core/time.ts';
import { startHubAtWork } from '#test/hubAtWork.ts';
import { createLogRecorder } from '#test/logRecorder.ts';
import { createSeededRandom } from '#test/seededRandom.ts';
import { summarize } from '#test/summary.ts';
import { breaking } from './deviceBench.ts';

const wrongPin = '9876';

/** A whole hub brings up a modem whose card asks for its PIN; at one byte of what they say something goes wrong. */
function story(pin: string, at: number, wrong: readonly string[], right: readonly string[]) {
  let listener: ModemListener | undefined;
  const driver: { opened?: Modem } = {};
  const hub = startHubAtWork(
    { modem: { pin } },
    {
      openModem(opened) {
        listener = opened;
        return {
          enterPin: (entered, outcome) => driver.opened?.enterPin(entered, outcome),
          recover: (step) => driver.opened?.recover(step),
          sendMessage: (id, to, text) => driver.opened?.sendMessage(id, to, text),
          stop: () => driver.opened?.stop(),
        };
      },
    },
  );
  const { clock } = hub;
  const random = createSeededRandom(11);
  const memory = createMemoryLine({ clock, random });
  const line = breaking(memory.device, at, () => wrong.forEach((words) => device.obey(words)));
  /** What the modem says, whether it arrives or not, and what it hears. */
  let said = '';
  let heard = '';
  const telling = {
    onReceived: (handler: (bytes: Uint8Array) => void) =>
      line.onReceived((bytes) => {
        heard += String.fromCodePoint(...bytes);
        handler(bytes);
      }),
    write(bytes: Uint8Array) {
      said += String.fromCodePoint(...bytes);
      line.write(bytes);
    },
  };
  const device = createModemDevice({ line: telling, clock, random, connector: memory });
  device.obey('sim pin');
  let isServed = false;
  const parts = { openLine: memory.openLine, clock, log: createLogRecorder().log };
  driver.opened = createModem(parts).openModem({
    ...listener,
    status(status) {
      isServed = status.sim === 'ready' && status.registration === 'home';
      listener?.status(status);
    },
  } as ModemListener);
  clock.advance(30 * secondMs);
  right.forEach((words) => device.obey(words));
  clock.advance(10 * minuteMs);
  const faults = hub.records().filter(({ report, stc }) => report === 'fault' && stc === 67).length;
  // A PIN that was on its way when the modem lost its power was not judged: the driver sees it by the tries left.
  const judgedWrong = said.split(`+CME ERROR: ${cmeNumbers.incorrectPassword}`).length - 1;
  device.stop();
  hub.close();
  const given = heard.split(`CPIN="${pin}"\r`).length - 1;
  return { given, judgedWrong, isServed, faults };
}

/** From before the hub asks for the state of the card until the card is open. */
const places = Array.from({ length: 220 }, (_, index) => 250 + index);

test.each([
  ['pulled out', ['unplug'], ['plug']],
  ['silent', ['fault silent'], ['fault none']],
  ['restarting', ['reboot'], []],
] as const)(
  'the card judges a wrong PIN once at most, at any byte that the modem is %s (B7.2)',
  (name, wrong, right) => {
    const failed = places.flatMap((at) => {
      const { given, judgedWrong, isServed } = story(wrongPin, at, wrong, right);
      // One that is silent may judge all the same, so that what it was given counts.
      const tries = name === 'silent' ? given : judgedWrong;
      return tries <= 1 && !isServed ? [] : [{ at, given, judgedWrong, isServed }];
    });
    expect(failed).toEqual([]);
    const lived = places.map((at) => ({ at, ...story(simPin, at, wrong, right) }));
    // Of a PIN whose outcome was never heard nobody knows whether it was right: it is a fault and not tried again.
    expect(lived.filter(({ isServed, faults }) => !isServed && faults === 0)).toEqual([]);
    const unheard = lived.filter(({ isServed }) => !isServed).length;
    summarize('worst wires', [
      `a modem ${name} at each of ${places.length} bytes while its PIN is asked for: the card judged a wrong one once at most; the right one served ${places.length - unheard} times, a fault ${unheard} times`,
    ]);
  },
);
