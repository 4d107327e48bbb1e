import type { Acknowledgement } from '#protocol/mqtt/acknowledgement.ts';
import type { CommandResult } from '#protocol/mqtt/command.ts';
import type { ReportRecord } from '#protocol/mqtt/record.ts';
import { answers, callRequests, codeWords, deviceTypes, statusCodes } from '#protocol/scaip/codes.ts';
import type { Case, CentreEvent } from './events.ts';

/** One line of an event for a person, with the UTC time of day. `wallMs` is milliseconds since 1970. */
export function storyLine(event: CentreEvent, wallMs: number): string {
  return `${new Date(wallMs).toISOString().slice(11, 19)}  ${sentence(event)}`;
}

/** One line of JSON of an event for a machine. */
export function jsonLine(event: CentreEvent, wallMs: number): string {
  return JSON.stringify({ time: new Date(wallMs).toISOString(), ...event });
}

function sentence(event: CentreEvent): string {
  switch (event.event) {
    case 'opened':
      return `${what(event.case.record)}${marks(event.case)} → ${answer(event.acknowledgement)}`;
    case 'repeated':
      return `${repeated(event.case)} → ${answer(event.acknowledgement)}`;
    case 'heartbeat': {
      const { sequence, waiting } = event.heartbeat;
      const told = waiting === 0 ? '' : `, ${waiting} waiting`;
      return `${event.hub}  heartbeat ${sequence}${told} → ${event.answered ? 'answered' : 'no answer'}`;
    }
    case 'hub-state':
      return `${event.hub}  ${event.state.state}`;
    case 'result': {
      const { name, id, outcome, reason } = event.result;
      return `${event.hub}  ${name} ${id}: ${outcome}${reason === undefined ? '' : `, ${reason}`}${found(event.result)}`;
    }
    case 'no-result':
      return `${event.hub}  ${event.command.name} ${event.command.id}: no result, and nobody waits for it any more`;
    case 'refused':
      return `${event.hub ?? 'somebody'}  refused${event.ref === undefined ? '' : ` ${event.ref}`}: ${event.problem.message}`;
    case 'refusals-untold':
      return `${event.count} more refused in the last minute`;
    case 'answers-lost':
      return `${event.count} answers lost on the way out; the hubs will ask again`;
    case 'connected':
      return `connected to ${event.url} by ${event.protocol}`;
    default:
      return `not connected to ${event.url}: ${event.reason}; next try in ${(event.retryMs / 1_000).toFixed(1)} s`;
  }
}

/** What a command found out; a long one is in the line for machines. */
function found({ body }: CommandResult): string {
  if (body === undefined) return '';
  const text = JSON.stringify(body);
  return text.length > foundLimit ? `, ${text.length} characters` : `, ${text}`;
}

const foundLimit = 500;

function what(record: ReportRecord): string {
  const place = record.lte === undefined || record.lte === '' ? '' : ` in ${record.lte}`;
  const of = record.of === undefined ? '' : ` of ${record.of}`;
  const device = codeWords(deviceTypes, record.dty);
  const status = codeWords(statusCodes, record.stc);
  return `${record.hub}  ${record.report} ${record.ref}${of} from ${record.from} (${device})${place}: ${status}, priority ${record.pri}`;
}

function repeated({ record, arrivals, path }: Case): string {
  return `${record.hub}  ${record.report} ${record.ref} again, arrival ${arrivals}, by ${path}`;
}

function answer(acknowledgement: Acknowledgement | undefined): string {
  if (acknowledgement === undefined) {
    return 'no answer';
  }
  const { snu, cre } = acknowledgement;
  return `${codeWords(answers, snu)}${cre === undefined ? '' : `, ${codeWords(callRequests, cre)}`}`;
}

/** What an operator must know beside what it says. */
function marks({ buffered, record }: Case): string {
  return `${buffered ? ', buffered' : ''}${record.verified === false ? ', unverified' : ''}`;
}
