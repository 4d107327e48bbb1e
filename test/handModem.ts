import { createAtFramer } from '#protocol/at/framer.ts';
import { formatCall, type Call } from '#protocol/at/statusCalls.ts';
import { formatClock } from '#protocol/at/statusClock.ts';
import { formatAttached, formatContextAddress } from '#protocol/at/statusData.ts';
import { formatOperator } from '#protocol/at/statusOperator.ts';
import { type Access, formatRegistration, type RegistrationState } from '#protocol/at/statusRegistration.ts';
import { formatSignal } from '#protocol/at/statusSignal.ts';
import { formatSim, type SimState } from '#protocol/at/statusSim.ts';
import type { Clock } from '#protocol/core/time.ts';
import { createHandLine } from './handLine.ts';

/** What the modem is when a test has not said otherwise; a test changes it as it likes. */
function usual() {
  return {
    /** The device answers at this rate alone. */
    baudRate: 115_200,
    isOn: true,
    echo: false,
    maker: 'SIMCOM INCORPORATED',
    sim: 'ready' as SimState,
    pin: '1234',
    pinTries: 3,
    tellsPinTries: true,
    state: 'home' as RegistrationState,
    access: '4G' as Access,
    operator: 'Testnet',
    signalDbm: -79 as number | undefined,
    attached: true,
    address: '10.23.45.67' as string | undefined,
    radio: 1,
    calls: [] as Call[],
    /** Messages in its store: PDUs by index. */
    store: new Map<number, string>(),
    reference: 7,
    clockMs: Date.UTC(2026, 0, 15, 12),
    answerAfterMs: 10,
  };
}

/** Comes before everything that the modem would answer: lines with a result at the end, or undefined to leave it to it. */
type Override = (line: string) => readonly string[] | undefined;

const ok = ['OK'];
const error = ['ERROR'];

