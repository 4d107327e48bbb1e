import type { Result } from '#protocol/core/result.ts';
import type { Problem } from './problem.ts';
import { plain, quoted, readWhole, type Values } from './responseValues.ts';

/** `+CMTI: <mem>,<index>`: a message has been stored; `+CDSI` the same of a status report (3GPP TS 27.005 3.4.1). */
export interface StoredMessage {
  storage: string;
  index: number;
}

export function readStored(line: '+CMTI' | '+CDSI', values: Values): Result<StoredMessage, Problem> {
  const index = readWhole(line, values, 1);
  return index.ok ? { ok: true, value: { storage: plain(values[0] ?? ''), index: index.value } } : index;
}

export function formatStored(line: '+CMTI' | '+CDSI', { storage, index }: StoredMessage): string {
  return `${line}: ${quoted(storage)},${index}`;
}

/**
 * The line before a message in PDU form, told by the length of the PDU without the address of the service centre, in
 * bytes: `+CMT: [<alpha>],<length>` and `+CDS: <length>` (27.005 3.4.1), `+CMGR: <stat>,[<alpha>],<length>` (3.4.3).
 */
export function readPduLength(line: '+CMT' | '+CDS' | '+CMGR' | '+CMGL', values: Values): Result<number, Problem> {
  return readWhole(line, values, values.length - 1);
}

/** `+CMGS: <mr>`: the reference by which the status report will name the message, 0 to 255 (27.005 3.5.1). */
export function readMessageReference(values: Values): Result<number, Problem> {
  return readWhole('+CMGS', values, 0);
}
