import { type Command, type CommandName, type CommandResult, resultReasonLimit } from '#protocol/mqtt/command.ts';
import { checkDetails } from '#protocol/mqtt/commandDetails.ts';
import { failure, type Result, success } from '#protocol/core/result.ts';
import type { CommandOutcome, Concern, HubContext } from '#agent/hub/concern.ts';
import type { EntryBody, Kept } from '#agent/hub/ports.ts';
import { createRememberedResults, type Remembered, type ResultPath, type UntoldResult } from './rememberedResults.ts';

export interface Commands {
  /**
   * Does what a centre asks for, once. The signature is checked already; `keyId` names the centre that signed, `path`
   * the way by which its result goes back. The problem is a replay or a stale order: it is counted by whoever brought
   * the command, and answered to nobody.
   */
  take(command: Command, keyId: string, path: ResultPath): Result<CommandResult, string>;
  /** The results that the centre of this path may not have yet, oldest first. They outlive a restart. */
  untold(path: ResultPath): readonly UntoldResult[];
  /** One of them as it is sent: what it found out is read now. Undefined when it was forgotten. */
  resultOf(id: string): CommandResult | undefined;
  /** The centre of this path has these. */
  told(ids: readonly string[]): void;
}

/** Kept for each key of a centre, from its first command on: the highest counter that was there. */
export const counterFact = 'command/counter/';

type Details = Readonly<Record<string, unknown>>;

/**
 * Commands from the centre: each works once, whatever the clock says and however often it comes (B11.2). What is kept of
 * a command is committed with the first thing that it does: after a power cut at any instant it was done and is known,
 * or it was not done and the broker brings it again.
 */
export function createCommands(context: HubContext, concerns: () => readonly Concern[]): Commands {
  const { facts, reports, log, configuration } = context;
  const results = createRememberedResults(facts);

  function take(command: Command, keyId: string, path: ResultPath): Result<CommandResult, string> {
    const counterKey = `${counterFact}${keyId}`;
    const last = facts.get(counterKey);
    if (command.counter <= (typeof last === 'number' ? last : 0)) return again(command, last, path);
    const { id, name, counter } = command;
    const keep = (result: CommandResult): readonly Kept[] => [
      { key: counterKey, value: counter },
      ...results.remember({ result, path, ...readBy(command, result) }),
    ];
    // What has committed anything is done; a refusal commits nothing before it says so.
    const ifDone = resultOf(command, { outcome: 'done' });
    const cause = { note: noteOf(command, ifDone), keep: () => keep(ifDone) };
    // Written again as it stands, the counter shows whether the journal takes anything.
    const isLost = lasting.includes(name) && !reports.keep([{ key: counterKey, value: last ?? 0 }]);
    const { outcome, committed } = isLost
      ? { outcome: unkept, committed: false }
      : reports.asOne(cause, () => outcomeOf(command, keyId));
    const result = resultOf(command, outcome);
    log.info(
      { step: 'command', id, name, outcome: result.outcome, reason: result.reason },
      `${name}: ${result.outcome}`,
    );
    if (!committed || result.outcome !== 'done') reports.note(...noteOf(command, result), keep(result));
    else if (JSON.stringify(result) !== JSON.stringify(ifDone)) reports.keep(keep(result));
    return success(result);
  }

  /** It came again, because its result may not have arrived; or somebody plays it again. */
  function again({ id, counter }: Command, last: unknown, path: ResultPath): Result<CommandResult, string> {
    const known = results.find(id);
    if (known === undefined) {
      return failure(`command ${id} has counter ${counter}, but ${String(last)} was there already`);
    }
    // One that is played again and again costs no write each.
    if (known.told === true || known.path !== path) reports.keep(results.remember({ ...known, path, told: false }));
    return success(known.result);
  }

  /** What is needed to read again what it found out. */
  function readBy({ name, with: details = {} }: Command, { outcome }: CommandResult): Pick<Remembered, 'details'> {
    return outcome === 'done' && readers.includes(name) ? { details } : {};
  }

  /** An expiry counts only when the clock is to be believed: an unset one never stands in the way (B12.3). */
  function outcomeOf({ name, with: details = {}, expires }: Command, keyId: string): CommandOutcome | 'expired' {
    const { wallMs, trusted } = reports.now();
    if (trusted && expires !== undefined && wallMs > Date.parse(expires)) return 'expired';
    return perform(name, details, keyId);
  }

  function perform(name: CommandName, details: Details, keyId: string): CommandOutcome {
    const checked = checkDetails(name, details);
    if (!checked.ok) return { outcome: 'refused', reason: checked.problem };
    const doIt = concerns().find(({ commands }) => commands?.[name] !== undefined)?.commands?.[name];
    return doIt?.(details, keyId) ?? { outcome: 'refused', reason: `this hub cannot ${name}` };
  }

  function resultOf({ id, name }: Command, outcome: CommandOutcome | 'expired'): CommandResult {
    const { hub, version } = configuration();
    const result = { v: 1 as const, hub, id, name, configuration: version };
    if (outcome === 'expired') return { ...result, outcome };
    if (outcome.outcome === 'refused') {
      return { ...result, outcome: 'refused', reason: outcome.reason.slice(0, resultReasonLimit) };
    }
    return { ...result, outcome: 'done', ...(outcome.body === undefined ? {} : { body: outcome.body }) };
  }

  return {
    take,
    untold: results.untold,
    resultOf(id) {
      const known = results.find(id);
      if (known?.details === undefined) return known?.result;
      const outcome = perform(known.result.name, known.details, nobodysKey);
      const body = outcome.outcome === 'done' ? outcome.read?.() : undefined;
      return { ...known.result, ...(body === undefined ? {} : { body }) };
    },
    told(ids) {
      const kept = ids.flatMap((id) => {
        const known = results.find(id);
        return known === undefined ? [] : results.remember({ ...known, told: true });
      });
      if (kept.length > 0) reports.keep(kept);
    },
  };
}

/** What counts from now on, restarts included (B11.1, B14): nobody may call it done that a crash would undo. */
const lasting: readonly CommandName[] = ['configure', 'enrol', 'forget', 'exchange', 'take-over', 'rotate-key'];

const unkept: CommandOutcome = {
  outcome: 'refused',
  reason:
    'the journal cannot be written, and a restart would undo it; right would be to ask again once that is restored',
};

/** What only reads asks for nobody's right. */
const nobodysKey = '';

/** Commands that only read: what they find out is not kept, but read again when it is sent again. */
const readers: readonly CommandName[] = ['log-extract'];

function noteOf({ id, name, counter }: Command, { outcome, reason }: CommandResult): ['command', EntryBody] {
  return ['command', { id, name, counter, outcome, ...(reason === undefined ? {} : { reason }) }];
}
