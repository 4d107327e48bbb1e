import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { extractLimits } from '#agent/journal/extract.ts';
import { rememberedLimit } from '#agent/hub/commands/rememberedResults.ts';
import { type Command, commandNames, type CommandResult, decodeCommand, decodeResult } from '#protocol/mqtt/command.ts';
import { commandDetails } from '#protocol/mqtt/commandDetails.ts';
import { type HubAtWork, startHubAtWork } from '#test/hubAtWork.ts';

const text = readFileSync('docs/commands.md', 'utf8');

/** What stands under a heading, up to the next. */
function sectionOf(name: string): string {
  return new RegExp(`\\n## ${name}\\n(.*?)(?=\\n## |$)`, 'su').exec(text)?.[1] ?? '';
}

function exampleOf(name: string): { command: Command; result: CommandResult } {
  const json = /```json\n(.*?)```/su.exec(sectionOf(name))?.[1] ?? '{}';
  return JSON.parse(json) as { command: Command; result: CommandResult };
}

test('the document has a section for each command and for no other', () => {
  const headings = [...text.matchAll(/\n## (\S+)\n/gu)].map(([, name]) => name);
  expect(headings).toEqual([...commandNames].toSorted((one, other) => headings.indexOf(one) - headings.indexOf(other)));
});

test('the document tells the limits that the code has', () => {
  expect(text).toContain(`the last ${rememberedLimit} results are kept`);
  const { rows, characters, entryCharacters } = extractLimits;
  for (const limit of [rows, characters, entryCharacters]) {
    expect(sectionOf('log-extract')).toContain(limit.toLocaleString('en'));
  }
});

describe.each(commandNames)('%s in the document', (name) => {
  let home: HubAtWork;
  beforeEach(() => {
    const camera = { name: 'camera', kind: 'camera' };
    const accessories = name === 'forget' ? [camera, { name: 'second', kind: 'pendant', id: '0badcafe' }] : [camera];
    home = startHubAtWork({ accessories }, { voicePaths: [() => voicePath] });
    home.hub().paths.condition('primary', 'up');
  });
  afterEach(() => home.close());

  test('names what it takes, all of it and nothing else', () => {
    const known: readonly string[] | string = commandDetails[name];
    const named = [...sectionOf(name).matchAll(/\n\| `(\w+)` +\|/gu)].map(([, key]) => key);
    expect(named).toEqual(typeof known === 'string' ? [] : known);
  });

  test('has an example that fits the schemas', () => {
    const { command, result } = exampleOf(name);
    expect(decodeCommand(JSON.stringify({ v: 1, command: JSON.stringify(command) }))).toMatchObject({
      ok: true,
      value: { command: { name } },
    });
    expect(decodeResult(JSON.stringify(result))).toMatchObject({ ok: true, value: { name, id: command.id } });
  });

  test('has an example of which a hub makes what is told there', () => {
    const { command, result } = exampleOf(name);
    home.hub().commanded({ ...command, hub: 'hub-0001' }, '0a1b2c3d', 'primary');
    const told = home.hub().results.resultOf(command.id);
    expect(told).toMatchObject({ name, outcome: result.outcome, ...(result.reason && { reason: result.reason }) });
    // What is in the body depends on the home; which keys it has does not.
    const optional = ['next', 'in-service', 'enrolled', 'configuration'];
    const keysOf = ({ body = {} }: Partial<CommandResult>) =>
      Object.keys(body).filter((key) => !optional.includes(key));
    expect(keysOf(told ?? {}).toSorted()).toEqual(keysOf(result).toSorted());
  });
});

const voicePath = {
  name: 'sip' as const,
  isUp: () => true,
  dial() {},
  answer() {},
  refuse() {},
  hangUp() {},
  setMode() {},
  changeVolume() {},
  switchOutput() {},
  stop() {},
};
