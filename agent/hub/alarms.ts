import type { ReportRecord } from '#protocol/mqtt/record.ts';
import { deviceTypes, statusCodes } from '#protocol/scaip/codes.ts';
import { type ChartActor, startChart } from './actors.ts';
import { type AlarmDecision, type AlarmEvent, alarmChart } from './alarm.chart.ts';
import type { Concern, HubContext } from './concern.ts';
import type { Device, HubDevices } from './devices.ts';
import type { Kept } from './ports.ts';
import { geoOf, type Sighting, sightingOf } from './position.ts';
import type { AlarmSubject, ReportContent } from './reports.ts';

/** The alarm button on the hub itself (B16). */
const hubButton: AlarmSubject = {
  from: 'hub',
  dty: deviceTypes.hub.code,
  stc: statusCodes.alarmManual.code,
  pri: 8,
};

interface OpenAlarm {
  ref: string;
  key: string;
  chart: ChartActor<AlarmEvent, AlarmDecision>;
  /** The update that waits: at most one, the newest. */
  update: string | undefined;
}

/** The alarms that the centre has not acknowledged: one for each device and status (B1.3). */
export function createAlarms({ clock, log, reports }: HubContext, { openGnss }: HubDevices): Concern {
  const open = new Map<string, OpenAlarm>();
  let here: Sighting | undefined;
  let gnss: Device | undefined;
  const counters = { alarms: 0, updates: 0 };

  function triggered(subject: AlarmSubject, keep: readonly Kept[] = []): void {
    const alarm = open.get(keyOf(subject)) ?? openAlarm(keyOf(subject), reports.newReference());
    for (const decision of alarm.chart.send({ type: 'pressed' })) {
      if (decision.type === 'raise') {
        counters.alarms += 1;
        // A tracker knows better where it is than the hub.
        const where = here === undefined ? {} : { lge: geoOf(here, clock) };
        reports.raise(alarm.ref, { report: 'alarm', ...where, ...subject }, { keep });
      } else {
        update(alarm, updateOf(alarm, decision.presses, subject), keep);
      }
    }
  }

  function moved(ref: string, subject: AlarmSubject): void {
    const alarm = [...open.values()].find((candidate) => candidate.ref === ref);
    if (alarm === undefined) return;
    for (const decision of alarm.chart.send({ type: 'moved' })) {
      if (decision.type === 'update') update(alarm, updateOf(alarm, decision.presses, subject), []);
    }
  }

  function openAlarm(key: string, ref: string): OpenAlarm {
    const alarm: OpenAlarm = { ref, key, chart: startChart(alarmChart, log), update: undefined };
    open.set(key, alarm);
    return alarm;
  }

  /** Takes the place of the update that still waits, so that a hundred presses are one message (B1.3). */
  function update(alarm: OpenAlarm, content: ReportContent, keep: readonly Kept[]): void {
    counters.updates += 1;
    const ref = reports.newReference();
    const inPlaceOf = alarm.update;
    alarm.update = ref;
    reports.raise(ref, content, { inPlaceOf, keep });
  }

  function acknowledged({ ref }: ReportRecord): void {
    for (const alarm of open.values()) {
      if (alarm.update === ref) {
        alarm.update = undefined;
      } else if (alarm.ref === ref) {
        alarm.chart.send({ type: 'acknowledged' });
        open.delete(alarm.key);
      }
    }
  }

  /** First the alarm's own record, then its update's: they come in the order of their priority and age. */
  function waits(record: ReportRecord): void {
    const { report, ref, of, presses } = record;
    if (report === 'alarm') {
      openAlarm(keyOf(record), ref).chart.send({ type: 'restored', presses: 1 });
    }
    const alarm = report === 'update' ? [...open.values()].find((candidate) => candidate.ref === of) : undefined;
    if (alarm !== undefined) {
      alarm.update = ref;
      alarm.chart.send({ type: 'restored', presses: presses ?? 1 });
    }
  }

  return {
    triggered,
    moved,
    button(button) {
      if (button === 'alarm') triggered(hubButton);
    },
    acknowledged,
    waits,
    start() {
      gnss = openGnss?.({
        position: (position) => (here = position && sightingOf(position, clock)),
        satelliteTime() {},
        failing: () => (here = undefined),
        well() {},
      });
    },
    stop: () => gnss?.stop(),
    counters: () => counters,
  };
}

function updateOf({ ref }: OpenAlarm, presses: number, subject: AlarmSubject): ReportContent {
  return { report: 'update', of: ref, presses, ...subject };
}

/** What a further trigger must have in common with an open alarm to be the same one: who, and what is the matter. */
function keyOf({ from, did, stc }: Pick<ReportRecord, 'from' | 'did' | 'stc'>): string {
  return `${did ?? from}/${stc}`;
}
