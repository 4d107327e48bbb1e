import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createReceivingCentre } from '#centre/receivingCentre.ts';
import { commandWords } from '#centre/commandWords.ts';
import { openCasesLimit } from '#centre/desk/desk.ts';
import { phoneCallsLimit } from '#centre/desk/course.ts';
import { hubsLimit } from '#centre/hubs.ts';
import { casesShown } from '#centre/prompt.ts';
import { noClients, placeholders } from '#centre/rules/clients.ts';
import { usualPolicy } from '#centre/rules/policy.ts';
import { statisticsCsv } from '#centre/store/formats.ts';
import { createVirtualClock } from '#test/virtualClock.ts';

/** docs/centre.md tells every key and every word, and no other: who has a centre to play has nothing else. */
const text = readFileSync('docs/centre.md', 'utf8');

function section(heading: string): string {
  return new RegExp(`\n## ${heading}\n(.*?)(?=\n## |$)`, 'su').exec(text)?.[1] ?? '';
}

interface Node {
  properties?: Readonly<Record<string, Node>>;
  default?: unknown;
  type?: string;
  patternProperties?: Readonly<Record<string, Node>>;
}

function schema(name: string): Node {
  return JSON.parse(readFileSync(`docs/schemas/${name}.schema.json`, 'utf8')) as Node;
}

/** The keys with their defaults, as they are written. */
function keysOf({ properties = {} }: Node, before = ''): [string, unknown][] {
  return Object.entries(properties).flatMap(([key, child]) =>
    child.type === 'object'
      ? keysOf(child, `${before}${key}.`)
      : [[`${before}${key}`, child.default] as [string, unknown]],
  );
}

test('the document has every key of a policy, with its default', () => {
  const rows = [...section('policy\\.yaml').matchAll(/^\| `([\w.]+)` +\| (?:`([^`]+)`|see the schema) +\|/gmu)];
  const written = keysOf(schema('centre-policy')).map(([key, value]) => [
    key,
    key === 'staff.text' ? undefined : String(value),
  ]);
  expect(rows.map(([, key, value]) => [key, value])).toEqual(written);
  for (const placeholder of placeholders) expect(text).toContain(`\`{${placeholder}}\``);
});

test('the document has every key of a client', () => {
  const [client = {}] = Object.values(schema('centre-clients').properties?.['clients']?.patternProperties ?? {});
  expect(keysOf(client)).not.toEqual([]);
  for (const [key] of keysOf(client)) expect(section('policy\\.yaml')).toContain(`\`${key}\``);
});

test('the document has every word of the prompt and no other', () => {
  const { words, commands } = createReceivingCentre({
    clock: createVirtualClock(),
    policy: usualPolicy(),
    clients: noClients(),
    role: 'primary',
    told() {},
    sendText() {},
    send() {},
    failed() {},
  });
  const ports = {
    commands,
    deliver() {},
    readFile: () => '',
    createFile: () => ({ append() {}, close() {} }),
    tell() {},
  };
  const known = [...Object.keys({ ...words, ...commandWords(ports) }), 'help', 'quit'];
  const first = [...section('Words').matchAll(/^\| (`.*?) +\|/gmu)].map(([, cell = '']) => cell);
  const told = first.flatMap((cell) => [...cell.matchAll(/`(\w+)/gu)].map(([, word]) => word));
  expect(new Set(told)).toEqual(new Set(known));
});

test('the document tells the limits and columns that the code has', () => {
  expect(text).toContain(`More than ${hubsLimit.toLocaleString('en')} hubs`);
  expect(text).toContain(`more than ${openCasesLimit.toLocaleString('en')} open cases`);
  expect(text).toContain(`After ${phoneCallsLimit} calls`);
  expect(text).toContain(`the last ${casesShown} and`);
  const [, , ...columns] = [...statisticsCsv([])].join('').trim().split(',');
  for (const column of columns) expect(section('Store, log, statistics')).toContain(`\`${column}\``);
});
