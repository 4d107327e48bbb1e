/** Which modem it is: what it says of itself, and the habits in which makers differ. */
export interface ModemProfile {
  maker: string;
  model: string;
  /** `AT+CGMR`'s line. */
  revision: string;
  /** `ATI`'s lines. */
  information: readonly string[];
  imei: string;
  /** From power to the first word; until then it hears and says nothing. */
  bootMs: number;
  /** Said when it has started, before anything of the SIM. */
  started: readonly string[];
  /** Said when the SIM can be used: when, counted from then, and what. */
  ready: readonly { afterMs: number; line: string }[];
  /** Said when the SIM is pulled out. */
  simRemoved: string;
  /** The commands that ask for the card's number, with what their answers begin with. */
  cardNumber: Readonly<Record<string, string>>;
  /** How keys of the other side are told, and the command that switches it on. */
  keys: { line: '+RXDTMF' | '+QTONEDET'; command: string };
  /** Whether it tells a call's beginning and end in words of its own. */
  tellsCalls: boolean;
  /** How it is asked for its cell. */
  cellCommand: '+CPSI' | '+QNWINFO';
  /** How it is asked for the tries that a SIM has left, besides the standard's way. */
  triesCommand: '+SPIC' | '+QPINC';
  /** Switches its own receiver of positions on and off, whose sentences come on a port of their own. */
  positionsCommand: '+CGPS' | '+QGPS';
  /** Commands that end or restart it, with what it says then. */
  endCommands: Readonly<Record<string, { says: readonly string[]; restarts: boolean }>>;
}

const sim7600Imei = '861234040000008';
const ec25Imei = '867698040000004';

/**
 * What the modems' manuals print (SIM7500_SIM7600 Series AT Command Manual; EC2x&EG9x&EG2x-G&EM05 Series AT Commands
 * Manual) and their users' logs show.
 */
export const modemProfiles = {
  'sim7600e-h': {
    maker: 'SIMCOM INCORPORATED',
    model: 'SIMCOM_SIM7600E-H',
    revision: '+CGMR: LE20B04SIM7600M22',
    information: [
      'Manufacturer: SIMCOM INCORPORATED',
      'Model: SIMCOM_SIM7600E-H',
      'Revision: SIM7600M22_V2.0.1',
      `IMEI: ${sim7600Imei}`,
      '+GCAP: +CGSM',
    ],
    imei: sim7600Imei,
    bootMs: 8_000,
    started: ['RDY'],
    ready: [
      { afterMs: 2_000, line: 'SMS DONE' },
      { afterMs: 3_000, line: 'PB DONE' },
    ],
    simRemoved: '+SIMCARD: NOT AVAILABLE',
    cardNumber: { '+CICCID': '+ICCID: ' },
    keys: { line: '+RXDTMF', command: '+DDET' },
    tellsCalls: true,
    cellCommand: '+CPSI',
    triesCommand: '+SPIC',
    positionsCommand: '+CGPS',
    endCommands: {
      '+CRESET': { says: [], restarts: true },
      '+CPOF': { says: ['NORMAL POWER DOWN'], restarts: false },
    },
  },
  ec25: {
    maker: 'Quectel',
    model: 'EC25',
    revision: 'EC25EFAR06A06M4G',
    information: ['Quectel', 'EC25', 'Revision: EC25EFAR06A06M4G'],
    imei: ec25Imei,
    bootMs: 6_000,
    started: ['RDY', '+CFUN: 1'],
    ready: [
      { afterMs: 100, line: '+QUSIM: 1' },
      { afterMs: 2_000, line: '+QIND: SMS DONE' },
      { afterMs: 3_000, line: '+QIND: PB DONE' },
    ],
    simRemoved: '+CPIN: NOT READY',
    cardNumber: { '+QCCID': '+QCCID: ', '+CCID': '+CCID: ', '+ICCID': '+ICCID: ' },
    keys: { line: '+QTONEDET', command: '+QTONEDET' },
    tellsCalls: false,
    cellCommand: '+QNWINFO',
    triesCommand: '+QPINC',
    positionsCommand: '+QGPS',
    endCommands: { '+QPOWD': { says: ['POWERED DOWN'], restarts: false } },
  },
} as const satisfies Record<string, ModemProfile>;

export type ModemProfileName = keyof typeof modemProfiles;

export function isModemProfileName(name: string): name is ModemProfileName {
  return Object.hasOwn(modemProfiles, name);
}
