import type { Acknowledgement } from '#protocol/mqtt/acknowledgement.ts';
import type { CommandResult } from '#protocol/mqtt/command.ts';
import type { ReportRecord } from '#protocol/mqtt/record.ts';
import { answers, callRequests, codeWords, deviceTypes, statusCodes } from '#protocol/scaip/codes.ts';
import { formatDuration } from '#protocol/core/duration.ts';
import type { Step } from './desk/course.ts';
import type { Case, CentreEvent } from './events.ts';

/** One line of an event for a person, with the UTC time of day. `wallMs` is milliseconds since 1970. */
export function storyLine(event: CentreEvent, wallMs: number): string {
  return `${new Date(wallMs).toISOString().slice(11, 19)}  ${sentence(event)}`;
}

/** One line of JSON of an event for a machine. */
export function jsonLine(event: CentreEvent, wallMs: number): string {
  return JSON.stringify({ time: new Date(wallMs).toISOString(), ...event });
}

/** What has happened, in words for people. */
export function sentence(event: CentreEvent): string {
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
    case 'installed':
      return `${event.hub}  is new here`;
    case 'ended':
      return `${event.hub}  the installation has ended`;
    case 'hub-lost':
      return `${event.hub}  fault: no heartbeat for ${seconds(event.silentForMs)}; an alarm might not get through`;
    case 'hub-back':
      return `${event.hub}  restored: its heartbeats are back after ${seconds(event.lostForMs)}`;
    case 'taken-over':
      return `${event.hub}  does not reach its primary centre: this reserve has it now`;
    case 'given-back':
      return `${event.hub}  works with its primary centre again`;
    case 'too-many-hubs':
      return `${event.hub}  and all further hubs are not supervised: there are too many`;
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
    case 'disconnected':
      return `not connected to ${event.url}: ${event.reason}; next try in ${(event.retryMs / 1_000).toFixed(1)} s`;
    default:
      return `${event.hub}  ${event.ref} ${stepWords(event)}`;
  }
}

function stepWords(step: Step): string {
  switch (step.event) {
    case 'answered':
      return `answered by the operator after ${seconds(step.afterMs)}`;
    case 'dispatched':
      return `staff are sent for: ${step.cause}`;
    case 'accepted':
    case 'declined':
      return `${step.event} by the staff${step.byPhone ? ', on the phone' : ''}`;
    case 'phoned':
      return `the staff are phoned, call ${step.call}: ${step.cause}`;
    case 'nobody-comes':
      return `nobody comes, after ${step.calls} calls: somebody has to find another way`;
    case 'arrived':
      return `staff are there${step.afterMs === undefined ? '' : `, ${seconds(step.afterMs)} after they accepted`}`;
    case 'not-checked-out':
      return 'nobody has checked out';
    default:
      return `closed: ${step.cause}${step.exception ? ' (an exception)' : ''}`;
  }
}

function seconds(durationMs: number): string {
  return formatDuration(Math.round(durationMs / 1_000) * 1_000);
}

/** What a command found out; a long one is in the line for machines. */
function found({ body }: CommandResult): string {
  if (body === undefined) return '';
  const text = JSON.stringify(body);
  return text.length > foundLimit ? `, ${text.length} characters` : `, ${text}`;
}

const foundLimit = 500;

/** Why somebody needs help: what reports, where, and what it says. */
export function causeWords(record: ReportRecord): string {
  const place = record.lte === undefined || record.lte === '' ? '' : ` in ${record.lte}`;
  return `${codeWords(deviceTypes, record.dty)}${place}, ${codeWords(statusCodes, record.stc)}`;
}

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
