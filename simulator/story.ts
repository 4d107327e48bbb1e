import type { CentreEvent } from '#centre/events.ts';
import { storyLine } from '#centre/story.ts';
import type { RadioEvent } from '#devices/radio/radioDevice.ts';
import type { Log, LogFields } from '#protocol/core/log.ts';
import type { Clock } from '#protocol/core/time.ts';

/** The way of each event, told line by line for a person: when, who, what. */
export interface Story {
  /** For the agent: its steps are told, its warnings too. `heard` is given each step with its fields. */
  log: Log;
  radio(event: RadioEvent): void;
  centre(event: CentreEvent): void;
}

export interface StoryOptions {
  clock: Clock;
  print(line: string): void;
  /** Told too: what the story leaves out, such as heartbeats and the log of the parts. */
  verbose: boolean;
  onStep?(step: string, fields: LogFields): void;
}

const nameWidth = 12;

/** Begins a story at 0 s. */
export function startStory({ clock, print, verbose, onStep }: StoryOptions): Story {
  const startMs = clock.monotonicMs();

  function tell(who: string, what: string): void {
    const seconds = ((clock.monotonicMs() - startMs) / 1_000).toFixed(3).padStart(8);
    print(`${seconds}  ${who.padEnd(nameWidth)}  ${what}`);
  }

  function told(level: keyof Log) {
    return (fields: LogFields, message: string) => {
      const { step } = fields;
      if (typeof step === 'string') {
        tell(step, wordsOf(step, fields, message));
        onStep?.(step, fields);
      } else if (verbose || level === 'warn' || level === 'error') {
        tell(level, `${message}${details(fields)}`);
      }
    };
  }

  return {
    log: { debug: told('debug'), info: told('info'), warn: told('warn'), error: told('error') },
    radio(event) {
      if (event.event === 'telegram') {
        tell('radio', `${event.from}: ${event.what}${event.copy === 0 ? '' : `, repeated (${event.copy})`}`);
      } else if (event.event === 'missed') {
        tell('radio', `${event.from}: ${event.what}, unheard: the receiver is unplugged or restarting`);
      } else if (event.event !== 'command' || verbose) {
        tell('radio', event.event === 'command' ? `asked: ${event.asked}` : event.event);
      }
    },
    centre(event) {
      if (verbose || event.event === 'opened' || event.event === 'repeated' || event.event === 'refused') {
        tell('centre', storyLine(event, clock.wallMs()).slice(timeOfDayWidth));
      }
    },
  };
}

/** The centre's lines begin with their own time of day; here one clock tells for all. */
const timeOfDayWidth = 'hh:mm:ss  '.length;

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
      return `${field('ref')} from ${field('from')}, priority ${field('priority')}`;
    default:
      return message;
  }
}

function details(fields: LogFields): string {
  const shown = Object.entries(fields).map(
    ([name, value]) => `${name} ${value instanceof Error ? value.message : JSON.stringify(value)}`,
  );
  return shown.length === 0 ? '' : ` (${shown.join(', ')})`;
}
