import type { AccessoryConfiguration } from '#protocol/configuration/configuration.ts';
import type { ProfileEvent } from '#protocol/esp3/profiles.ts';
import type { ReportRecord } from '#protocol/mqtt/record.ts';
import { accessoryRules } from './accessories.ts';
import { type ChartActor, startChart } from './actors.ts';
import { type AlarmDecision, type AlarmEvent, alarmChart } from './alarm.chart.ts';
import type { Concern, HubContext } from './concern.ts';
import { createPressFilter } from './presses.ts';
import type { ReportContent, Waiting } from './reports.ts';

interface OpenAlarm {
  ref: string;
  accessory: string;
  chart: ChartActor<AlarmEvent, AlarmDecision>;
  /** The update that waits: at most one, the newest. */
  update: Waiting | undefined;
}

/** The alarms that the centre has not acknowledged: one an accessory (B1.3). */
export function createAlarms({ clock, log, reports }: HubContext): Concern {
  const open = new Map<string, OpenAlarm>();
  const presses = createPressFilter(clock);
  const counters = { alarms: 0, updates: 0, repeats: 0 };

  function heard(accessory: AccessoryConfiguration, event: ProfileEvent): void {
    const button = accessoryRules[accessory.kind].trigger(event);
    if (button === undefined) return;
    if (presses.isRepeat(accessory.id, button)) counters.repeats += 1;
    else triggered(accessory);
  }

  function triggered(accessory: AccessoryConfiguration): void {
    const alarm = open.get(accessory.id) ?? openAlarm(accessory.id, reports.newReference());
    for (const decision of alarm.chart.send({ type: 'pressed' })) {
      if (decision.type === 'raise') {
        counters.alarms += 1;
        reports.raise(alarm.ref, { report: 'alarm', ...subject(accessory) });
      } else {
        update(accessory, alarm, decision.presses);
      }
    }
  }

  function openAlarm(accessory: string, ref: string): OpenAlarm {
    const alarm: OpenAlarm = { ref, accessory, chart: startChart(alarmChart, log), update: undefined };
    open.set(accessory, alarm);
    return alarm;
  }

  /** Takes the place of the update that still waits, so that a hundred presses are one message (B1.3). */
  function update(accessory: AccessoryConfiguration, alarm: OpenAlarm, presses: number): void {
    counters.updates += 1;
    const ref = reports.newReference();
    const content: ReportContent = { report: 'update', of: alarm.ref, presses, ...subject(accessory) };
    const previous = alarm.update;
    alarm.update = { ref, journalled: true };
    alarm.update.journalled = reports.raise(ref, content, { inPlaceOf: previous });
  }

  function acknowledged({ ref }: ReportRecord): void {
    for (const alarm of open.values()) {
      if (alarm.update?.ref === ref) {
        alarm.update = undefined;
      } else if (alarm.ref === ref) {
        alarm.chart.send({ type: 'acknowledged' });
        open.delete(alarm.accessory);
      }
    }
  }

  /** First the alarm's own record, then its update's: they come in the order of their priority and age. */
  function waits({ report, ref, did, of, presses }: ReportRecord): void {
    if (report === 'alarm' && did !== undefined) {
      openAlarm(did, ref).chart.send({ type: 'restored', presses: 1 });
    }
    const alarm = report === 'update' ? [...open.values()].find((candidate) => candidate.ref === of) : undefined;
    if (alarm !== undefined) {
      alarm.update = { ref, journalled: true };
      alarm.chart.send({ type: 'restored', presses: presses ?? 1 });
    }
  }

  return {
    heard,
    acknowledged,
    waits,
    counters: () => counters,
  };
}

function subject({
  name,
  kind,
  id,
  location,
}: AccessoryConfiguration): Pick<ReportContent, 'from' | 'dty' | 'did' | 'stc' | 'pri' | 'lte'> {
  const { deviceType, status, priority } = accessoryRules[kind];
  const where = location === undefined ? {} : { lte: location };
  return { from: name, dty: deviceType.code, did: id, stc: status.code, pri: priority, ...where };
}