/** A modem in a test's hand, on a line in its hand: it answers what a driver asks as a SIM7600 does, and no more. */
export function createHandModem(clock: Clock) {
  const hand = createHandLine(clock);
  const modem = usual();
  const commands: string[] = [];
  const bodies: string[] = [];
  const framer = createAtFramer();
  let override: Override = () => undefined;
  let awaitsBody = false;

  function send(text: string): void {
    if (modem.isOn && isAtRate()) hand.receive(bytesOf(text));
  }

  /** Says lines unasked. */
  function say(...lines: string[]): void {
    send(lines.map((line) => `\r\n${line}\r\n`).join(''));
  }

  function isAtRate(): boolean {
    return hand.lastSettings()?.baudRate === modem.baudRate;
  }

  hand.onWrite = (bytes) => {
    if (!modem.isOn || !isAtRate()) return;
    for (const item of framer.push(bytes)) {
      if (item.kind === 'blank' && item.bytes[0] === 0x1b) awaitsBody = false;
      if (item.kind === 'line') heard(item.text);
    }
  };

  function heard(text: string): void {
    if (awaitsBody) {
      awaitsBody = false;
      bodies.push(text);
      reply(override(`body ${text}`) ?? [`+CMGS: ${modem.reference}`, 'OK']);
      return;
    }
    commands.push(text);
    if (modem.echo) send(`${text}\r`);
    if (text.includes('E0')) modem.echo = false;
    reply(override(text) ?? answer(text));
  }

  function reply(lines: readonly string[]): void {
    clock.at(clock.monotonicMs() + modem.answerAfterMs, () => {
      if (lines[0] === '> ') send('\r\n> ');
      else say(...lines);
    });
  }

  function answer(line: string): readonly string[] {
    const [command = '', parameters = ''] = line.split(/[=?](.*)/su);
    switch (command) {
      case 'ATE0V1Q0':
        return ok;
      case 'AT+CGMI':
        return [modem.maker, 'OK'];
      case 'AT+CGMM':
        return ['SIMCOM_SIM7600E-H', 'OK'];
      case 'AT+CGMR':
        return ['+CGMR: LE20B04SIM7600M22', 'OK'];
      case 'AT+CGSN':
        return ['861234040000008', 'OK'];
      case 'AT+CIMI':
        return ['240991234567890', 'OK'];
      case 'AT+CICCID':
        return ['+ICCID: 89460000000000000001', 'OK'];
      case 'AT+CFUN':
        return line.endsWith('?') ? [`+CFUN: ${modem.radio}`, 'OK'] : switchRadio(parameters);
      case 'AT+CPIN':
        return line.endsWith('?') ? askSim() : enterPin(parameters);
      case 'AT+CPINR':
        return modem.tellsPinTries ? [`+CPINR: SIM PIN,${modem.pinTries},3`, 'OK'] : error;
      case 'AT+IPR':
        clock.at(clock.monotonicMs() + 2 * modem.answerAfterMs, () => {
          modem.baudRate = Number(parameters);
        });
        return ok;
      case 'AT+CSQ':
        return [formatSignal(modem.signalDbm), 'OK'];
      case 'AT+CREG':
      case 'AT+CGREG':
      case 'AT+CEREG':
        return line.endsWith('?') ? [registration(command.slice(2)), 'OK'] : ok;
      case 'AT+COPS':
        return line.endsWith('?')
          ? [formatOperator(isServed() ? { name: modem.operator, access: modem.access } : {}), 'OK']
          : ok;
      case 'AT+CGATT':
        return line.endsWith('?') ? [formatAttached(modem.attached), 'OK'] : ok;
      case 'AT+CGPADDR':
        return [
          formatContextAddress({ context: 1, ...(modem.address === undefined ? {} : { address: modem.address }) }),
          'OK',
        ];
      case 'AT+CCLK':
        return [formatClock(modem.clockMs, 4), 'OK'];
      case 'AT+CLCC':
        return [...modem.calls.map(formatCall), 'OK'];
      case 'AT+CHUP':
        modem.calls = [];
        return ok;
      case 'AT+CLVL':
        return line.endsWith('=?') ? ['+CLVL: (0-5)', 'OK'] : ok;
      case 'AT+CMGL':
        return [...[...modem.store].flatMap(([index, pdu]) => [`+CMGL: ${index},0,,${pdu.length / 2 - 1}`, pdu]), 'OK'];
      case 'AT+CMGD':
        modem.store.delete(Number(parameters));
        return ok;
      case 'AT+CMGS':
        awaitsBody = true;
        return ['> '];
      default:
        return known.some((name) => command.startsWith(name)) ? ok : error;
    }
  }

  function isServed(): boolean {
    return modem.radio === 1 && (modem.state === 'home' || modem.state === 'roaming');
  }

  function registration(prefix: string): string {
    const state = modem.radio === 1 ? modem.state : 'none';
    const cell = isServed() ? { access: modem.access, area: '1A2B', cell: '00C8D9EF' } : {};
    return formatRegistration(prefix as '+CREG', { state, ...cell }, 2);
  }

  function switchRadio(parameters: string): readonly string[] {
    if (parameters === '1,1') clock.at(clock.monotonicMs() + 2 * modem.answerAfterMs, reboot);
    else modem.radio = Number(parameters);
    return ok;
  }

  function askSim(): readonly string[] {
    return modem.sim === 'absent' ? ['+CME ERROR: 10'] : [formatSim(modem.sim), 'OK'];
  }

  function enterPin(parameters: string): readonly string[] {
    if (modem.sim !== 'pin') return ['+CME ERROR: 3'];
    if (parameters === `"${modem.pin}"`) {
      modem.sim = 'ready';
      modem.pinTries = 3;
      return ok;
    }
    modem.pinTries -= 1;
    if (modem.pinTries === 0) modem.sim = 'puk';
    return ['+CME ERROR: 16'];
  }

  /** Starts anew: silent for a while, and with the settings of the factory. */
  function reboot(bootMs = 8_000): void {
    modem.isOn = false;
    modem.echo = true;
    modem.radio = 1;
    modem.calls = [];
    awaitsBody = false;
    framer.idle();
    clock.at(clock.monotonicMs() + bootMs, () => {
      modem.isOn = true;
      say('RDY');
    });
  }

  return {
    hand,
    modem,
    commands,
    bodies,
    say,
    send,
    reboot,
    override(next: Override): void {
      override = next;
    },
  };
}

/** Settings that are taken and change nothing here. */
const known = [
  'ATS0',
  'ATD',
  'ATA',
  'ATH',
  'AT+CMEE',
  'AT+CTZ',
  'AT+CLIP',
  'AT+DDET',
  'AT+QTONEDET',
  'AT+CMGF',
  'AT+CSMS',
  'AT+CNMI',
  'AT+CPMS',
  'AT+CMUT',
  'AT+CHLD',
];

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
