import { wordsOf } from '#protocol/at/response.ts';
import { plain, readWhole } from '#protocol/at/responseValues.ts';
import type { Log } from '#protocol/core/log.ts';
import { secondMs } from '#protocol/core/time.ts';
import { type Ask, inTurn, type Step, textOf, valuesOf } from './steps.ts';

/** What the modem and its SIM are, for diagnostics. The numbers in it are never logged. */
export interface ModemIdentity {
  maker: string;
  model: string;
  firmware: string;
  /** The modem's own number. */
  imei: string;
  /** The SIM's subscriber, and the number of the card. */
  imsi: string;
  iccid: string;
}

/** The radio takes so long to be switched on or off at most (SIM7500/SIM7600 AT commands, EC2x AT commands). */
export const radioTimeoutMs = 15 * secondMs;

export interface Setup {
  /** A modem has been found, or has started anew: identity, errors in numbers, radio on. */
  modem(done: (isDone: boolean) => void): void;
  /** The SIM has become ready: registration told with access, messages as PDU, callers' numbers, time, keys. */
  service(done: (isDone: boolean) => void): void;
  identity(): Readonly<ModemIdentity>;
}

/**
 * Settings that the modem forgets at each start. Those that it does not know are counted and done without. `positions`: its
 * own receiver of positions is wanted, whose sentences come on another of its ports.
 */
export function createSetup(ask: Ask, log: Log, { positions }: { positions: boolean }): Setup {
  const nobody: ModemIdentity = { maker: '', model: '', firmware: '', imei: '', imsi: '', iccid: '' };
  let identity = { ...nobody };

  function set(line: string, more: Partial<Step> = {}): Step {
    return {
      line,
      refused: (result) => log.debug({ device: 'modem', command: line, result: wordsOf(result) }, 'setting refused'),
      ...more,
    };
  }

  function identify(line: string, name: keyof ModemIdentity, prefix?: string): Step {
    return {
      line,
      takesText: true,
      ...(prefix === undefined ? {} : { prefix }),
      told(lines) {
        identity = { ...identity, [name]: (textOf(lines) || plain(valuesOf(lines)[0] ?? '')).slice(0, 64) };
      },
      refused() {},
    };
  }

  /** A radio that a former program, or a power cut in the middle of a recovery, has left switched off. */
  function switchOn(lines: Parameters<NonNullable<Step['told']>>[0]): void {
    const mode = readWhole('+CFUN', valuesOf(lines), 0);
    if (!mode.ok || mode.value === 1) return;
    log.info({ device: 'modem', mode: mode.value }, 'the radio was off');
    ask('work', { line: 'AT+CFUN=1', deadlineMs: radioTimeoutMs }, () => {});
  }

  /** Keys of the other side are told when this is switched on; each maker has his own command. */
  function keys(): Step[] {
    if (/quectel/iu.test(identity.maker)) return [set('AT+QTONEDET=1')];
    return /simcom/iu.test(identity.maker) ? [set('AT+DDET=1')] : [];
  }

  /** On already is an error to most. */
  function receiver(): Step[] {
    if (!positions) return [];
    return [set(/quectel/iu.test(identity.maker) ? 'AT+QGPS=1' : 'AT+CGPS=1')];
  }

  return {
    modem(done) {
      identity = { ...nobody };
      const steps = [
        set('AT+CMEE=1'),
        identify('AT+CGMI', 'maker'),
        identify('AT+CGMM', 'model'),
        identify('AT+CGMR', 'firmware', '+CGMR'),
        identify('AT+CGSN', 'imei'),
        // Calls are answered by the hub, never by the modem.
        set('ATS0=0'),
        { line: 'AT+CFUN?', prefix: '+CFUN', told: switchOn },
      ];
      inTurn(ask, 'work', steps, (isDone) => {
        const { maker, model, firmware } = identity;
        if (isDone) log.info({ device: 'modem', maker, model, firmware }, 'the modem is set up');
        done(isDone);
      });
    },
    service(done) {
      const iccid = /quectel/iu.test(identity.maker) ? ['AT+QCCID', '+QCCID'] : ['AT+CICCID', '+ICCID'];
      const steps = [
        set('AT+CREG=2'),
        set('AT+CGREG=2'),
        set('AT+CEREG=2'),
        set('AT+COPS=3,0'),
        set('AT+CTZU=1'),
        set('AT+CTZR=1'),
        set('AT+CLIP=1'),
        ...keys(),
        ...receiver(),
        identify('AT+CIMI', 'imsi'),
        identify(iccid[0] ?? '', 'iccid', iccid[1]),
      ];
      inTurn(ask, 'work', steps, done);
    },
    identity: () => identity,
  };
}
