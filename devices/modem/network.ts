import {
  type Access,
  accessNumber,
  formatRegistration,
  type Registration,
  type RegistrationPrefix,
  registrationPrefixes,
} from '#protocol/at/statusRegistration.ts';
import type { PartContext } from './parts.ts';
import { type Handler, numberSetting } from './reply.ts';
import type { Sim } from './sim.ts';

export const networkWords = ['none', 'searching', 'denied', 'home', 'roaming'] as const;
export type NetworkWord = (typeof networkWords)[number];

export const accessWords = ['2G', '3G', '4G', 'none'] as const;
export type AccessWord = (typeof accessWords)[number];

/** From the radio being switched on to the modem's being registered, where there is a network. */
export const searchMs = 3_000;

/** What is in the air around the modem; words change it. */
export interface Air {
  network: NetworkWord;
  access: AccessWord;
  signalDbm: number;
  /** Whether the network gives it an address. */
  data: boolean;
}

/** Who serves: at home, and abroad. The codes are for tests (E.212: 999 is for private networks). */
const operators = {
  home: { name: 'Testnet', short: 'Test', code: '99901' },
  roaming: { name: 'Roamnet', short: 'Roam', code: '99902' },
} as const;

export interface Operator {
  name: string;
  short: string;
  code: string;
}

const cell = { area: '1A2B', cell: '00C8D9EF' } as const;

/** The radio: whether it is on and what it has found. */
export interface Network {
  air: Air;
  /** 0 is off with the card, 4 is off, 1 is on (3GPP TS 27.007 8.2). */
  radio(): 0 | 1 | 4;
  switchRadio(mode: 0 | 1 | 4): void;
  /** Chosen by hand to have none (`AT+COPS=2`), or by itself again. */
  choose(isWanted: boolean): void;
  attach(isWanted: boolean): void;
  isAttached(): boolean;
  activate(isWanted: boolean): void;
  isServed(): boolean;
  access(): Access | undefined;
  operator(): Operator | undefined;
  /** Undefined while the radio is off, or there is nothing to be heard. */
  signalDbm(): number | undefined;
  address(): string | undefined;
  registrations(): Record<RegistrationPrefix, Handler>;
  /** Something that it depends on has changed; what it says unasked is said. */
  look(): void;
  /** Begins to look for a network. */
  search(): void;
  restarted(): void;
}

/** `served` is called when service begins or ends. */
export function createNetwork(context: PartContext, sim: () => Sim, served: (is: boolean) => void): Network {
  const { say, timers } = context;
  const air: Air = { network: 'home', access: '4G', signalDbm: -79, data: true };
  let radio: 0 | 1 | 4 = 1;
  let isSearching = false;
  let isWanted = true;
  let isAttached = true;
  let isActive = true;
  let wasServed = true;
  let cancelSearch = (): void => {};
  const settings = each((prefix) => numberSetting(prefix, { most: 2 }));
  let saidBefore = said();

  function state(): NetworkWord {
    if (radio !== 1 || !isWanted || sim().state() !== 'ready') return 'none';
    if (isSearching) return 'searching';
    if ((air.network === 'home' || air.network === 'roaming') && air.access === 'none') return 'searching';
    return air.network;
  }

  function isServed(): boolean {
    return state() === 'home' || state() === 'roaming';
  }

  function access(): Access | undefined {
    return isServed() && air.access !== 'none' ? air.access : undefined;
  }

  /** Packets of 4G are another registration than those of 2G and 3G, and neither is there when it is detached. */
  function registration(prefix: RegistrationPrefix): Registration {
    const now = access();
    if (now === undefined) return { state: state() };
    if (prefix !== '+CREG' && !isAttached) return { state: 'none' };
    if (prefix === '+CEREG' && now !== '4G') return { state: 'none' };
    return { state: state(), access: now, ...cell };
  }

  function written(prefix: RegistrationPrefix, isAnswer: boolean): string {
    const n = ([0, 1, 2] as const)[settings[prefix].value()] ?? 0;
    const { state, ...more } = registration(prefix);
    return formatRegistration(prefix, n === 2 ? { state, ...more } : { state }, ...(isAnswer ? ([n] as const) : []));
  }

  function said(): Record<RegistrationPrefix, string> {
    return each((prefix) => (settings[prefix].value() === 0 ? '' : written(prefix, false)));
  }

  function look(): void {
    const now = said();
    const before = saidBefore;
    saidBefore = now;
    for (const prefix of registrationPrefixes) {
      if (now[prefix] !== before[prefix] && now[prefix] !== '' && before[prefix] !== '') say(now[prefix]);
    }
    if (isServed() === wasServed) return;
    wasServed = isServed();
    served(wasServed);
  }

  function search(): void {
    cancelSearch();
    isSearching = true;
    cancelSearch = timers.after(searchMs, () => {
      isSearching = false;
      look();
    });
    look();
  }

  function handler(prefix: RegistrationPrefix): Handler {
    return (command) => {
      if (command.form === 'ask' || command.form === 'do') return { lines: [written(prefix, true)] };
      const reply = settings[prefix].handler(command);
      // What is asked for from now on is no news.
      saidBefore = said();
      return reply;
    };
  }

  return {
    air,
    radio: () => radio,
    switchRadio(mode) {
      if (mode === radio) return;
      if (mode === 1 && radio === 0) sim().unpowered();
      radio = mode;
      if (mode === 1) search();
      else look();
    },
    choose(wanted) {
      isWanted = wanted;
      if (wanted) search();
      else look();
    },
    attach(wanted) {
      isAttached = wanted;
      isActive = wanted;
      look();
    },
    isAttached: () => isAttached && isServed(),
    activate(wanted) {
      isActive = wanted;
    },
    isServed,
    access,
    operator() {
      const is = state();
      return is === 'home' || is === 'roaming' ? operators[is] : undefined;
    },
    signalDbm: () => (radio === 1 && air.network !== 'none' && air.access !== 'none' ? air.signalDbm : undefined),
    address: () => (isServed() && isAttached && isActive && air.data ? '10.64.12.7' : undefined),
    registrations: () => each(handler),
    look,
    search,
    restarted() {
      cancelSearch();
      radio = 1;
      isSearching = true;
      isWanted = true;
      isAttached = true;
      isActive = true;
      for (const setting of Object.values(settings)) setting.reset();
      saidBefore = said();
      if (wasServed) served(false);
      wasServed = false;
    },
  };
}

function each<Value>(make: (prefix: RegistrationPrefix) => Value): Record<RegistrationPrefix, Value> {
  return { '+CREG': make('+CREG'), '+CGREG': make('+CGREG'), '+CEREG': make('+CEREG') };
}

/** <AcT> behind an operator's name (27.007 7.3). */
export function operatorLine(
  mode: number,
  format: number,
  operator: Operator | undefined,
  access: Access | undefined,
): string {
  if (operator === undefined) return `+COPS: ${mode}`;
  const name = [operator.name, operator.short, operator.code][format] ?? operator.name;
  return `+COPS: ${mode},${format},"${name}"${access === undefined ? '' : `,${accessNumber(access)}`}`;
}
