import { formatDuration } from '#protocol/core/duration.ts';
import { answers, codeWords, statusCodes } from '#protocol/scaip/codes.ts';
import type { Action, ArrivalEvent, HeartbeatEvent, LinkDifficulties, MobileEvent } from '#simulator/world/world.ts';
import type { NewEvent } from '#simulator/world/recorder.ts';

/** A time of the scenario as a clock shows it: `0:00:08.250`, and from a day on `2d 0:00:08.250`. */
export function clockTime(timeMs: number): string {
  const wholeMs = Math.max(0, Math.round(timeMs));
  const days = Math.floor(wholeMs / 86_400_000);
  const two = (count: number): string => String(count).padStart(2, '0');
  const hours = Math.floor(wholeMs / 3_600_000) % 24;
  const clock = `${hours}:${two(Math.floor(wholeMs / 60_000) % 60)}:${two(Math.floor(wholeMs / 1_000) % 60)}`;
  const milliseconds = `.${String(wholeMs % 1_000).padStart(3, '0')}`;
  return `${days === 0 ? '' : `${days}d `}${clock}${milliseconds}`;
}

/** What happened, in a sentence without its time. */
export function eventWords(event: NewEvent): string {
  switch (event.kind) {
    case 'action':
      return actionWords(event.action);
    case 'arrival':
      return arrivalWords(event);
    case 'heartbeat':
      return heartbeatWords(event);
    case 'journal': {
      const what = event.entry === 'report' ? (event.report ?? 'report') : event.entry;
      const from = event.from === undefined ? '' : ` from ${event.from}`;
      return `journal row ${event.row}: ${what}${event.ref === undefined ? '' : ` ${event.ref}`}${from}`;
    }
    case 'log':
      return `log, ${event.level}: ${event.message}`;
    case 'telegram': {
      const copy = event.copy === 0 ? '' : `, copy ${event.copy} by a repeater`;
      return `radio: ${event.from} ${event.what}${copy}${event.heard ? '' : ', not heard'}`;
    }
    case 'link':
      return `link ${event.is}${event.difficulties === undefined ? '' : `, ${difficultyWords(event.difficulties)}`}`;
    case 'path':
      return `hub ${event.is === 'up' ? 'connected to' : 'lost'} the ${event.at} centre${because(event.reason)}`;
    case 'hub':
      return `hub ${event.is.replaceAll('-', ' ')}`;
    case 'broker':
      return `broker ${event.is}`;
    case 'centre':
      return `${event.at} centre: ${event.is}`;
    case 'refusal':
      return `${event.at} centre refused${event.ref === undefined ? '' : ` ${event.ref}`}: ${event.message}`;
    case 'device':
      return `${event.device} ${event.is}`;
    case 'voice':
      return `call by the ${event.by} over ${event.path} to ${event.to}: ${event.is}${because(event.reason)}`;
    case 'sms':
      return `SMS ${event.is === 'sent' ? 'to' : 'from'} ${event.number}: ${event.text}`;
    case 'light':
    case 'sound':
      return `${event.kind}: ${event.name}`;
    case 'power':
      return `power: ${event.mains ? 'mains' : 'battery'}, charge ${event.chargePercent} %`;
    case 'mobile':
      return `modem: ${mobileWords(event)}`;
    case 'result':
      return `${event.at} centre: ${event.command} ${event.id} ${event.outcome}${because(event.reason)}`;
  }
}

function mobileWords({ sim, registration, access, operator, signalDbm, data }: MobileEvent): string {
  const signal = signalDbm === undefined ? '' : ` at ${signalDbm} dBm`;
  return `SIM ${sim}, ${registration}, ${access}${operator === undefined ? '' : ` of ${operator}`}${signal}, data ${data ? 'up' : 'down'}`;
}

function because(reason: string | undefined): string {
  return reason === undefined ? '' : ` (${reason})`;
}

function arrivalWords(event: ArrivalEvent): string {
  const status = codeWords(statusCodes, event.status);
  const of = event.of === undefined ? '' : ` of ${event.of}`;
  const presses = event.presses === undefined ? '' : `, ${event.presses} presses`;
  const buffered = event.buffered ? ', buffered' : '';
  const verified = event.verified === false ? ', unverified' : '';
  const again = event.repeat ? ' again' : '';
  const what = `${event.report} ${event.ref}${of} from ${event.from}${again}: ${status}, priority ${event.priority}`;
  return `${event.at} centre got ${what}${presses}${buffered}${verified} → ${answerWords(event.answer)}`;
}

function answerWords(answer: number | undefined): string {
  return answer === undefined ? 'no answer' : codeWords(answers, answer);
}

function heartbeatWords({ beat, waiting, missed, answered }: HeartbeatEvent): string {
  const parts = [
    `heartbeat ${beat}`,
    ...(waiting === 0 ? [] : [`${waiting} waiting`]),
    ...(missed === undefined || missed === 0 ? [] : [`${missed} missed before it`]),
  ];
  return `${parts.join(', ')} → ${answered ? 'answered' : 'no answer'}`;
}

function actionWords(action: Action): string {
  switch (action.word) {
    case 'press':
      return `somebody presses ${action.name}`;
    case 'smoke':
      return `${action.name} smells smoke`;
    case 'clear':
      return `the smoke at ${action.name} is gone`;
    case 'stranger':
      return "the neighbour's pendant is pressed";
    case 'accessory': {
      const { word: _word, name, ...changes } = action;
      return `${name} changes: ${JSON.stringify(changes)}`;
    }
    case 'link':
      return typeof action.is === 'string' ? `the link goes ${action.is}` : `the link: ${difficultyWords(action.is)}`;
    case 'broker':
      return `the broker: ${action.does}`;
    case 'centre':
      return `the centre: ${action.does}`;
    case 'hub':
      return `the hub: ${action.does}${action.does === 'power-cut' && action.offMs !== undefined ? ` for ${formatDuration(action.offMs)}` : ''}`;
    case 'bytes':
      return `bytes to ${action.to}: ${action.hex}`;
    case 'unplug':
      return `${action.device} is unplugged`;
    case 'plug':
      return `${action.device} is plugged in`;
    case 'clock':
      return action.does === 'unset' ? "the hub's clock is unset" : `the hub's clock jumps by ${action.byMs} ms`;
    default: {
      const { word, ...more } = action;
      const parts = Object.entries(more).map(([key, value]) => {
        const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
        return plainKeys.includes(key) ? text : `${key} ${text}`;
      });
      return `${word}: ${parts.join(', ')}`;
    }
  }
}

/** Keys of an action whose value says what it is. */
const plainKeys = ['name', 'is', 'does', 'device', 'digit'];

function difficultyWords({ loss, delayMs, bitsPerSecond }: LinkDifficulties): string {
  const parts = [
    ...(loss === undefined ? [] : [`${Math.round(loss * 100)} % lost`]),
    ...(delayMs === undefined ? [] : [`delay ${delayMs} ms`]),
    ...(bitsPerSecond === undefined ? [] : [`${bitsPerSecond} bit/s`]),
  ];
  return parts.join(', ');
}
