import type { Scenario } from './scenario.ts';

/** A scenario and the name of its file, below the folder of stories. */
export interface Story {
  file: string;
  scenario: Scenario;
}

/** The table of rules and the stories that show each to be kept, as Markdown. `folder` is how it links to them. */
export function coverageTable(stories: readonly Story[], folder: string): string {
  const rules = new Map<string, Story[]>();
  for (const story of stories) {
    for (const rule of new Set(story.scenario.covers)) rules.set(rule, [...(rules.get(rule) ?? []), story]);
  }
  const rows = [...rules]
    .toSorted(([one], [other]) => compareRules(one, other))
    .map(([rule, shown]) => row(rule, shown, folder));
  return [
    '# Which story shows which rule',
    '',
    `Made by \`npm run generate\` from what the ${stories.length} stories of [test/scenarios](${folder}) say they cover. \`B\` are rules of the`,
    "hub's behaviour, `H` lines of the handbook.",
    '',
    '| rule | stories |',
    '| ---- | ------- |',
    ...rows,
    '',
  ].join('\n');
}

function row(rule: string, stories: readonly Story[], folder: string): string {
  const links = stories.map(
    ({ file, scenario }) => `[${scenario.scenario.replaceAll('|', String.raw`\|`)}](${folder}/${file})`,
  );
  return `| ${rule} | ${links.join(' · ')} |`;
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
