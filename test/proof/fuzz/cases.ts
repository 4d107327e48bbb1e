import { bytesOf } from './mutations.ts';

/** An input that once broke a promise. */
export interface Case {
  name: string;
  target: string;
  /** What it did. */
  did: string;
  input: Uint8Array;
}

function repeated(unit: string, length: number): string {
  return unit.repeat(Math.ceil(length / unit.length)).slice(0, length);
}

function one(name: string, target: string, did: string, input: string | Uint8Array): Case {
  return { name, target, did, input: typeof input === 'string' ? bytesOf(input) : input };
}

const manyKeys = Array.from({ length: 32_000 }, (_, at) => `${at}:`).join('\n');

/** Found by fuzzing, and mended: each stays here, so that it is tried again in every run. */
export const cases: readonly Case[] = [
  one('many-keys', 'YAML', 'The library compared each key with each: a file of a megabyte took two minutes.', manyKeys),
  one(
    'lists-in-lists',
    'YAML',
    'So many lists within each other ended the parser, and the program with it, by a RangeError.',
    `${repeated('- ', 16_000)}\nseed: 7\n`,
  ),
  one('a-list-that-holds-itself', 'YAML', 'What was read could not be written again: a circle.', 'a: &a [1, *a]'),
  one(
    'a-set-for-a-map',
    'YAML',
    'A set went for a map without keys: what was in it was dropped.',
    'hub: h\nheartbeat: !!set { interval }\n',
  ),
  one(
    'a-quoted-rest',
    'YAML',
    'The problem quoted thousands of characters of the text, whatever they were.',
    `hub: h\n}${repeated('star<!--', 6_000)}`,
  ),
  one(
    'a-url-with-one-slash',
    'configuration files',
    'The user and the password of a url that was written wrongly were shown in the problem.',
    'hub: h\ncentre: { primary: { url: "mqtt:/user:secret@reserve.example:1883" } }\n',
  ),
  one(
    'urls-in-urls',
    'configuration files',
    'Where each of many urls might end was looked for anew: its square.',
    `hub: "${repeated('://', 120_000)}"`,
  ),
  one(
    'a-long-name',
    'scenarios',
    'The name of an accessory was shown whole, however long it was.',
    `scenario: A\nsteps:\n  - press: "${repeated('pendant', 20_000)}"\n`,
  ),
  one(
    'a-level-that-every-object-has',
    'files of supplies',
    'A charge that the kernel told by a word was looked up among what all objects have, and was no number.',
    'B type Battery\nB status Full\nB capacity_level toString\n',
  ),
  one(
    'a-name-that-steers',
    'words for the radio',
    'A word that is not known was shown with the controls for a terminal that were in it.',
    'pre\u009B2Jss pendant',
  ),
  one(
    'comments-without-end',
    'GPX tracks',
    'The end of each of many comments was looked for anew: hours.',
    repeated('<gpx><!--', 500_000),
  ),
  one(
    'starts-of-reports',
    'LD2410',
    'The other start of frames was looked for anew from each byte: its square.',
    new Uint8Array(100_000).fill(0xf4),
  ),
  one(
    'noise-in-one-piece',
    'Megatec, what a supply says',
    'Each byte of noise copied all that had come before it.',
    new Uint8Array(60_000).fill(0xff),
  ),
  one(
    'a-long-command',
    'AT, what a modem is told',
    'A line was taken apart anew with each byte of it.',
    `${repeated('AT', 1_000)}\r`.repeat(60),
  ),
];
