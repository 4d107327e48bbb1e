import { bytesInHex } from '#protocol/core/hex.ts';
import type { LogFields } from '#protocol/core/log.ts';
import type { Clock } from '#protocol/core/time.ts';
import { eventWords } from '#simulator/report/wording.ts';
import type { NewEvent } from '#simulator/world/recorder.ts';
import type { LogEvent } from '#simulator/world/world.ts';

/** What happens, told line by line for a person: when, where, what. */
export interface Story {
  event(event: NewEvent): void;
  /** Bytes on one of the hub's lines. */
  bytes(line: string, direction: 'in' | 'out', bytes: Uint8Array): void;
}

export interface StoryOptions {
  clock: Clock;
  print(line: string): void;
  /** Told too: what the story leaves out, such as heartbeats and the log of the parts. */
  verbose: boolean;
}

/** Where something happened, and what; nothing when it is not told. */
type Told = readonly [where: string, what: string] | undefined;

const whereWidth = 12;

/** Begins a story at 0 s. */
export function startStory({ clock, print, verbose }: StoryOptions): Story {
  const startMs = clock.monotonicMs();

  function tell([where, what]: readonly [string, string]): void {
    const seconds = ((clock.monotonicMs() - startMs) / 1_000).toFixed(3).padStart(8);
    print(`${seconds}  ${where.padEnd(whereWidth)}  ${what}`);
  }

  return {
    event(event) {
      const told = toldOf(event, verbose);
      if (told !== undefined) tell(told);
    },
    bytes(line, direction, bytes) {
      // What goes to the centres and comes from them is told as what it means.
      if (line === 'radio') tell(['line', `${direction === 'in' ? '→' : '←'} ${bytesInHex(bytes)}`]);
    },
  };
}

function toldOf(event: NewEvent, verbose: boolean): Told {
  const words = (): string => eventWords(event);
  switch (event.kind) {
    case 'log':
      return logged(event, verbose);
    case 'action':
      return [
        'you',
        event.action.word === 'configure' ? `configure ${Object.keys(event.action.layer).join(', ')}` : words(),
      ];
    case 'telegram':
      return ['radio', words().replace('radio: ', '')];
    case 'arrival':
    case 'refusal':
    case 'result':
    case 'centre':
      return ['centre', words()];
    case 'heartbeat':
      return verbose ? ['centre', words()] : undefined;
    case 'journal':
      // The hub tells its reports itself.
      return verbose && event.entry !== 'report' ? ['journal', words().replace('journal ', '')] : undefined;
    case 'voice': {
      // Whose number it is, is nobody's business.
      const reason = event.reason === undefined ? '' : `: ${event.reason}`;
      return ['call', `${event.is}${reason} (by the ${event.by}, over ${event.path})`];
    }
    case 'sms':
      return ['sms', `${event.is}: ${event.text}`];
    case 'mobile':
      return ['modem', words().replace('modem: ', '')];
    case 'light':
    case 'sound':
    case 'power':
      return [event.kind, words().replace(`${event.kind}: `, '')];
    case 'link':
    case 'path':
    case 'hub':
    case 'broker':
    case 'device':
      return [event.kind, words()];
  }
}

/** Steps that the world tells as well, as they are seen from outside. */
const seenFromOutside = ['connected', 'call', 'link', 'sms'];

function logged({ level, message, fields }: Omit<LogEvent, 'kind'>, verbose: boolean): Told {
  const { step } = fields;
  const isWarning = level === 'warn' || level === 'error';
  if (typeof step === 'string' && (isWarning || verbose || !seenFromOutside.includes(step))) {
    return [step, wordsOf(step, fields, message)];
  }
  return verbose || isWarning ? [level, `${message}${details(fields)}`] : undefined;
}

function wordsOf(step: string, fields: LogFields, message: string): string {
  const field = (name: string) => String(fields[name]);
  switch (step) {
    case 'telegram':
      return `from ${field('from')} at ${field('signalDbm')} dBm: ${message}`;
    case 'journal':
      return `row ${field('row')}: report ${field('ref')}, committed`;
    case 'publish':
      return `${field('ref')} on ${field('topic')}, attempt ${field('attempt')}`;
    case 'acknowledged':
      return `${field('ref')} by the ${field('path')} centre, row ${field('row')} in the journal`;
    case 'alarm':
    case 'update':
    case 'fault':
    case 'restore':
    case 'visit':
    case 'information':
    case 'maintenance':
    case 'test':
      return `${field('ref')} from ${field('from')}, priority ${field('priority')}`;
    default:
      return message;
  }
}

function details(fields: LogFields): string {
  const shown = Object.entries(fields).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  return shown.length === 0 ? '' : ` (${shown.join(', ')})`;
}
