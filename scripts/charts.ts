import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** What is read of a chart's definition (XState). */
interface Chart {
  id: string;
  root: State;
  states: Readonly<Record<string, State>>;
}

interface State {
  key: string;
  type: string;
  initial: { target: readonly State[] };
  transitions: ReadonlyMap<string, readonly Transition[]>;
}

interface Transition {
  eventType: string;
  guard?: string | { type: string } | ((...told: never[]) => boolean) | undefined;
  target?: readonly State[] | undefined;
}

/**
 * The document of all charts: what each is, in the words of its file, and its states and transitions as a diagram. A
 * guard without a name is shown as dots.
 */
export async function chartsDocument(files: readonly string[], linkTo: string): Promise<string> {
  const parts = [];
  for (const file of files.toSorted()) {
    const exported: Record<string, unknown> = await import(`#${file}`);
    const chart = Object.values(exported).find(isChart);
    if (chart === undefined) throw new Error(`${file} exports no chart; right would be one in each *.chart.ts`);
    const source = readFileSync(file, 'utf8');
    parts.push([`## ${chart.id}`, `[${basename(file)}](${linkTo}/${file})`, aboutOf(source), diagramOf(chart)]);
  }
  const head = [
    '# The charts of the hub',
    'Made from the code by `npm run generate`. Each chart decides; what it decides is committed and done by the hub',
    '([why](../decisions/0002-charts-decide-the-hub-acts.md)). On the arrows: the event, and in brackets its condition.',
  ];
  return `${[head.slice(0, 1), [head.slice(1).join('\n')], ...parts].flat().join('\n\n')}\n`;
}

function isChart(value: unknown): value is Chart {
  return typeof value === 'object' && value !== null && 'id' in value && 'root' in value && 'states' in value;
}

/** The comment above the chart, as a paragraph. */
function aboutOf(source: string): string {
  const [, comment = ''] = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*export const \w+Chart = /u.exec(source) ?? [];
  return comment
    .split('\n')
    .map((line) => line.replace(/^\s*\*?\s*/u, '').trim())
    .join(' ')
    .trim();
}

function diagramOf({ root, states }: Chart): string {
  const all = Object.values(states);
  const named = all.filter(({ key }) => idOf(key) !== key).map(({ key }) => `  state "${key}" as ${idOf(key)}`);
  const begin = root.initial.target.map(({ key }) => `  [*] --> ${idOf(key)}`);
  const arrows = all.flatMap((state) => transitionsOf(state).map((transition) => arrow(state, transition)));
  const ends = all.filter(({ type }) => type === 'final').map(({ key }) => `  ${idOf(key)} --> [*]`);
  const everywhere = transitionsOf(root).map(({ eventType, ...rest }) => `\`${labelOf({ eventType, ...rest })}\``);
  const note = everywhere.length === 0 ? [] : [`In every state that does not say otherwise: ${everywhere.join(', ')}.`];
  const diagram = ['```mermaid', 'stateDiagram-v2', ...named, ...begin, ...arrows, ...ends, '```'].join('\n');
  return [diagram, ...note].join('\n\n');
}

function transitionsOf({ transitions }: State): Transition[] {
  return [...transitions.values()].flat();
}

/** A transition without a target stays where it is. */
function arrow(from: State, transition: Transition): string {
  const [to = from] = transition.target ?? [];
  return `  ${idOf(from.key)} --> ${idOf(to.key)} : ${labelOf(transition)}`;
}

function labelOf({ eventType, guard }: Transition): string {
  return guard === undefined ? eventType : `${eventType} [${guardName(guard)}]`;
}

function guardName(guard: NonNullable<Transition['guard']>): string {
  if (typeof guard === 'string') return guard;
  return typeof guard === 'function' ? '…' : guard.type;
}

/** A name as Mermaid takes it. */
function idOf(key: string): string {
  return key.replaceAll(/[^A-Za-z0-9_]/gu, '_');
}
