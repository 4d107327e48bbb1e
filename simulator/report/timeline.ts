import { formatDuration } from '#protocol/core/duration.ts';
import type { Outcome } from '#simulator/scenario/runner.ts';
import type { WorldEvent } from '#simulator/world/world.ts';
import { type Finding, findingsOf, withoutRoutine } from './findings.ts';
import {
  coordinate as n,
  type Lane,
  laneHeight,
  left,
  marksOnce,
  pageWidth,
  right,
  rowHeight,
  top,
} from './drawing.ts';
import { batteryLanes, messageLanes, soundMarks } from './homeLanes.ts';
import { homeRules, type NamedRule, networkRules } from './laneRules.ts';
import { bandsOf, type ReportWay, waysLimit, waysOf } from './lanes.ts';
import { escapeMarkup } from './markup.ts';
import { createScale, type Scale } from './scale.ts';
import { clockTime, eventWords } from './wording.ts';

/** More that is done at once is not written out; the table has it all. */
const actionRowsLimit = 5;
const writtenActionsLimit = 60;

/** The whole scenario as lanes over one time, as SVG that needs nothing from outside. */
export function timelineSvg(outcome: Outcome): string {
  const { endMs } = outcome;
  const scale = createScale(notableTimes(outcome), endMs, left, pageWidth - left - right);
  const lanes = placed(lanesOf(outcome, scale));
  const height = (lanes.at(-1)?.bottom ?? top) + 34;
  const findings = findingsOf(outcome);
  return [
    `<svg viewBox="0 0 ${pageWidth} ${height}" role="img" aria-label="What happened, lane by lane, over time">`,
    axis(scale, height),
    ...lanes.map(laneSvg(scale)),
    ...findings.map((finding) => findingMark(finding, scale, height)),
    '</svg>',
  ].join('\n');
}

interface PlacedLane {
  lane: Lane;
  y: number;
  bottom: number;
}

function placed(lanes: readonly Lane[]): PlacedLane[] {
  let y = top;
  return lanes.map((lane) => {
    const bottom = y + laneHeight + ((lane.rows ?? 1) - 1) * rowHeight;
    const place = { lane, y, bottom };
    y = bottom;
    return place;
  });
}

function laneSvg(scale: Scale): (placed: PlacedLane, index: number) => string {
  return ({ lane, y, bottom }, index) => {
    const stripe = `<rect class="stripe" x="0" y="${y}" width="${pageWidth}" height="${bottom - y}"/>`;
    const name = `<text class="lane" x="${left - 12}" y="${y + 19}" text-anchor="end">${escapeMarkup(lane.name)}</text>`;
    return `${index % 2 === 0 ? stripe : ''}${name}${lane.draw(y, scale)}`;
  };
}

/** What goes on by itself, or shows beside something else, needs no room of its own. */
const unnotable: readonly WorldEvent['kind'][] = ['heartbeat', 'log', 'telegram', 'mobile', 'light', 'sound'];

/** What happens decides where there is room. */
function notableTimes({ events, steps }: Outcome): number[] {
  const notable = withoutRoutine(events).filter(({ kind }) => !unnotable.includes(kind));
  return [
    ...notable.map(({ atMs }) => atMs),
    ...steps.flatMap(({ endedMs }) => (endedMs === undefined ? [] : [endedMs])),
  ];
}

function lanesOf(outcome: Outcome, scale: Scale): Lane[] {
  const { events, endMs } = outcome;
  const ways = waysOf(events);
  const drawn = drawnWays(ways);
  const bandLane = ({ name, rule }: NamedRule): Lane => ({
    name: name === 'Light' ? 'Light and sound' : name,
    draw: (y, scale) =>
      bandsOf(rule, events, endMs)
        .map((band) => bandSvg(band, y, scale))
        .join('') + (name === 'Light' ? soundMarks(events, y, scale) : ''),
  });
  return [
    actionLane(outcome, scale),
    ...homeRules(events).flatMap((rule) => [bandLane(rule), ...(rule.name === 'Power' ? batteryLanes(outcome) : [])]),
    ...drawn.map((way) => ({
      name: shortened(way.words),
      draw: (y: number, scale: Scale) => waySvg(way, y, scale, endMs),
    })),
    ...(drawn.length < ways.length
      ? [
          {
            name: `${ways.length - drawn.length} more reports`,
            draw: (y: number, scale: Scale) => moreWays(ways, drawn, y, scale),
          },
        ]
      : []),
    ...messageLanes(events),
    ...networkRules(events).map(bandLane),
    { name: 'Heartbeats', draw: (y, scale) => heartbeats(outcome, y, scale) },
    { name: 'Checks', draw: (y, scale) => checks(outcome, y, scale) },
  ];
}

