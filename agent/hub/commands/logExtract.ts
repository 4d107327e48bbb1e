import { failure, type Result, success } from '#protocol/core/result.ts';
import type { CommandOutcome, Concern, HubContext } from '#agent/hub/concern.ts';
import type { ExtractPlace, ExtractRequest, HubPorts } from '#agent/hub/ports.ts';

/**
 * Extracts of the journal for the centre (B13.1, H17), a bounded piece for each command. Each says where the next one
 * begins, so that they can be taken up again at any time. Nothing is kept of them but that they were asked for; they are
 * read when they are sent, which is when nothing else is on its way (uplink/results.ts).
 */
export function createLogExtract({ log }: HubContext, extract: HubPorts['extract']): Concern {
  if (extract === undefined) return {};

  function logExtract(details: Readonly<Record<string, unknown>>): CommandOutcome {
    const asked = readRequest(details);
    if (!asked.ok) return { outcome: 'refused', reason: asked.problem };
    return { outcome: 'done', read: () => readPiece(asked.value) };
  }

  function readPiece(asked: ExtractRequest): Readonly<Record<string, unknown>> {
    const { format } = asked;
    try {
      const { next, ...piece } = extract?.(asked) ?? { part: 0, count: 0 };
      return { format, ...piece, ...(next === undefined ? {} : { next: written(next) }) };
    } catch (error) {
      log.error({ error }, 'the journal cannot be read for an extract');
      return { format, problem: 'the journal cannot be read; right would be to ask again' };
    }
  }

  return { commands: { 'log-extract': logExtract } };
}

function readRequest({
  from,
  to,
  format = 'json',
  next,
}: Readonly<Record<string, unknown>>): Result<ExtractRequest, string> {
  if (format !== 'json' && format !== 'csv') return failure('format is neither; right would be json or csv');
  const [fromMs, toMs] = [readTime(from), readTime(to)];
  if (fromMs === undefined || toMs === undefined) {
    const wrong = fromMs === undefined ? 'from' : 'to';
    return failure(`${wrong} is no time; right would be ISO 8601, such as 2026-01-15T12:00:00Z`);
  }
  const place = next === undefined ? undefined : readPlace(next);
  if (next !== undefined && place === undefined) {
    return failure('next is none; right would be next as the last piece had it');
  }
  return success({
    format,
    ...(from === undefined ? {} : { fromMs }),
    ...(to === undefined ? {} : { toMs }),
    ...(place === undefined ? {} : { next: place }),
  });
}

/** Zero for what was left out. */
function readTime(said: unknown): number | undefined {
  if (said === undefined) return 0;
  const isTime =
    typeof said === 'string' && /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/u.test(said);
  const ms = isTime ? Date.parse(said) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

/** Part, last row looked at, last row of the extract. Whoever gets it need only give it back. */
function written({ part, after, upTo }: ExtractPlace): string {
  return `${part}-${after}-${upTo}`;
}

function readPlace(said: unknown): ExtractPlace | undefined {
  const [, part, after, upTo] = /^(\d{1,9})-(\d{1,15})-(\d{1,15})$/u.exec(typeof said === 'string' ? said : '') ?? [];
  if (part === undefined) return undefined;
  return { part: Number(part), after: Number(after), upTo: Number(upTo) };
}
