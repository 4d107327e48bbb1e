import { failure, type Result, success } from '#protocol/core/result.ts';
import type { Problem } from './problem.ts';
import { isQuoted, plain, quoted, readWhole, type Values } from './responseValues.ts';

/** Of circuits (voice and short messages), of packets in 2G and 3G, and of packets in 4G (3GPP TS 27.007 7.2, 10.1). */
export const registrationPrefixes = ['+CREG', '+CGREG', '+CEREG'] as const;

export type RegistrationPrefix = (typeof registrationPrefixes)[number];

/** <stat>, 3GPP TS 27.007 7.2; the index is the number. */
export const registrationStates = [
  'none',
  'home',
  'searching',
  'denied',
  'unknown',
  'roaming',
  'home-messages-only',
  'roaming-messages-only',
  'emergency-only',
  'home-no-fallback',
  'roaming-no-fallback',
] as const;

export type RegistrationState = (typeof registrationStates)[number];

export type Access = '2G' | '3G' | '4G';

/** <AcT>, 3GPP TS 27.007 7.3; the index is the number. What is newer than 4G counts as 4G: nobody here asks for more. */
const accesses: readonly Access[] = [
  '2G',
  '2G',
  '3G',
  '2G',
  '3G',
  '3G',
  '3G',
  '4G',
  '2G',
  '4G',
  '4G',
  '4G',
  '4G',
  '4G',
];

const accessNumbers = { '2G': 0, '3G': 2, '4G': 7 } as const satisfies Record<Access, number>;

export interface Registration {
  state: RegistrationState;
  access?: Access;
  /** Location or tracking area, and cell, in hex; told when the modem is asked for it (n=2). */
  area?: string;
  cell?: string;
}

/**
 * Reads both forms: the answer `+CREG: <n>,<stat>[,<area>,<cell>[,<AcT>]]`, and what is said unasked, which leaves <n> out
 * (3GPP TS 27.007 7.2). `form` tells which it was: an area stands in quotation marks or has more than one digit.
 */
export function readRegistration(
  line: RegistrationPrefix,
  values: Values,
): Result<Registration & { form: 'answer' | 'unasked' }, Problem> {
  const form = formOf(values);
  const [first, ...rest] = values;
  const [stat = '', area = '', cell = '', access] = form === 'answer' ? rest : [first, ...rest];
  const number = readWhole(line, [stat], 0);
  if (!number.ok) return number;
  const state = registrationStates[number.value];
  if (state === undefined) {
    const message = `${line}: a state of ${number.value}; right would be 0 to ${registrationStates.length - 1}`;
    return failure({ code: 'unknown-value', message });
  }
  const known = access === undefined ? undefined : accessOf(access);
  return success({
    form,
    state,
    ...(known === undefined ? {} : { access: known }),
    ...(area === '' ? {} : { area: plain(area) }),
    ...(cell === '' ? {} : { cell: plain(cell) }),
  });
}

/** `n` is left out in what is said unasked. */
export function formatRegistration(
  line: RegistrationPrefix,
  { state, access, area, cell }: Registration,
  n?: 0 | 1 | 2,
): string {
  const values = [String(registrationStates.indexOf(state))];
  if (n !== undefined) values.unshift(String(n));
  if (area !== undefined && cell !== undefined) values.push(quoted(area), quoted(cell));
  if (area !== undefined && cell !== undefined && access !== undefined) values.push(String(accessNumbers[access]));
  return `${line}: ${values.join(',')}`;
}

/** <AcT> of `+CREG`, `+COPS` and others. */
export function accessOf(value: string): Access | undefined {
  return /^\d{1,2}$/u.test(value) ? accesses[Number(value)] : undefined;
}

export function accessNumber(access: Access): number {
  return accessNumbers[access];
}

function formOf(values: Values): 'answer' | 'unasked' {
  const [, second = ''] = values;
  if (values.length === 2) return 'answer';
  if (values.length < 4 || isQuoted(second)) return 'unasked';
  return /^\d{1,2}$/u.test(second) ? 'answer' : 'unasked';
}
