import type { Response, Result } from '#protocol/at/response.ts';
import type { Command } from './command.ts';
import type { Dialogue, Urgency } from './dialogue.ts';

export type Ask = Dialogue['ask'];

/** A command, and what its answer is good for. */
export interface Step extends Command {
  told?(lines: readonly Response[]): void;
  refused?(result: Result): void;
}

/**
 * One command after the other. A refusal is an answer, and the next one follows; one that was not answered ends it, for
 * the modem is not what it was. `done` is told whether all were answered.
 */
export function inTurn(ask: Ask, urgency: Urgency, steps: readonly Step[], done: (all: boolean) => void): void {
  const [step, ...rest] = steps;
  if (step === undefined) {
    done(true);
    return;
  }
  const { told, refused, ...command } = step;
  ask(urgency, command, (outcome) => {
    if (outcome.is === 'unknown' || outcome.is === 'unsent') {
      done(false);
      return;
    }
    if (outcome.is === 'ok') told?.(outcome.lines);
    else refused?.(outcome.result);
    inTurn(ask, urgency, rest, done);
  });
}

/** The values of the first information line of an answer: what is said unasked in the middle of it comes behind. */
export function valuesOf(lines: readonly Response[]): readonly string[] {
  const first = lines.find((line) => line.type === 'information');
  return first?.type === 'information' ? first.values : [];
}

/** The first line of text of an answer. */
export function textOf(lines: readonly Response[]): string {
  const line = lines.find(({ type }) => type === 'text');
  return line?.type === 'text' ? line.text : '';
}
