import type { Mutant } from './mutant.ts';

/** From the press to the row in the journal, and over restarts (B1, B5, B6.6). */
export const alarmMutants: readonly Mutant[] = [
  {
    name: 'sent-before-it-is-written',
    rule: 'B1.1',
    file: 'agent/hub/reports.ts',
    from: `    const seq = commit(stamp, entries, [...keep, ...along(record)], later);`,
    to: `    effects.deliver({ seq: unjournalledSeq, ref, priority, stamp, body }, false);
    const seq = commit(stamp, entries, [...keep, ...along(record)], later);`,
  },
  {
    name: 'shown-before-it-is-written',
    rule: 'B1.1',
    file: 'agent/hub/reports.ts',
    from: `    const seq = commit(stamp, entries, [...keep, ...along(record)], later);`,
    to: `    onReported(record);
    const seq = commit(stamp, entries, [...keep, ...along(record)], later);`,
  },
  {
    name: 'what-cannot-be-written-is-not-sent',
    rule: 'B1.1',
    file: 'agent/hub/reports.ts',
    from: `effects.deliver({ seq: unjournalledSeq, ref, priority, stamp, body: unjournalled }, false);`,
    to: ``,
  },
  {
    name: 'acknowledgements-are-not-written',
    rule: 'B13.1',
    file: 'agent/hub/reports.ts',
    from: `const last = commit(stampNow(), entries, keep);`,
    to: `const last = entries.length + keep.length;`,
  },
  {
    name: 'references-are-counted',
    rule: 'B2.5',
    file: 'agent/hub/reports.ts',
    from: `newReference: () => drawReference(random),`,
    to: `newReference() {
      const last = Number(journal.kept().find(({ key }) => key === 'count')?.value ?? 0);
      commit(stampNow(), [], [{ key: 'count', value: last + 1 }]);
      return 'R' + (last + 1);
    },`,
  },
  {
    name: 'an-update-leaves-the-one-before',
    rule: 'B1.3',
    file: 'agent/hub/reports.ts',
    from: `return ref === undefined ? [] : [{ kind: 'superseded', ref, body: { by } }];`,
    to: `return [];`,
  },
  {
    name: 'never-buffered',
    rule: 'B1.6',
    file: 'agent/hub/reports.ts',
    from: `buffered: !isConnected() };`,
    to: `buffered: false };`,
  },
  {
    name: 'one-reference-for-all',
    rule: 'B2.5',
    file: 'agent/hub/reference.ts',
    from: `Math.floor(random() * alphabet.length)`,
    to: `index`,
  },
  {
    name: 'each-press-is-an-alarm',
    rule: 'B1.3',
    file: 'agent/hub/alarms.ts',
    from: `open.get(keyOf(subject)) ?? openAlarm(`,
    to: `openAlarm(`,
  },
  {
    name: 'deaf-after-an-acknowledgement',
    rule: 'B1.3',
    file: 'agent/hub/alarms.ts',
    from: `open.delete(alarm.key);`,
    to: ``,
  },
  {
    name: 'an-alarm-that-waits-is-new-after-a-restart',
    rule: 'B6.6',
    file: 'agent/hub/alarms.ts',
    from: `openAlarm(keyOf(record), ref).chart.send({ type: 'restored', presses: 1 });`,
    to: ``,
  },
  {
    name: 'presses-within-a-minute-are-repeats',
    rule: 'B1.2',
    file: 'agent/hub/presses.ts',
    from: `nowMs - firstMs < repeatWindowMs`,
    to: `nowMs - firstMs < 60_000`,
  },
  {
    name: 'repeats-are-presses',
    rule: 'B1.2',
    file: 'agent/hub/presses.ts',
    from: `      if (firstMs !== undefined && nowMs - firstMs < repeatWindowMs) {
        return true;`,
    to: `      if (firstMs !== undefined && nowMs - firstMs < repeatWindowMs) {
        return false;`,
  },
  {
    name: 'nothing-can-be-cancelled',
    rule: 'B1.5',
    file: 'agent/hub/accessories/trigger.ts',
    from: `cancel: () => send({ type: 'cancelled' }),`,
    to: `cancel() {},`,
  },
  {
    name: 'a-window-is-forgotten-in-a-restart',
    rule: 'B6.6',
    file: 'agent/hub/accessories/trigger.ts',
    from: `deadlines.when(deadline, () => send({ type: 'due' }));`,
    to: `deadlines.when(deadline, () => chart.send({ type: 'due' }));`,
  },
  {
    name: 'the-neighbour-is-taken-for-the-client',
    rule: 'B1.4',
    file: 'agent/hub/hub.ts',
    from: `accessories.find(({ id }) => id === telegram.sender);`,
    to: `accessories.find(({ id }) => id === telegram.sender) ?? configuration().accessories[0];`,
  },
  {
    name: 'what-waits-is-not-sent-after-a-restart',
    rule: 'B6.6',
    file: 'agent/agent.ts',
    from: `  outbox.load();`,
    to: ``,
  },
  {
    name: 'deadlines-end-with-the-program',
    rule: 'B6.6',
    file: 'agent/hub/deadlines.ts',
    from: `restore: () => count([...actions.keys()].filter((name) => !armed.has(name))),`,
    to: `restore() {},`,
  },
  {
    name: 'smoke-is-an-alarm-as-any-other',
    rule: 'B16',
    file: 'agent/hub/accessories/kinds.ts',
    from: `status: alarmAutomatic, priority: 9`,
    to: `status: alarmAutomatic, priority: 8`,
  },
  {
    name: 'a-test-alarm-every-day',
    rule: 'B5.1',
    file: 'agent/hub/test-alarm/testAlarm.ts',
    from: `const next = deadlines.set(nextTestAlarm, everyMs);`,
    to: `const next = deadlines.set(nextTestAlarm, everyMs + 3_600_000);`,
  },
  {
    name: 'a-restart-puts-the-test-alarm-off',
    rule: 'B5.1',
    file: 'agent/hub/test-alarm/testAlarm.ts',
    from: `if (!deadlines.isKept(nextTestAlarm)) reports.keep(`,
    to: `reports.keep(`,
  },
  {
    name: 'a-test-alarm-that-nobody-takes-is-no-fault',
    rule: 'B5.3',
    file: 'agent/hub/test-alarm/testAlarm.chart.ts',
    from: `late: { target: 'overdue', actions: emit({ type: 'fault' }) },`,
    to: `late: 'overdue',`,
  },
];
