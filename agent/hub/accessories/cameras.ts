import { type Cancel, hourMs } from '#protocol/core/time.ts';
import type { CommandOutcome, Concern, HubContext } from '#agent/hub/concern.ts';
import { createGuardedHours } from './guardedHours.ts';

/** The time is looked at so often at least, so that a clock that was set late, or jumped, is followed. */
const lookEveryMs = hourMs;

/** Visits by camera: at set times or on request, never without being announced and written down (B8). */
export function createCameras(context: HubContext): Concern {
  const { clock, configuration, reports, display } = context;
  const hours = createGuardedHours(context);
  /** The last visit of each camera, so that an hour that comes twice in autumn holds one. */
  const visited = new Map<string, string>();
  let dueMs: number | undefined;
  let cancel: Cancel = () => {};

  const cameras = () => configuration().accessories.filter(({ kind }) => kind === 'camera');

  function visit(camera: string, by: 'times' | 'centre'): void {
    reports.note('camera', { camera, by });
    display.play('camera');
  }

  function look(): void {
    cancel();
    const untilMs = hours.untilNext(cameras().flatMap(({ visits }) => visits));
    const nowMs = clock.monotonicMs();
    dueMs = untilMs === undefined || untilMs > lookEveryMs ? undefined : nowMs + untilMs;
    if (cameras().every(({ visits }) => visits.length === 0)) return;
    cancel = clock.at(dueMs ?? nowMs + lookEveryMs, due);
  }

  function due(): void {
    if (dueMs !== undefined) {
      const { minute, day } = hours.minute();
      for (const { name, visits } of cameras()) {
        const moment = `${day} ${minute}`;
        if (!visits.includes(minute) || visited.get(name) === moment) continue;
        visited.set(name, moment);
        visit(name, 'times');
      }
    }
    look();
  }

  function visitCommand({ name }: Readonly<Record<string, unknown>>): CommandOutcome {
    const camera = cameras().find((one) => name === undefined || one.name === name);
    if (camera === undefined)
      return { outcome: 'refused', reason: 'there is no such camera; right would be the name of one' };
    visit(camera.name, 'centre');
    return { outcome: 'done' };
  }

  return {
    start: look,
    reconfigured: look,
    clockSet: look,
    stop: () => cancel(),
    commands: { 'camera-visit': visitCommand },
  };
}