/** Alarms first: they are what it is all about. */
function drawnWays(ways: readonly ReportWay[]): ReportWay[] {
  if (ways.length <= waysLimit) return [...ways];
  const chosen = new Set(ways.toSorted((a, b) => Number(b.isAlarm) - Number(a.isAlarm)).slice(0, waysLimit));
  return ways.filter((way) => chosen.has(way));
}

function shortened(words: string): string {
  return words.length > 26 ? `${words.slice(0, 25)}…` : words;
}

function axis(scale: Scale, height: number): string {
  const bottom = height - 28;
  const ticks = scale.ticks.map(
    ({ timeMs, x }) =>
      `<line class="grid" x1="${n(x)}" y1="${top}" x2="${n(x)}" y2="${bottom}"/><text class="tick" x="${n(x)}" y="${top - 10}" text-anchor="middle">${clockTime(timeMs)}</text>`,
  );
  const breaks = scale.breaks.map(
    ({ fromMs, toMs, x }) =>
      `<text class="break" x="${n(x)}" y="${bottom + 14}" text-anchor="middle">⋯ ${spanWords(toMs - fromMs)} ⋯</text>`,
  );
  return [...ticks, ...breaks].join('');
}

function spanWords(spanMs: number): string {
  return formatDuration(Math.round(spanMs / 60_000) * 60_000);
}

function bandSvg({ fromMs, toMs, tone, words }: ReturnType<typeof bandsOf>[number], y: number, scale: Scale): string {
  const [x1, x2] = [scale.x(fromMs), scale.x(toMs)];
  const title = `<title>${escapeMarkup(words)}, ${clockTime(fromMs)} to ${clockTime(toMs)}</title>`;
  const box = `<rect class="band ${tone}" x="${n(x1)}" y="${y + 6}" width="${n(Math.max(2, x2 - x1))}" height="18" rx="3">${title}</rect>`;
  const hasRoom = x2 - x1 > words.length * 6.4 + 8;
  return hasRoom
    ? `${box}<text class="bandWords ${tone}" x="${n(x1 + 6)}" y="${y + 19}">${escapeMarkup(words)}</text>`
    : box;
}

function waySvg(way: ReportWay, y: number, scale: Scale, endMs: number): string {
  const middle = y + laneHeight / 2;
  const { heardMs = way.committedMs, committedMs, settledMs, arrivals, isReplaced, words, ref } = way;
  const [heardX, fromX, toX] = [scale.x(heardMs), scale.x(committedMs), scale.x(settledMs ?? endMs)];
  const end =
    settledMs === undefined
      ? 'still waiting at the end'
      : `${isReplaced ? 'replaced' : 'acknowledged'} ${clockTime(settledMs)}`;
  const title = `<title>${escapeMarkup(words)}, ${ref}: in the journal ${clockTime(committedMs)}, ${end}</title>`;
  const line = `<line class="way ${settledMs === undefined ? 'open' : 'closed'}" x1="${n(fromX)}" y1="${middle}" x2="${n(toX)}" y2="${middle}">${title}</line>`;
  const press =
    heardX < fromX ? `<line class="heard" x1="${n(heardX)}" y1="${middle}" x2="${n(fromX)}" y2="${middle}"/>` : '';
  const row = `<rect class="row" x="${n(fromX - 4)}" y="${middle - 4}" width="8" height="8">${title}</rect>`;
  const arrived = arrivals.map(({ atMs, isAnswered }) =>
    diamond(
      scale.x(atMs),
      middle,
      isAnswered ? 'arrival' : 'arrival unanswered',
      `at the centre ${clockTime(atMs)}${isAnswered ? '' : ', not taken'}`,
    ),
  );
  const done =
    settledMs === undefined
      ? `<text class="open" x="${n(toX + 3)}" y="${middle + 4}">…</text>`
      : `<text class="${isReplaced ? 'replaced' : 'done'}" x="${n(toX + 7)}" y="${middle + 5}">${isReplaced ? '↻' : '✓'}</text>`;
  return `<g>${press}${line}${row}${arrived.join('')}${done}</g>`;
}

function diamond(x: number, y: number, name: string, words: string): string {
  return `<path class="${name}" d="M${n(x)} ${y - 6}l6 6l-6 6l-6 -6z"><title>${escapeMarkup(words)}</title></path>`;
}

