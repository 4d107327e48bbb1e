import type { AccessoryConfiguration } from '#protocol/configuration/configuration.ts';
import { distanceM } from '#protocol/core/distance.ts';
import type { ReportRecord } from '#protocol/mqtt/record.ts';
import { locationCodes, statusCodes } from '#protocol/scaip/codes.ts';
import { type ChartActor, startChart } from '#agent/hub/actors.ts';
import type { AlarmSubject } from '#agent/hub/reports.ts';
import { geoOf, type Sighting, sightingOf } from '#agent/hub/position.ts';
import type { CommandOutcome, Concern, HubContext } from '#agent/hub/concern.ts';
import type { Device, HubDevices, Position } from '#agent/hub/devices.ts';
import { areaChart, type AreaDecision, type AreaEvent } from './area.chart.ts';
import { alarmOf } from './guard.ts';

/** Beyond its area by so much it is outside, as a share of the radius and in metres at least. */
const edgeShare = 0.1;
const edgeLeastM = 50;

interface Tracker {
  accessory: AccessoryConfiguration;
  area: ChartActor<AreaEvent, AreaDecision>;
  last?: Sighting;
}

/** GPS trackers: their SOS, their area, and where they are (B8). */
export function createTrackers(context: HubContext, { openTracker }: HubDevices): Concern {
  const { clock, configuration, facts, reports, tell, log } = context;
  const trackers = new Map<string, Tracker>();
  /** The alarms of trackers that the centre has not taken: a new position is an update of them. */
  const open = new Map<string, ReportRecord>();
  let device: Device | undefined;

  function find(id: string): Tracker | undefined {
    const accessory = configuration().accessories.find((one) => one.kind === 'gps' && one.id === id);
    if (accessory === undefined) return undefined;
    const known = trackers.get(id);
    if (known !== undefined) return Object.assign(known, { accessory });
    const tracker: Tracker = { accessory, area: startChart(areaChart, log) };
    if (facts.get(keyOf(accessory)) !== undefined) tracker.area.send({ type: 'restored' });
    trackers.set(id, tracker);
    return tracker;
  }

  function positioned(id: string, position: Position): void {
    const tracker = find(id);
    if (tracker === undefined) return;
    tracker.last = sightingOf(position, clock);
    for (const record of open.values()) {
      if (record.did === id) tell.moved(record.ref, subject(tracker, statusOf(record)));
    }
    watchArea(tracker, position);
  }

  function watchArea(tracker: Tracker, position: Position): void {
    const { accessory, area } = tracker;
    if (accessory.area === undefined) return;
    const distance = distanceM(accessory.area, position);
    const { radiusM } = accessory.area;
    const edgeM = Math.max(edgeLeastM, radiusM * edgeShare);
    if (distance > radiusM && distance <= radiusM + edgeM) return;
    const event: AreaEvent = { type: distance <= radiusM ? 'inside' : 'outside' };
    if (!area.can(event)) return;
    const key = keyOf(accessory);
    for (const { type } of area.send(event)) {
      if (type === 'left') tell.triggered(subject(tracker, statusCodes.alarmAutomatic), [{ key, value: true }]);
      else reports.note('accessory', { backInArea: accessory.name }, [{ key, value: undefined }]);
    }
  }

  function sos(id: string): void {
    const tracker = find(id);
    if (tracker !== undefined) tell.triggered(subject(tracker, statusCodes.alarmManual));
  }

  /** Where it was last; B8's "position on request". */
  function locate({ name }: Readonly<Record<string, unknown>>): CommandOutcome {
    const accessories = configuration().accessories.filter(({ kind }) => kind === 'gps');
    const accessory = accessories.find((one) => name === undefined || one.name === name);
    const last = accessory === undefined ? undefined : trackers.get(accessory.id)?.last;
    if (accessory === undefined) return { outcome: 'refused', reason: 'there is no such tracker' };
    if (last === undefined) return { outcome: 'refused', reason: `${accessory.name} has not said yet where it is` };
    return { outcome: 'done', body: { name: accessory.name, ...geoOf(last, clock) } };
  }

  function subject({ accessory, last }: Tracker, status: { code: number; words: string }): AlarmSubject {
    const priority = status.code === statusCodes.alarmManual.code ? 8 : 7;
    const where = last === undefined ? {} : { lge: geoOf(last, clock) };
    const away = status.code === statusCodes.alarmAutomatic.code ? { lco: locationCodes.leftArea.code } : {};
    return { ...alarmOf(accessory, status, priority), ...away, ...where };
  }

  function noteOpen(record: ReportRecord): void {
    if (record.report !== 'alarm') return;
    const isTracker = configuration().accessories.some(({ kind, id }) => kind === 'gps' && id === record.did);
    if (isTracker) open.set(record.ref, record);
  }

  return {
    waits: noteOpen,
    start() {
      device = openTracker?.({ sos, position: positioned });
    },
    reported: noteOpen,
    acknowledged: ({ ref }) => void open.delete(ref),
    commands: { locate },
    stop: () => device?.stop(),
  };
}

function keyOf({ name }: AccessoryConfiguration): string {
  return `outside/${name}`;
}

function statusOf({ stc }: ReportRecord): { code: number; words: string } {
  return stc === statusCodes.alarmManual.code ? statusCodes.alarmManual : statusCodes.alarmAutomatic;
}
