import { type TSchema, Type } from 'typebox';
import { minuteMs } from '#protocol/core/time.ts';
import { callModes, callWishes, type CentreHabits, usualHabits } from '#simulator/world/centreHabits.ts';
import { anyKeys, choice, chosen, duration, durationMs, either, map, printable, text, valuesOf } from './forms.ts';

const operatorWords = ['does-not-answer'] as const;

/** The habits of both centres, as the head of a scenario tells them. */
const centre = anyKeys(
  {
    operator: either(
      'How the operators take calls.',
      choice(operatorWords, 'Nobody answers.'),
      anyKeys(
        {
          answers: duration('They let it ring for so long.', { default: '8s' }),
          talks: duration('They hang up so long after they answered.', { default: '60s' }),
        },
        'They answer.',
      ),
    ),
    call: either(
      "What the acknowledgement of an alarm asks for (B3.1): that the hub calls, by its own receiver's number or by one given to it, or nothing.",
      choice(callWishes, 'Who is called; predefined without it.'),
      map(
        { callback: duration('So long the hub answers calls by itself, in whole minutes up to an hour.') },
        'The centre calls.',
      ),
    ),
    mode: choice(callModes, 'How they talk; duplex without it.'),
    sms: choice(['answers', 'silent'], "Whether somebody answers short messages from the centre's number (B2.8)."),
    heartbeat: duration('The interval that the answers to heartbeats set, in whole minutes up to a day (B4.5).'),
  },
  "How both centres' people and telephones are.",
);

/** What stands above the steps. */
export const headWords: Readonly<Record<string, TSchema>> = {
  scenario: text(printable, 'a sentence', 'What happens, in a sentence.'),
  about: Type.Optional(text(printable, 'a text', 'What it shows, and why it matters.')),
  covers: Type.Optional(
    Type.Array(text('^[BH][1-9][0-9]?(\\.[1-9][0-9]?)?$', 'a rule such as B2.3 or H12', 'A rule.'), {
      maxItems: 50,
      description: 'The rules that it shows to be kept.',
    }),
  ),
  seed: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 4_294_967_295,
      default: 1,
      description: 'Decides offsets, jitter and noise. The same seed gives the same trace.',
    }),
  ),
  start: Type.Optional(
    Type.String({
      pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}(:\\d{2})?$',
      'x-right': 'a local time such as 2026-01-15T12:00',
      default: '2026-01-15T12:00',
      description: 'Local time at time 0.',
    }),
  ),
  timezone: Type.Optional(
    Type.String({
      pattern: printable,
      'x-right': 'a time zone such as Europe/Stockholm',
      default: 'Europe/Stockholm',
      description: 'The time zone of the home.',
    }),
  ),
  rates: Type.Optional(
    choice(['real'], 'GNSS and radar send at their real rates; on change and once a minute without it.'),
  ),
  centre: Type.Optional(centre),
};

/** Reads `centre:`, which has passed its schema. The problem is for people. */
export function readHabits(value: unknown): CentreHabits {
  const { operator, call, mode, sms, heartbeat } = valuesOf(value);
  const { answers, talks } = valuesOf(operator);
  const { answersAfterMs, talksForMs } = usualHabits;
  return {
    answersAfterMs:
      typeof operator === 'string' ? undefined : answers === undefined ? answersAfterMs : durationMs(answers),
    talksForMs: talks === undefined ? talksForMs : durationMs(talks),
    call: callOf(call),
    mode: mode === undefined ? usualHabits.mode : chosen(callModes, mode),
    answersMessages: sms === 'answers',
    heartbeatMinutes: heartbeat === undefined ? undefined : minutesOf(heartbeat),
  };
}

function callOf(call: unknown): CentreHabits['call'] {
  if (call === undefined) return usualHabits.call;
  return typeof call === 'string'
    ? chosen(callWishes, call)
    : { callbackMinutes: minutesOf(valuesOf(call)['callback']) };
}

function minutesOf(value: unknown): number {
  return Math.max(1, Math.round(durationMs(value) / minuteMs));
}
