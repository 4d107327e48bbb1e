import { failure, type Result, success } from '#protocol/core/result.ts';
import type { Answer } from '#protocol/core/words.ts';
import type { CommandResult } from '#protocol/mqtt/command.ts';
import type { Commands } from './commands.ts';

/** Pieces of one extract: more than any journal has. */
export const piecesLimit = 100_000;

/** A file that is written from its begin to its end. Calls throw what is wrong with it. */
export interface ExtractFile {
  append(text: string): void;
  close(): void;
}

export interface ExtractOptions {
  commands: Commands;
  hub: string;
  /** Its name, for people. */
  file: string;
  format: 'csv' | 'json';
  period: { from?: string; to?: string };
  opened: ExtractFile;
  tell(answer: Answer): void;
}

/** Asks a hub for its journal piece by piece, until the last one says so; each goes into the file when it comes. */
export function startExtract(options: ExtractOptions): Result<Answer, string> {
  const { commands, hub, file, format, period, opened, tell } = options;
  let [entries, pieces] = [0, 0];

  function ask(next?: string): Result<unknown, string> {
    const details = { format, ...period, ...(next === undefined ? {} : { next }) };
    return commands.order(hub, 'log-extract', { details }, came);
  }

  function came(result: CommandResult | undefined): void {
    const problem = result === undefined ? 'the hub did not answer' : take(result);
    if (problem !== undefined) end(`${file} is not complete: ${problem}`, false);
  }

  /** What was wrong with a piece, or nothing. */
  function take({ outcome, reason, body = {} }: CommandResult): string | undefined {
    if (outcome !== 'done') return `${outcome}${reason === undefined ? '' : `, ${reason}`}`;
    const text = textOf(body);
    if (text === undefined) return typeof body['problem'] === 'string' ? body['problem'] : 'a piece cannot be read';
    try {
      opened.append(text);
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
    pieces += 1;
    const { next } = body;
    if (typeof next !== 'string') {
      end(`${file}: ${entries} entries of the journal of ${hub}`, true);
      return undefined;
    }
    if (pieces >= piecesLimit) return `more than ${piecesLimit} pieces`;
    const asked = ask(next);
    return asked.ok ? undefined : asked.problem;
  }

  function textOf({ entries: told, text }: Readonly<Record<string, unknown>>): string | undefined {
    if (format === 'csv') {
      if (typeof text !== 'string') return undefined;
      entries += Math.max(0, text.split('\r\n').length - (pieces === 0 ? 2 : 1));
      return text;
    }
    if (!Array.isArray(told)) return undefined;
    const lines = told.map((entry: unknown, index) => `${entries + index === 0 ? '' : ',\n'}${JSON.stringify(entry)}`);
    entries += told.length;
    return lines.join('');
  }

  function end(text: string, complete: boolean): void {
    try {
      if (complete && format === 'json') opened.append('\n]\n');
      opened.close();
      tell({ text, hub, file, entries, complete });
    } catch (error) {
      tell({ text: `${file}: ${error instanceof Error ? error.message : String(error)}`, hub, file, complete: false });
    }
  }

  if (format === 'json') opened.append('[\n');
  const asked = ask();
  if (asked.ok) return success({ text: `asked ${hub} for its journal`, hub, file });
  opened.close();
  return failure(asked.problem);
}
