import { failure, type Result, success } from '#protocol/core/result.ts';
import type { Problem } from './problem.ts';
import { type Values, isQuoted, plain, quoted } from './responseValues.ts';
import { type Access, accessNumber, accessOf } from './statusRegistration.ts';

export interface Operator {
  /** Missing while there is none. */
  name?: string;
  access?: Access;
}

/** `+COPS: <mode>[,<format>,<oper>[,<AcT>]]` (3GPP TS 27.007 7.3). */
export function readOperator(values: Values): Result<Operator, Problem> {
  const [mode = '', , name = '', access = ''] = values;
  if (!/^[0-4]$/u.test(mode)) {
    return failure({ code: 'unknown-value', message: '+COPS: no mode; right would be 0 to 4' });
  }
  const known = accessOf(access);
  return success({
    ...(plain(name) === '' ? {} : { name: plain(name) }),
    ...(known === undefined ? {} : { access: known }),
  });
}

export function formatOperator({ name, access }: Operator): string {
  if (name === undefined) return '+COPS: 0';
  return `+COPS: 0,0,${quoted(name)}${access === undefined ? '' : `,${accessNumber(access)}`}`;
}

/** What SIMCom's modems say of their cell: `+CPSI: LTE,Online,240-01,0x5A1E,...` (SIM7500/SIM7600 AT commands). */
export interface SystemInformation {
  access: Access | 'none';
  /** The network's code, for example 240-01. */
  network?: string;
}

export function readSystemInformation(values: Values): Result<SystemInformation, Problem> {
  const [system = '', , network = ''] = values;
  const access = accessByName(system);
  if (access === undefined) {
    return failure({ code: 'unknown-value', message: '+CPSI: another system; right would be GSM, WCDMA, LTE, ...' });
  }
  return success({ access, ...(/^\d{3}-\d{2,3}$/u.test(network) ? { network } : {}) });
}

export function formatSystemInformation({ access, network = '000-00' }: SystemInformation): string {
  switch (access) {
    case 'none':
      return '+CPSI: NO SERVICE,Online';
    case '2G':
      return `+CPSI: GSM,Online,${network},0x182d,12401,27 EGSM 900,-64,2110,42-42`;
    case '3G':
      return `+CPSI: WCDMA,Online,${network},0xA809,11122855,WCDMA IMT 2000,279,10663,0,1.5,62,33,52,500`;
    case '4G':
      return `+CPSI: LTE,Online,${network},0x5A1E,187214780,257,EUTRAN-BAND3,1850,5,5,-94,-850,-545,15`;
  }
}

/** What Quectel's modems say of their cell: `+QNWINFO: "FDD LTE","24001","LTE BAND 3",1300` (EC2x AT commands). */
export interface NetworkInformation {
  access: Access | 'none';
  /** The network's code, for example 24001. */
  network?: string;
}

export function readNetworkInformation(values: Values): Result<NetworkInformation, Problem> {
  const [system = '', network = ''] = values;
  const access = accessByName(plain(system));
  if (access === undefined) {
    return failure({
      code: 'unknown-value',
      message: '+QNWINFO: another system; right would be "GSM", "FDD LTE", ...',
    });
  }
  return success({ access, ...(isQuoted(network) ? { network: plain(network) } : {}) });
}

export function formatNetworkInformation({ access, network = '00000' }: NetworkInformation): string {
  switch (access) {
    case 'none':
      return '+QNWINFO: No Service';
    case '2G':
      return `+QNWINFO: "EDGE",${quoted(network)},"GSM 900",27`;
    case '3G':
      return `+QNWINFO: "HSPA+",${quoted(network)},"WCDMA 2100",10663`;
    case '4G':
      return `+QNWINFO: "FDD LTE",${quoted(network)},"LTE BAND 3",1300`;
  }
}

/** The names that both makers give their systems, in the order in which they are looked for. */
const systems: readonly (readonly [RegExp, Access | 'none'])[] = [
  [/^no ?service$/iu, 'none'],
  [/^none$/iu, 'none'],
  [/LTE|EUTRAN|NR5G|^NR/iu, '4G'],
  [/WCDMA|HSPA|HSDPA|HSUPA|UMTS|TD-?SCDMA|TDSCDMA|^CDMA|EVDO|HDR/iu, '3G'],
  [/GSM|GPRS|EDGE/iu, '2G'],
];

function accessByName(name: string): Access | 'none' | undefined {
  return systems.find(([pattern]) => pattern.test(name.slice(0, 32)))?.[1];
}
