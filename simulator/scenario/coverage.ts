import type { Scenario } from './scenario.ts';

/** A scenario and the name of its file, below the folder of stories. */
export interface Story {
  file: string;
  scenario: Scenario;
}

/** A test of real processes: its title names the rules that it shows to be kept, in brackets. */
export interface NamedTest {
  /** As the table links to it. */
  link: string;
  title: string;
}

/**
 * The table of rules and what shows each to be kept, as Markdown: the stories, and where a rule has none, because it is
 * about the process itself, the tests that name it. `folder` is how it links to the stories.
 */
export function coverageTable(stories: readonly Story[], folder: string, tests: readonly NamedTest[] = []): string {
  const rules = new Map<string, string[]>();
  for (const { file, scenario } of stories) {
    for (const rule of new Set(scenario.covers)) add(rules, rule, link(scenario.scenario, `${folder}/${file}`));
  }
  const isTold = new Set(rules.keys());
  for (const test of tests) {
    const named = rulesNamed(test.title).filter((rule) => !isTold.has(rule));
    for (const rule of named) add(rules, rule, link(test.title, test.link));
  }
  const rows = [...rules]
    .toSorted(([one], [other]) => compareRules(one, other))
    .map(([rule, shown]) => `| ${rule} | ${shown.join(' · ')} |`);
  return [
    '# Which story shows which rule',
    '',
    `Made by \`npm run generate\` from what the ${stories.length} stories of [test/scenarios](${folder}) say they cover. \`B\` are rules of the`,
    "hub's behaviour, `H` lines of the handbook. A rule that is about the process itself has tests of real processes in place of",
    'stories.',
    '',
    '| rule | shown by |',
    '| ---- | -------- |',
    ...rows,
    '',
  ].join('\n');
}

function add(rules: Map<string, string[]>, rule: string, shown: string): void {
  rules.set(rule, [...(rules.get(rule) ?? []), shown]);
}

function link(title: string, to: string): string {
  return `[${title.replaceAll('|', String.raw`\|`)}](${to})`;
}

/** `a loop that is blocked starves the watchdog (B15.2, B1.1)` names two. */
function rulesNamed(title: string): string[] {
  return [...title.matchAll(/\(([^()]*)\)/gu)].flatMap(([, within = '']) => within.match(/\bB\d+\.\d+\b/gu) ?? []);
}

/** B before H, and 2.10 behind 2.9. */
function compareRules(one: string, other: string): number {
  const parts = (rule: string): number[] => [rule.charCodeAt(0), ...rule.slice(1).split('.').map(Number)];
  const [ones, others] = [parts(one), parts(other)];
  for (const [place, part] of ones.entries()) {
    const difference = part - (others[place] ?? 0);
    if (difference !== 0) return difference;
  }
  return ones.length - others.length;
}
