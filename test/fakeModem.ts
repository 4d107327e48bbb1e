import { createMemoryLine } from '#devices/line/memoryLine.ts';
import { createModemDevice } from '#devices/modem/modemDevice.ts';
import type { ModemEvent } from '#devices/modem/parts.ts';
import { type ModemProfileName, modemProfiles } from '#devices/modem/profiles.ts';
import { createSeededRandom } from './seededRandom.ts';
import { createVirtualClock } from './virtualClock.ts';

/** A fake modem on a line in memory, and a program that keeps the lines it hears. It begins without an echo. */
export function startFakeModem(profileName: ModemProfileName = 'sim7600e-h') {
  const clock = createVirtualClock();
  const random = createSeededRandom(7);
  const line = createMemoryLine({ clock, random, baudRate: 115_200 });
  const events: ModemEvent[] = [];
  const device = createModemDevice({
    line: line.device,
    clock,
    random,
    connector: line,
    profile: modemProfiles[profileName],
    onEvent: (event) => void events.push(event),
  });
  let heard = '';
  const received = (bytes: Uint8Array): void => void (heard += String.fromCharCode(...bytes));
  const open = () => line.openLine({ baudRate: 115_200 }, { opened() {}, received, closed() {} });
  let end = open();

  /** What was heard since it was last taken, without empty lines. */
  function takeHeard(): string[] {
    const lines = heard.split('\r\n').filter((text) => text !== '');
    heard = '';
    return lines;
  }

  function write(text: string): void {
    end.write(Uint8Array.from(text, (character) => character.charCodeAt(0)));
  }

  function ask(command: string, withinMs = 2_000): string[] {
    takeHeard();
    write(`${command}\r`);
    clock.advance(withinMs);
    return takeHeard();
  }

  clock.advance(0);
  ask('ATE0+CMEE=1');
  events.length = 0;
  return {
    clock,
    device,
    write,
    /** What the modem answers, and what it says meanwhile. */
    ask,
    /** Does what a line of words says; what the modem says within the time. */
    say(words: string, withinMs = 100): string[] {
      takeHeard();
      const done = device.obey(words);
      if (!done.ok) return [`refused: ${done.problem}`];
      clock.advance(withinMs);
      return takeHeard();
    },
    heard: takeHeard,
    /** Everything heard, as it came. */
    raw(): string {
      const all = heard;
      heard = '';
      return all;
    },
    /** What was told since it was last taken. */
    events,
    /** The same without the commands. */
    told: () => events.splice(0).filter(({ event }) => event !== 'command'),
    reopen() {
      end = open();
      clock.advance(0);
    },
  };
}
