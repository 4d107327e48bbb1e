import { type Command, type CommandResult, resultReasonLimit } from '#protocol/mqtt/command.ts';
import { failure, type Result, success } from '#protocol/core/result.ts';
import type { CommandOutcome, Concern, HubContext } from '#agent/hub/concern.ts';

/** Results that are remembered, so that a command that comes again gets the answer it had. The oldest goes first. */
const rememberedResults = 16;

/** Characters of all remembered results together, as JSON; what is kept under one key has its limit. */
const rememberedCharacters = 49_152;

export interface Commands {
  /**
   * Does what a centre asks for, once. The signature is checked already; `keyId` names the centre that signed. The
   * problem is a replay or a stale order: it is counted by whoever brought the command, and answered to nobody.
   */
  take(command: Command, keyId: string): Result<CommandResult, string>;
}

/** Commands from the centre: each works once, whatever the clock says and however often it comes (B11.2). */
export function createCommands(context: HubContext, concerns: () => readonly Concern[]): Commands {
  const { facts, reports, log, configuration } = context;

  function take(command: Command, keyId: string): Result<CommandResult, string> {
    const counterKey = `command/counter/${keyId}`;
    const known = results().find(({ id }) => id === command.id);
    const last = facts.get(counterKey);
    if (command.counter <= (typeof last === 'number' ? last : 0)) {
      if (known !== undefined) return success(known);
      return failure(`command ${command.id} has counter ${command.counter}, but ${String(last)} was there already`);
    }
    const result = resultOf(command, outcomeOf(command));
    const { id, name, counter } = command;
    const { outcome, reason } = result;
    log.info({ step: 'command', id, name, outcome, reason }, `${name}: ${outcome}`);
    reports.note('command', { id, name, counter, outcome, ...(reason === undefined ? {} : { reason }) }, [
      { key: counterKey, value: counter },
      { key: 'command/results', value: remembered([...results(), result]) },
    ]);
    return success(result);
  }

  /** What was kept is what this program kept. */
  function results(): readonly CommandResult[] {
    const kept = facts.get('command/results');
    return Array.isArray(kept) ? kept : [];
  }

  /** An expiry counts only when the clock is to be believed: an unset one never stands in the way (B12.3). */
  function outcomeOf({ name, with: details = {}, expires }: Command): CommandOutcome | 'expired' {
    const { wallMs, trusted } = reports.now();
    if (trusted && expires !== undefined && wallMs > Date.parse(expires)) return 'expired';
    const doIt = concerns().find(({ commands }) => commands?.[name] !== undefined)?.commands?.[name];
    return doIt?.(details) ?? { outcome: 'refused', reason: `this hub cannot ${name}` };
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

  return { take };
}

/** The newest that fit. One that is too long on its own is remembered without what it found out. */
function remembered(results: readonly CommandResult[]): readonly CommandResult[] {
  const newest = results.slice(-rememberedResults);
  while (newest.length > 1 && JSON.stringify(newest).length > rememberedCharacters) newest.shift();
  if (JSON.stringify(newest).length <= rememberedCharacters) return newest;
  return newest.map(({ body: _body, ...result }) => result);
}
