import { readKey } from '#protocol/at/statusCalls.ts';
import type { Unasked } from './dialogue.ts';
import type { Messages } from './messages.ts';
import type { ModemReception } from './reception.ts';
import type { ModemVoice } from './voice.ts';

export interface UnaskedParts {
  voice: ModemVoice;
  messages: Messages;
  reception: ModemReception;
  statusChanged(): void;
  timeChanged(): void;
  /** The modem has started, or ends: nothing that was set holds. */
  started(): void;
}

/** What a modem says unasked, handed to whom it concerns. */
export function createUnasked(parts: UnaskedParts): (said: Unasked) => void {
  const { voice, messages, reception, statusChanged } = parts;

  function takeNotice(notice: (Unasked & { type: 'notice' })['notice']): void {
    switch (notice) {
      case 'RING':
        voice.look();
        break;
      case 'RDY':
      case 'START':
      case 'NORMAL POWER DOWN':
      case 'POWERED DOWN':
        parts.started();
        break;
      case 'SMS DONE':
      case 'SMS READY':
        messages.stored();
        break;
      case 'PB DONE':
      case 'CALL READY':
        statusChanged();
        break;
    }
  }

  function takeInformation({ prefix, values, pdu }: Unasked & { type: 'information' }): void {
    switch (prefix) {
      case '+CREG':
      case '+CGREG':
      case '+CEREG':
      case '+CPIN':
      case '+CFUN':
      case '+SIMCARD':
      case '+QUSIM':
      case '+QSIMSTAT':
        statusChanged();
        break;
      // It is asked for soon enough.
      case '+CSQ':
        break;
      case '+CMTI':
        messages.stored();
        break;
      case '+CMT':
      case '+CDS':
        if (pdu !== undefined) messages.direct(pdu);
        break;
      case '+CTZV':
      case '+CTZE':
      case '+CTZU':
        parts.timeChanged();
        break;
      case '+QIND':
        if (values[0] === 'SMS DONE') messages.stored();
        statusChanged();
        break;
      case '+CLIP':
      case '+CRING':
      case '+CLCC':
      case 'VOICE CALL':
      case 'MISSED_CALL':
        voice.look();
        break;
      case '+RXDTMF':
      case '+QTONEDET': {
        const key = readKey(prefix, values);
        if (key === undefined) reception.unreadable(`${prefix}: no key`);
        else voice.key(key);
        break;
      }
      default:
        reception.unexpected();
    }
  }

  return (said) => {
    if (said.type === 'notice') takeNotice(said.notice);
    else if (said.type === 'information') takeInformation(said);
    else if (said.result.kind === 'word') voice.said(said.result.word);
  };
}
