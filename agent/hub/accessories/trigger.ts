import type { AlarmSubject } from '#agent/hub/reports.ts';
import { startChart } from '#agent/hub/actors.ts';
import { createPressFilter } from '#agent/hub/presses.ts';
import { statusCodes } from '#protocol/scaip/codes.ts';
import { cancelWindowChart, type CancelWindowEvent } from './cancelWindow.chart.ts';
import { alarmOf, type Guard, type GuardParts, informationOf } from './guard.ts';
import { type Trigger, kindRules } from './kinds.ts';

/** An accessory that raises at once, or after the time in which its alarm may be cancelled (B1.5). */
export function createTrigger(parts: GuardParts, trigger: Trigger): Guard {
  const { context, accessory, hours, isSilenced, counters } = parts;
  const { clock, tell } = context;
  const presses = createPressFilter(clock);
  const subject = alarmOf(accessory, trigger.status, trigger.priority);
  const cancelWindow = accessory.cancelMs > 0 ? createCancelWindow(parts, subject) : undefined;

  function isOff(): boolean {
    if (trigger.guarded !== true) return false;
    if (accessory.hours === undefined || isSilenced(kindRules[accessory.kind].silencedBy)) return true;
    return !hours.isInside(accessory.hours);
  }

  return {
    ...cancelWindow,
    heard(event) {
      const button = trigger.by(event);
      if (button === undefined || isOff()) return;
      if (presses.isRepeat(accessory.id, button)) counters.repeats += 1;
      else if (cancelWindow === undefined) tell.triggered(subject);
      else cancelWindow.triggered();
    },
    unreadable() {
      if (trigger.unreadableToo !== true) return;
      // Press and release cannot be told apart: what comes within the time of a repeat is one press.
      if (presses.isRepeat(accessory.id, unreadableButton)) counters.repeats += 1;
      // At once: a window to cancel it is for what is known to be an alarm of that device.
      else tell.triggered({ ...subject, verified: false });
    },
  };
}

/** Stands for the button that nobody can read. */
const unreadableButton = 'unreadable';

function createCancelWindow({ context, accessory }: GuardParts, subject: AlarmSubject): Guard & { triggered(): void } {
  const { display, reports, deadlines, tell, log } = context;
  const { name, cancelMs } = accessory;
  const chart = startChart(cancelWindowChart, log);
  const deadline = `cancel-window/${name}`;

  function send(event: CancelWindowEvent): void {
    if (!chart.can(event)) return;
    for (const { type } of chart.send(event)) {
      if (type === 'announce') announce();
      else if (type === 'cancel') cancel();
      else if (type === 'raise') raise();
      else display.light('cancel-window', true);
    }
  }

  function announce(): void {
    reports.note('accessory', { cancelWindow: name, forMs: cancelMs }, [deadlines.set(deadline, cancelMs)]);
    display.light('cancel-window', true);
    display.play('cancel-window');
  }

  function cancel(): void {
    reports.report(informationOf(accessory, statusCodes.cancel), {
      keep: [deadlines.clear(deadline)],
      note: ['accessory', { cancelled: name }],
    });
    display.light('cancel-window', false);
    display.play('cancelled');
  }

  function raise(): void {
    display.light('cancel-window', false);
    tell.triggered(subject, [deadlines.clear(deadline)]);
  }

  return {
    triggered: () => send({ type: 'triggered' }),
    cancel: () => send({ type: 'cancelled' }),
    restore() {
      deadlines.when(deadline, () => send({ type: 'due' }));
      if (context.facts.get(`deadline/${deadline}`) !== undefined) chart.send({ type: 'restored' });
    },
    start() {
      display.light('cancel-window', deadlines.isSet(deadline));
    },
    drop() {
      if (deadlines.isSet(deadline)) raise();
    },
  };
}
