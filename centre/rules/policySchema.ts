import { Type } from 'typebox';
import { policies } from '#centre/verdict.ts';
import { duration, printable, section, text } from '#protocol/configuration/keys.ts';
import { dayMs, hourMs, secondMs } from '#protocol/core/time.ts';

/** What an operator does who is called. */
export const operatorManners = ['answers', 'does-not-answer', 'hangs-up'] as const;

/** What staff do who are sent for. */
export const staffManners = ['accepts', 'declines', 'does-not-answer'] as const;

function choice<Choice extends string>(choices: readonly Choice[], byDefault: Choice, description: string) {
  const range = `One of ${choices.join(', ')}.`;
  return Type.Optional(Type.Enum([...choices], { default: byDefault, description: `${description} ${range}` }));
}

/** How a receiving centre behaves, as it is written. Each key has a description and its default. */
export const policySchema = Type.Object(
  {
    answers: choice(policies, 'handled', 'How it answers reports.'),
    heartbeat: section(
      {
        interval: duration('2m', secondMs, dayMs, 'How often a hub is expected to beat (H4).'),
        tellHubs: Type.Optional(
          Type.Boolean({
            default: false,
            description: 'Whether each answer sets the interval of the hub (B4.5); it must then be whole minutes.',
          }),
        ),
        missed: Type.Optional(
          Type.Integer({
            minimum: 1,
            maximum: 100,
            default: 3,
            description: 'No heartbeat for so many intervals is a fault of that hub (H9). From 1 to 100.',
          }),
        ),
      },
      'Whether the hubs are there.',
    ),
    operator: section(
      {
        does: choice(
          operatorManners,
          'does-not-answer',
          'What the operator does by itself; a person at the prompt may come before it.',
        ),
        after: duration('8s', 0, hourMs, 'The operator answers or hangs up after it.'),
        talksFor: duration('30s', 0, hourMs, 'With whom it has answered it talks for so long.'),
        afterwards: choice(['dispatch', 'close'], 'dispatch', 'What it does when they have talked.'),
        voiceWithin: duration('3m', secondMs, hourMs, 'No voice contact for so long leads to a dispatch (H15).'),
      },
      'Who answers the calls of the hubs (H14).',
    ),
    staff: section(
      {
        does: choice(staffManners, 'does-not-answer', 'What staff do by themselves with the text (H18).'),
        after: duration('60s', 0, hourMs, 'They do it after so long.'),
        onThePhone: choice(staffManners, 'does-not-answer', 'What they do by themselves when they are phoned.'),
        afterPhone: duration('20s', 0, hourMs, 'They do it after so long.'),
        acceptWithin: duration('5m', secondMs, hourMs, 'Nobody has accepted within it: they are phoned (H19).'),
        phoneEvery: duration('5m', secondMs, hourMs, 'And again after it, for as long as nobody accepts.'),
        arriveWithin: duration('30m', secondMs, dayMs, 'From acceptance to check-in (H20). Later: phoned (H21).'),
        readableFor: duration('60m', 0, dayMs, 'So long after the acceptance the text can be read (H18).'),
        text: Type.Optional(
          text(
            printable(500),
            'a text of 500 characters at most',
            'What they are sent. {name}, {address}, {town}, {phone} are from the file of clients; {cause}, {hub}, {ref}.',
            '{name}, {address}, {town}, {phone}: {cause}. Answer accept {ref} or decline {ref}.',
          ),
        ),
      },
      'Who is sent for (H18 to H22).',
    ),
    keep: duration('366d', dayMs, 3_660 * dayMs, 'Cases and log are kept for so long; a case that is open stays.'),
  },
  {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'policy.yaml',
    description: 'How a receiving centre behaves: `welfare-hub centre --policy policy.yaml`.',
    additionalProperties: false,
    'x-whole': 'the policy',
  },
);
