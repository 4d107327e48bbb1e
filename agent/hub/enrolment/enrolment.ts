import { accessoryKinds, isRadioKind } from '#protocol/configuration/accessories.ts';
import type { AccessoryConfiguration } from '#protocol/configuration/configuration.ts';
import type { RadioTelegram } from '#protocol/esp3/profiles.ts';
import { startChart } from '#agent/hub/actors.ts';
import type { CommandOutcome, Concern, HubContext } from '#agent/hub/concern.ts';
import { isInstallerMode } from '#agent/hub/installer/installer.ts';
import type { Kept } from '#agent/hub/ports.ts';
import { repeatWindowMs } from '#agent/hub/presses.ts';
import {
  accessoriesLimit,
  enrolledFact,
  forgottenFact,
  isEnrolled,
  readWritten,
  type WrittenAccessory,
} from './enrolled.ts';
import { enrolmentChart, type EnrolmentEvent } from './enrolment.chart.ts';
import { type Template, taughtAccessory } from './teachIn.ts';

/** Kept, and a deadline of its own, while the window is open: what it was opened for. */
const windowName = 'enrolment';

type Details = Readonly<Record<string, unknown>>;

/**
 * Accessories come and go while the hub is in service (B14.2): by their id from the centre, or taught in at the home
 * within a window that the centre or an installer has opened. `changed` is called when others are in force.
 */
export function createEnrolment(context: HubContext, changed: () => void): Concern {
  const { clock, configuration, reports, facts, deadlines, display, log } = context;
  const chart = startChart(enrolmentChart, log);
  const counters = { taughtIn: 0, teachInRefused: 0 };

  deadlines.when(windowName, () => send({ type: 'due' }));

  const isOpen = (): boolean => facts.get(windowName) !== undefined;

  function send(event: EnrolmentEvent, template: Template = {}): void {
    for (const decision of chart.send(event)) {
      if (decision.type === 'open') open(template);
      else if (decision.type === 'close') close();
    }
  }

  function open(template: Template): void {
    const keep = [{ key: windowName, value: template }, deadlines.set(windowName, configuration().enrolment.windowMs)];
    reports.note('accessory', { window: 'open' }, keep);
    display.light('enrolling', true);
  }

  function close(): void {
    reports.note('accessory', { window: 'closed' }, closed());
    display.light('enrolling', false);
  }

  function closed(): Kept[] {
    return [{ key: windowName, value: undefined }, deadlines.clear(windowName)];
  }

  function stranger(telegram: RadioTelegram): void {
    if (!isOpen()) return;
    const template = templateIn(facts.get(windowName));
    const taught = taughtAccessory(telegram, template);
    const signalDbm = telegram.reception?.signalDbm ?? 0;
    const problem = taught.ok ? problemOf(taught.value.accessory, signalDbm) : taught.problem;
    if (!taught.ok || problem !== undefined) {
      counters.teachInRefused += 1;
      log.info({ step: 'teach-in', signalDbm, problem }, 'a telegram teaches nothing in');
      return;
    }
    // What a crash would undo, nobody may hear as enrolled: the pendant would be a stranger's again.
    if (!reports.keep([{ key: windowName, value: template }])) {
      counters.teachInRefused += 1;
      log.error({ step: 'teach-in' }, 'nothing is taught in: the journal cannot be written');
      return;
    }
    const isLast = template['kind'] !== undefined;
    for (const _decision of chart.send({ type: 'taughtIn', last: isLast })) {
      teachIn(taught.value, isLast);
    }
  }

  function teachIn(one: WrittenAccessory, isLast: boolean): void {
    counters.taughtIn += 1;
    enrol(one, 'teach-in', isLast ? closed() : []);
    if (isLast) display.light('enrolling', false);
    display.play('enrolled');
    // The repeats of the press that taught it in are no alarm yet.
    clock.at(clock.monotonicMs() + repeatWindowMs, changed);
  }

  function problemOf({ id, name }: AccessoryConfiguration, signalDbm = 0): string | undefined {
    const { accessories, enrolment } = configuration();
    if (signalDbm < enrolment.weakestDbm) {
      return `it is heard with ${signalDbm} dBm; right would be ${enrolment.weakestDbm} or more, close to the hub`;
    }
    if (isEnrolled(id, facts) || accessories.some((accessory) => accessory.id === id)) {
      return `${id} is enrolled already; forget it first`;
    }
    if (accessories.some((accessory) => accessory.name === name))
      return `there is another ${name}; give it its own name`;
    return accessories.length < accessoriesLimit
      ? undefined
      : `${accessoriesLimit} accessories are the most; forget one`;
  }

  function enrol(one: WrittenAccessory, by: 'teach-in' | 'centre', keep: readonly Kept[] = []): void {
    const { name, kind, id } = one.accessory;
    log.info({ step: 'enrolled', name, kind, by }, `${name} is enrolled`);
    reports.note('accessory', { enrolled: name, kind, id, by }, [...enrolledFact(one), ...keep]);
  }

  /** With an id it is enrolled at once, without one the window opens for it; with nothing at all for any that is known. */
  function enrolCommand(details: Details): CommandOutcome {
    const { id, ...template } = details;
    const kind = accessoryKinds.find((known) => known === template['kind']);
    // What is no radio device has nothing to be taught in by.
    if (id === undefined && (kind === undefined || isRadioKind(kind))) {
      const sample = readWritten({ name: 'sample', ...template, id: '00000001' });
      if (template['kind'] !== undefined && !sample.ok) return { outcome: 'refused', reason: sample.problem };
      send({ type: 'open' }, template);
      return { outcome: 'done', body: { window: 'open', forMs: configuration().enrolment.windowMs } };
    }
    const read = readWritten(details);
    const problem = read.ok ? problemOf(read.value.accessory) : read.problem;
    if (!read.ok || problem !== undefined) return { outcome: 'refused', reason: problem ?? '' };
    enrol(read.value, 'centre');
    changed();
    return { outcome: 'done' };
  }

  function forget({ name, id }: Details): CommandOutcome {
    const { accessories } = configuration();
    const accessory = accessories.find((one) => (id === undefined ? one.name === name : one.id === id));
    if (accessory === undefined) {
      return { outcome: 'refused', reason: `there is no such accessory; right would be the name or the id of one` };
    }
    const { kind } = accessory;
    log.info({ step: 'forgotten', name: accessory.name, kind }, `${accessory.name} is forgotten`);
    reports.note(
      'accessory',
      { forgotten: accessory.name, kind, id: accessory.id },
      forgottenFact(accessory, configuration()),
    );
    changed();
    return { outcome: 'done' };
  }

  return {
    stranger,
    button(button) {
      if (button === 'presence' && isInstallerMode(facts)) send({ type: isOpen() ? 'close' : 'open' });
    },
    restore() {
      if (isOpen()) chart.send({ type: 'restored' });
    },
    start: () => display.light('enrolling', isOpen()),
    commands: { enrol: enrolCommand, forget },
    state: () => (isOpen() ? { mode: 'enrolling' } : {}),
    counters: () => counters,
  };
}

function templateIn(kept: unknown): Template {
  return typeof kept === 'object' && kept !== null ? { ...kept } : {};
}
