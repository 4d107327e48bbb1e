import { failure, type Result, success } from '#protocol/core/result.ts';
import type { Clock, Random } from '#protocol/core/time.ts';
import type { TelegramContent } from '#protocol/esp3/telegram.ts';
import { randomBytes } from '#devices/behaviours/faults.ts';
import type { Connector, DeviceEnd } from '#devices/line/wire.ts';
import { type Answer, misbehave } from '#devices/words.ts';
import { createAir, underWayLimit } from './air.ts';
import { type RadioCommand, radioHelp } from './commands.ts';
import { type RadioProfile, radioProfiles } from './profiles.ts';
import { createReceiver } from './receiver.ts';
import { contentOf, contentOfEvent, packetOf, quietSaying, sayingsOf } from './telegrams.ts';
import { defaultTransmitters, stranger, type Transmitter } from './transmitters.ts';

/** From a button going down to its going up again. */
export const pressMs = 150;

/** What the device tells whoever watches it. */
export type RadioEvent =
  /** The receiver hands a telegram to its host. `copy` counts repeaters' copies, 0 is the original. */
  | { event: 'telegram'; from: string; what: string; copy: number; bytes: Uint8Array }
  /** A telegram reached a receiver that is unplugged or restarting. */
  | { event: 'missed'; from: string; what: string; copy: number; bytes: Uint8Array }
  | { event: 'command'; asked: string; bytes: Uint8Array }
  | { event: 'discarded'; reason: string; bytes: Uint8Array }
  | { event: 'restarted' | 'plugged' | 'unplugged' };

export interface RadioDeviceOptions {
  line: DeviceEnd;
  clock: Clock;
  random: Random;
  /** Default: {@link defaultTransmitters}. The stranger is there in any case. */
  transmitters?: readonly Transmitter[];
  /** Default: USB 300. */
  profile?: RadioProfile;
  /** What `unplug` and `plug` pull out and put back; without it the receiver is screwed down. */
  connector?: Connector;
  onEvent?(event: RadioEvent): void;
}

export interface RadioDevice {
  /** Does what it is told; the problem is for people. What can be done at once is done when it returns. */
  perform(command: RadioCommand): Result<Answer, string>;
  /** The names of the transmitters that commands may be about. */
  names(): readonly string[];
  /** Calls `settled` when no telegram is on its way any more; at once when none is. */
  whenSettled(settled: () => void): void;
}

type Named = Extract<RadioCommand, { name: string }>;
type Spoken = Exclude<Named, { word: 'set' | 'half' | 'alive' }>;

/**
 * A fake EnOcean receiver (ESP3) and the transmitters around it. The wire is `line`; the receiver (receiver.ts) decodes
 * and answers with the real codec; faults stand in front of it (devices/behaviours).
 */
