import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import Schema from 'typebox/schema';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { prettyReport } from '#simulator/report/pretty.ts';
import type { Played } from '#simulator/report/result.ts';
import { findScenarios } from '#simulator/scenario/files.ts';
import { playFile } from '#simulator/scenario/play.ts';
import { openVirtualWorld } from '#simulator/world/virtualWorld.ts';

const { files } = findScenarios(['test/scenarios']);

async function play(file: string): Promise<Played> {
  const played = await playFile(file, openVirtualWorld);
  const common = { file, startedAt: '', elapsedMs: 0 };
  return played.ok ? { ...common, outcome: played.value } : { ...common, problems: played.problem };
}

test.each(files)('%s comes to its end as it is told', async (file) => {
  const played = await play(file);
  // What went wrong is told by the report, which a passed story keeps short.
  expect(prettyReport([played])).toMatch(/^ok {4}.*\n1 passed, 0 failed\n$/u);
});

test('the same story has the same trace every time, whatever is on the disk and in the air', async () => {
  const story = 'test/scenarios/a-bad-link-delays-and-loses-nothing.yaml';
  const [one, other] = [await play(story), await play(story)];
  expect('outcome' in one && one.outcome.traceHash).toMatch(/^[0-9a-f]{64}$/u);
  expect(one).toEqual(other);
});

test('each story says which rules it shows, and its file is named as a sentence', () => {
  expect(files.length).toBeGreaterThan(30);
  const silent = files.filter((file) => !/^covers: \[[BH]\d/mu.test(readFileSync(file, 'utf8')));
  const oddlyNamed = files.filter((file) => !/^[a-z0-9]+(-[a-z0-9]+){2,}\.yaml$/u.test(basename(file)));
  expect({ silent, oddlyNamed }).toEqual({ silent: [], oddlyNamed: [] });
});

test('the schema that is shipped for editors takes every story, and not a story with a slip', () => {
  const shipped = Schema.Compile(JSON.parse(readFileSync('docs/schemas/scenario.schema.json', 'utf8')));
  const refused = files.filter((file) => !shipped.Check(parse(readFileSync(file, 'utf8'))));
  expect(refused).toEqual([]);
  const story = (step: object): object => ({ scenario: 'A story', steps: [step] });
  expect(shipped.Check(story({ press: 'pendant' }))).toBe(true);
  expect(shipped.Check(story({ pres: 'pendant' }))).toBe(false);
  expect(shipped.Check(story({ press: 'pendant', link: 'up' }))).toBe(false);
  expect(shipped.Check(story({ wait: '5 minutes' }))).toBe(false);
});