function moreWays(ways: readonly ReportWay[], drawn: readonly ReportWay[], y: number, scale: Scale): string {
  const rest = ways.filter((way) => !drawn.includes(way));
  return marksOnce(
    rest.map(({ committedMs }) => committedMs),
    scale,
    (x) => `<rect class="row" x="${n(x - 2)}" y="${y + 9}" width="4" height="12"/>`,
  );
}

/** What was done, each with its words where there is room: what is done at once stands one below the other. */
function actionLane({ events }: Outcome, scale: Scale): Lane {
  const all = events.filter((event) => event.kind === 'action');
  if (all.length > writtenActionsLimit)
    return manyActions(
      all.map(({ atMs }) => atMs),
      scale,
    );
  const freeX: number[] = [];
  const done = all.map((event) => {
    const x = scale.x(event.atMs);
    const words = shortened(eventWords(event));
    const free = Array.from({ length: actionRowsLimit }, (_, row) => row).find((row) => x >= (freeX[row] ?? 0));
    if (free !== undefined) freeX[free] = x + 16 + words.length * 6;
    return { event, x, words, row: free };
  });
  const mark = ({ event, x, words, row }: (typeof done)[number], y: number): string => {
    const rowY = y + (row ?? 0) * rowHeight;
    const title = `<title>${clockTime(event.atMs)} ${escapeMarkup(eventWords(event))}</title>`;
    const written = `<text class="action" x="${n(x + 7)}" y="${rowY + 19}">${escapeMarkup(words)}</text>`;
    const flag = `<path class="action" d="M${n(x)} ${rowY + 10}l5 5.5l-5 5.5z">${title}</path>`;
    return row === undefined ? flag : flag + written;
  };
  return {
    name: 'What was done',
    rows: Math.max(1, freeX.length),
    draw: (y) => done.map((action) => mark(action, y)).join(''),
  };
}

/** So many things are done that a word for each would be a grey wall. */
function manyActions(times: readonly number[], scale: Scale): Lane {
  const mark = (y: number) => (x: number, timeMs: number) =>
    `<line class="action" x1="${n(x)}" y1="${y + 8}" x2="${n(x)}" y2="${y + 22}"><title>${clockTime(timeMs)}</title></line>`;
  return { name: `What was done (${times.length})`, draw: (y) => marksOnce(times, scale, mark(y)) };
}

function heartbeats({ events }: Outcome, y: number, scale: Scale): string {
  const beats = events.filter((event) => event.kind === 'heartbeat');
  const draw = (name: string) => (x: number, timeMs: number) =>
    `<line class="${name}" x1="${n(x)}" y1="${y + 8}" x2="${n(x)}" y2="${y + 22}"><title>${clockTime(timeMs)}</title></line>`;
  const times = (answered: boolean): number[] =>
    beats.filter((beat) => beat.answered === answered).map(({ atMs }) => atMs);
  return marksOnce(times(true), scale, draw('beat')) + marksOnce(times(false), scale, draw('beat unanswered'));
}

function checks({ steps }: Outcome, y: number, scale: Scale): string {
  const checked = steps.filter(
    ({ step, verdict }) => step.kind !== 'action' && step.kind !== 'wait' && verdict !== 'not-run',
  );
  return checked
    .map(({ step, verdict, endedMs = 0 }) => {
      const x = scale.x(endedMs);
      const title = `<title>${clockTime(endedMs)}, line ${step.line}: ${escapeMarkup(step.words)}</title>`;
      const isGood = verdict === 'passed';
      return `<text class="${isGood ? 'done' : 'failed'}" x="${n(x)}" y="${y + 20}" text-anchor="middle">${isGood ? '✓' : '✗'}${title}</text>`;
    })
    .join('');
}

function findingMark({ atMs, subject, message }: Finding, scale: Scale, height: number): string {
  const x = scale.x(atMs);
  const title = `<title>${clockTime(atMs)}, ${escapeMarkup(subject)}: ${escapeMarkup(message)}</title>`;
  const anchor = x > pageWidth - 200 ? 'end' : 'start';
  const words = `<text class="finding" x="${n(x + (anchor === 'end' ? -8 : 8))}" y="${height - 6}" text-anchor="${anchor}">✗ it went wrong here</text>`;
  return `<g>${title}<line class="finding" x1="${n(x)}" y1="${top - 4}" x2="${n(x)}" y2="${height - 16}"/>${words}</g>`;
}
