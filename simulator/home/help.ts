import { radioHelp, radioWords } from '#devices/radio/commands.ts';
import { nearest } from '#protocol/core/nearest.ts';
import type { Home as Household } from '#simulator/scenario/hubLayer.ts';
import { accessoryWords } from '#simulator/scenario/words/accessoryWords.ts';
import type { Word } from '#simulator/scenario/words/forms.ts';
import { homeWords } from '#simulator/scenario/words/homeWords.ts';
import { hubWords } from '#simulator/scenario/words/hubWords.ts';
import { networkWords } from '#simulator/scenario/words/networkWords.ts';
import { actionWords } from '#simulator/scenario/words/words.ts';
import { ownWords } from './words.ts';

type Topic = Readonly<Record<string, Word>>;

const topics: Readonly<Record<string, Topic>> = {
  accessories: accessoryWords,
  home: homeWords,
  network: networkWords,
  machine: hubWords,
};

const own: Readonly<Record<(typeof ownWords)[number], string>> = {
  journal: 'the last ten lines of the journal',
  counters: 'what was counted',
  state: 'how everything is now',
  wait: 'wait 5s: the next line is read after that',
  help: 'these words; help TOPIC and help WORD say more',
  quit: 'ends it all',
};

/** As wide as the words of a topic are told. */
const lineWidth = 100;
const topicWidth = 13;

/** The words, briefly and by topic; with a topic or a word, what is to know about it. */
export function help(about: string, household: Household): string {
  if (about === '') return everything(household);
  if (about === 'radio') return radioHelp();
  if (about === 'here') return ownHelp();
  const topic = Object.hasOwn(topics, about) ? topics[about] : undefined;
  const word = Object.hasOwn(actionWords, about) ? actionWords[about] : undefined;
  if (word !== undefined) return wordHelp(about, word);
  if (topic !== undefined)
    return Object.entries(topic)
      .map(([name, one]) => wordHelp(name, one))
      .join('\n');
  const meant = nearest(about, ['radio', ...Object.keys(topics), ...Object.keys(actionWords)]);
  return `there is no topic or word ${JSON.stringify(about)}${meant === undefined ? '' : `; did you mean ${meant}?`}`;
}

function everything({ configuration, tags }: Household): string {
  const radiosOwn = radioWords.filter((word) => !Object.hasOwn(actionWords, word) && word !== 'help');
  const rows: readonly (readonly [string, readonly string[]])[] = [
    ...Object.entries(topics).map(([topic, words]) => [topic, Object.keys(words)] as const),
    ['radio', radiosOwn],
    ['here', ownWords],
    ['NAMES', configuration.accessories.map(({ name }) => name)],
    ['TAGS', tags],
  ];
  return [
    ...rows.filter(([, words]) => words.length > 0).flatMap(([topic, words]) => wrapped(topic, words)),
    'Such as: press pendant, open door, mains off, battery { charge: 15% }, tag day-staff, centre silent,',
    '         operator does-not-answer, hub power-cut, configure { heartbeat: { interval: 5m } }, noise 100',
    'help TOPIC and help WORD say how the words are written.',
  ].join('\n');
}

function wrapped(topic: string, words: readonly string[]): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    const longer = line === '' ? word : `${line}, ${word}`;
    if (topicWidth + longer.length > lineWidth) {
      lines.push(`${line},`);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, line].map((text, index) => `${(index === 0 ? topic : '').padEnd(topicWidth)}${text}`);
}

/** What the schema of a word says of how it is written. */
interface Form {
  type?: string;
  enum?: readonly unknown[];
  anyOf?: readonly Form[];
  properties?: Readonly<Record<string, Form>>;
  description?: string;
  minimum?: number;
  maximum?: number;
  'x-accessory'?: string;
  'x-tag'?: boolean;
  'x-right'?: string;
}

function wordHelp(name: string, { schema }: Word): string {
  const form: Form = schema;
  return `${name} ${formOf(form)}\n    ${form.description ?? ''}`;
}

function formOf(form: Form): string {
  if (form.enum !== undefined) return form.enum.join(' | ');
  if (form.anyOf !== undefined) return form.anyOf.map(formOf).join(' | ');
  if (form['x-accessory'] !== undefined) return 'NAME';
  if (form['x-tag'] === true) return 'TAG | unknown';
  if (form.type === 'object') {
    const keys = Object.entries(form.properties ?? {}).map(([key, inner]) => `${key}: ${formOf(inner)}`);
    return `{ ${[...keys].join(', ')} }`;
  }
  if (form.type === 'boolean') return 'true | false';
  if (form.minimum !== undefined) return `${form.minimum} to ${form.maximum ?? '…'}`;
  return /such as "?([^"]*)"?$/u.exec(form['x-right'] ?? '')?.[1] ?? (form['x-right'] === undefined ? '…' : '8s');
}

/** What the prompt's own words do. */
function ownHelp(): string {
  return Object.entries(own)
    .map(([word, does]) => `${word.padEnd(topicWidth)}${does}`)
    .join('\n');
}