export function createRadioDevice(options: RadioDeviceOptions): RadioDevice {
  const { random, connector } = options;
  const transmitters = new Map(
    [...(options.transmitters ?? defaultTransmitters), stranger].map((one) => [one.name, { ...one }]),
  );
  const last = new Map<string, Result<TelegramContent, string>>();
  const tell = (event: RadioEvent): void => options.onEvent?.(event);
  const air = createAir(options);
  const receiver = createReceiver({
    ...options,
    profile: options.profile ?? radioProfiles.usb300,
    onCommand: (asked, bytes) => tell({ event: 'command', asked, bytes }),
    onDiscarded: (reason, bytes) => tell({ event: 'discarded', reason, bytes }),
    onRestarted: () => tell({ event: 'restarted' }),
  });

  function transmit(transmitter: Transmitter, content: TelegramContent, what: string, delayMs = 0): void {
    if (transmitter.silent) return;
    air.carry(delayMs, transmitter.repeat, (copy) => {
      arrive(transmitter.name, what, copy, packetOf(transmitter, content, copy));
    });
  }

  function arrive(from: string, what: string, copy: number, bytes: Uint8Array): void {
    const event = receiver.handOver(bytes) ? 'telegram' : 'missed';
    tell({ event, from, what, copy, bytes });
  }

  /** The same again, or that all is quiet; a device that has nothing to say of itself is silent. */
  function speakAgain(transmitter: Transmitter): Result<Answer, string> {
    const quiet = quietSaying(transmitter);
    const content = last.get(transmitter.name) ?? (quiet && contentOf(transmitter, quiet));
    if (content === undefined) return failure(`${transmitter.name} (${transmitter.profile}) says nothing by itself`);
    if (!content.ok) return content;
    transmit(transmitter, content.value, 'alive');
    return success({ text: `${transmitter.name}: alive` });
  }

  function speak(transmitter: Transmitter, command: Spoken): Result<Answer, string> {
    const content = contentOfCommand(transmitter, command);
    if (!content.ok) return content;
    if (!air.hasRoomFor(2 * transmitter.repeat)) {
      return failure(`${underWayLimit} telegrams are on their way already; try again when they have arrived`);
    }
    transmit(transmitter, content.value, command.word);
    if (lastingWords.has(command.word)) last.set(transmitter.name, content);
    const release = contentOf(transmitter, 'release');
    if (command.word === 'press' && release.ok) transmit(transmitter, release.value, 'release', pressMs);
    return success({ text: `${transmitter.name}: ${transmitter.silent ? 'is silent' : command.word}` });
  }

  function speakHalf(transmitter: Transmitter): Result<Answer, string> {
    const content = contentOf(transmitter, sayingsOf(transmitter)[0] ?? 'teach-in');
    if (!content.ok) return content;
    const whole = packetOf(transmitter, content.value, 0);
    if (!transmitter.silent) arrive(transmitter.name, 'half', 0, whole.slice(0, Math.floor(whole.length / 2)));
    return success({ text: `${transmitter.name}: half a telegram` });
  }

  function performNamed(command: Named): Result<Answer, string> {
    const transmitter = transmitters.get(command.name);
    if (transmitter === undefined) return failure(`there is no transmitter ${JSON.stringify(command.name)}`);
    if (command.word === 'half') return speakHalf(transmitter);
    if (command.word === 'alive') return speakAgain(transmitter);
    if (command.word !== 'set') return speak(transmitter, command);
    Object.assign(transmitter, command.setting);
    return success(listing([transmitter]));
  }

  function plug(on: boolean): Result<Answer, string> {
    if (connector === undefined) return failure('this receiver has no connector to pull');
    receiver.power(on);
    if (on) connector.plug();
    else connector.unplug();
    tell({ event: on ? 'plugged' : 'unplugged' });
    return success({ text: on ? 'the receiver is plugged in' : 'the receiver is unplugged' });
  }

  return {
    perform(command) {
      switch (command.word) {
        case 'unplug':
        case 'plug':
          return plug(command.word === 'plug');
        case 'fault':
          return misbehave(receiver.front, command.fault);
        case 'noise':
          receiver.handOver(randomBytes(random, command.count));
          return success({ text: `${command.count} bytes of noise` });
        case 'list':
          return success(listing([...transmitters.values()]));
        case 'help':
          return success({ text: radioHelp() });
        default:
          return performNamed(command);
      }
    },
    names: () => [...transmitters.keys()],
    whenSettled: air.whenSettled,
  };
}

/** What a device says again when it says how it is. */
const lastingWords: ReadonlySet<string> = new Set(['open', 'close', 'move', 'still', 'smoke', 'clear']);

function contentOfCommand(transmitter: Transmitter, command: Spoken): Result<TelegramContent, string> {
  if (command.word === 'battery') {
    const { charge } = command;
    if (charge === 'low') return contentOfEvent(transmitter, { event: 'battery-low' }, 'say "low", only a per cent');
    return contentOfEvent(transmitter, { event: 'battery', chargePercent: charge }, 'tell its battery');
  }
  if (command.word === 'tamper') {
    return contentOfEvent(transmitter, { event: 'tamper', open: command.open }, 'tell of its case');
  }
  if (command.word === 'press' && command.button !== undefined) {
    const { button } = command;
    return contentOfEvent(transmitter, { event: 'pressed', button }, `have a button ${button}`);
  }
  return contentOf(transmitter, command.word);
}

function listing(transmitters: readonly Transmitter[]): Answer {
  const lines = transmitters.map(({ name, id, profile, signalDbm, repeat, silent }) =>
    [name.padEnd(16), id, profile, `${signalDbm} dBm`, repeat > 1 ? `repeat ${repeat}` : '', silent ? 'silent' : '']
      .join('  ')
      .trimEnd(),
  );
  return { text: lines.join('\n'), transmitters: transmitters.map((one) => ({ ...one })) };
}
