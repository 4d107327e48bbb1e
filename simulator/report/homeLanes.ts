import type { Outcome } from '#simulator/scenario/runner.ts';
import type { WorldEvent } from '#simulator/world/world.ts';
import { coordinate, type Lane, laneHeight, marksOnce, rowHeight } from './drawing.ts';
import { escapeMarkup } from './markup.ts';
import type { Scale } from './scale.ts';
import { clockTime, eventWords } from './wording.ts';

type Event<Kind extends WorldEvent['kind']> = Extract<WorldEvent, { kind: Kind }>;

function eventsOf<Kind extends WorldEvent['kind']>(events: readonly WorldEvent[], kind: Kind): Event<Kind>[] {
  return events.filter((event): event is Event<Kind> => event.kind === kind);
}

const curveRows = 3;
/** What stays free above the full and below the empty battery, in pixels. */
const curveMargin = 8;

/** What the battery held, as a curve from full above to empty below; nothing where it did not change. */
export function batteryLanes({ events, endMs }: Outcome): Lane[] {
  const readings = eventsOf(events, 'power');
  const charges = new Set(readings.map(({ chargePercent }) => chargePercent));
  const [first] = readings;
  if (first === undefined || charges.size < 2) return [];
  const height = laneHeight + (curveRows - 1) * rowHeight - 2 * curveMargin;
  const points = [
    { atMs: 0, chargePercent: first.chargePercent },
    ...readings,
    { atMs: endMs, chargePercent: readings.at(-1)?.chargePercent ?? first.chargePercent },
  ];
  const lowest = points.reduce((one, other) => (other.chargePercent < one.chargePercent ? other : one));
  const last = points.at(-1) ?? lowest;
  return [
    {
      name: 'Battery, per cent',
      rows: curveRows,
      draw(y, scale) {
        const placeOf = (percent: number): number => y + curveMargin + (1 - percent / 100) * height;
        const at = ({ atMs, chargePercent }: typeof lowest): string =>
          `${coordinate(scale.x(atMs))},${coordinate(placeOf(chargePercent))}`;
        const label = ({ atMs, chargePercent }: typeof lowest): string => {
          const x = scale.x(atMs);
          return `<text class="charge" x="${coordinate(x)}" y="${coordinate(placeOf(chargePercent) - 4)}" text-anchor="end">${chargePercent} %</text>`;
        };
        const labels = lowest.atMs === last.atMs ? [last] : [lowest, last];
        const low = placeOf(lowLine);
        return [
          `<line class="low" x1="${coordinate(scale.x(0))}" y1="${coordinate(low)}" x2="${coordinate(scale.x(endMs))}" y2="${coordinate(low)}"><title>${lowLine} %, low</title></line>`,
          `<polyline class="curve" points="${points.map(at).join(' ')}"/>`,
          `<text class="charge" x="${coordinate(scale.x(endMs) + 5)}" y="${coordinate(low + 4)}">${lowLine}</text>`,
          ...labels.map(label),
        ].join('');
      },
    },
  ];
}

/** Below it a battery is low, in per cent (B6.3). */
const lowLine = 20;

/** Notes in the lane of the lights. */
export function soundMarks(events: readonly WorldEvent[], y: number, scale: Scale): string {
  return eventsOf(events, 'sound')
    .map((event) => markOf('♪', 'sound', event, y, scale))
    .join('');
}

/** Short messages, one mark each; more than are told apart are one. */
export function messageLanes(events: readonly WorldEvent[]): Lane[] {
  const messages = eventsOf(events, 'sms');
  if (messages.length === 0) return [];
  const byTime = new Map(messages.map((event) => [event.atMs, event]));
  return [
    {
      name: 'Short messages',
      draw: (y, scale) =>
        marksOnce([...byTime.keys()], scale, (_x, timeMs) => {
          const event = byTime.get(timeMs);
          return event === undefined ? '' : markOf(event.is === 'sent' ? '✉' : '↩', 'message', event, y, scale);
        }),
    },
  ];
}

function markOf(mark: string, name: string, event: WorldEvent, y: number, scale: Scale): string {
  const title = `<title>${clockTime(event.atMs)} ${escapeMarkup(eventWords(event))}</title>`;
  return `<text class="${name}" x="${coordinate(scale.x(event.atMs))}" y="${y + 20}" text-anchor="middle">${mark}${title}</text>`;
}
