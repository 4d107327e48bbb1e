import type { Response } from '#protocol/at/response.ts';
import { readOperator } from '#protocol/at/statusOperator.ts';
import {
  type RegistrationPrefix,
  readRegistration,
  registrationPrefixes,
  type RegistrationState,
} from '#protocol/at/statusRegistration.ts';
import { readSignal } from '#protocol/at/statusSignal.ts';
import { readSim, type SimState } from '#protocol/at/statusSim.ts';
import type { Values } from '#protocol/at/responseValues.ts';
import { bad, type Finding, look, ok } from './finding.ts';
import type { PortParts } from './portChecks.ts';
import { askPort } from './question.ts';
import { atCommand } from './questions.ts';

/** Below this a call breaks off; from the other on nobody notices anything. In dBm, as CSQ tells it. */
const weakDbm = -99;
const goodDbm = -85;

/** Looks behind a modem that answers: its SIM, its network, its signal. Never tries a PIN (B7.2). */
export async function checkModem(path: string, hasPin: boolean, parts: PortParts): Promise<Finding[]> {
  const ask = async (command: string, prefix: string): Promise<Values | undefined> => {
    const answer = await askPort(parts.openPort(path), parts.clock, atCommand(command));
    return answer.ok ? valuesOf(answer.value ?? [], prefix) : undefined;
  };
  const pin = await ask('AT+CPIN?', '+CPIN');
  const sim = checkSim(pin === undefined ? 'absent' : readSim(pin), hasPin);
  if (sim.state === 'bad') return [sim];
  const registrations = { '+CEREG': await ask('AT+CEREG?', '+CEREG'), '+CREG': await ask('AT+CREG?', '+CREG') };
  const operator = await ask('AT+COPS?', '+COPS');
  const signal = await ask('AT+CSQ', '+CSQ');
  return [sim, checkNetwork(registrations, operator), checkSignal(signal)];
}

function valuesOf(lines: readonly Response[], prefix: string): Values | undefined {
  for (const line of lines) if (line.type === 'information' && line.prefix === prefix) return line.values;
  return undefined;
}

function checkSim(state: SimState, hasPin: boolean): Finding {
  switch (state) {
    case 'ready':
      return ok('SIM', 'ready');
    case 'pin':
      return hasPin
        ? look(
            'SIM',
            'It asks for its PIN, and hub.yaml has one.',
            'The hub tries it once when it starts. Nothing was tried now.',
          )
        : bad(
            'SIM',
            'It asks for its PIN, and hub.yaml has none.',
            'Write modem: { pin: "1234" } into hub.yaml, or take the PIN off the SIM in a telephone.',
          );
    case 'puk':
      return bad(
        'SIM',
        'It is locked: a wrong PIN was given three times.',
        'Put it into a telephone and give the PUK that came with it.',
      );
    case 'locked':
      return bad(
        'SIM',
        'The modem wants another SIM, or a code of its maker.',
        'It may be locked to an operator: use its SIM, or another modem.',
      );
    case 'absent':
      return bad(
        'SIM',
        'There is none, or it lies the wrong way round.',
        'Switch the modem off, put the SIM in as its drawing shows, and switch it on.',
      );
    case 'busy':
      return look('SIM', 'It is not ready yet.', 'Try again in half a minute.');
  }
}

const registered: ReadonlySet<RegistrationState> = new Set([
  'home',
  'roaming',
  'home-no-fallback',
  'roaming-no-fallback',
]);

function checkNetwork(
  answers: Partial<Record<RegistrationPrefix, Values | undefined>>,
  operator: Values | undefined,
): Finding {
  const states = registrationPrefixes.flatMap((line) => {
    const values = answers[line];
    const read = values === undefined ? undefined : readRegistration(line, values);
    return read?.ok === true ? [read.value.state] : [];
  });
  const name = operator === undefined ? undefined : readOperator(operator);
  const called =
    name?.ok === true ? [name.value.name, name.value.access].filter((part) => part !== undefined).join(', ') : '';
  const state = states.find((one) => registered.has(one)) ?? states[0];
  if (state !== undefined && registered.has(state)) {
    return ok(
      'network',
      `registered${state.startsWith('roaming') ? ', roaming' : ''}${called === '' ? '' : `: ${called}`}`,
    );
  }
  if (state === 'denied') {
    return bad(
      'network',
      'The network does not take this SIM.',
      'Ask its operator whether it is activated and paid for.',
    );
  }
  if (state === 'searching') {
    return look(
      'network',
      'The modem is still looking for a network.',
      'Try again in a minute. If it stays so, look at the antenna.',
    );
  }
  return bad('network', 'The modem has no network.', 'Is the antenna screwed to the socket MAIN? Try it at a window.');
}

function checkSignal(values: Values | undefined): Finding {
  const read = values === undefined ? undefined : readSignal(values);
  const signalDbm = read?.ok === true ? read.value : undefined;
  if (signalDbm === undefined)
    return bad('signal', 'none', 'Is the antenna screwed to the socket MAIN? Try it at a window.');
  if (signalDbm >= goodDbm) return ok('signal', `good, ${signalDbm} dBm`, { signalDbm });
  const weak = `${signalDbm} dBm`;
  return signalDbm >= weakDbm
    ? ok('signal', `sufficient, ${weak}`, { signalDbm })
    : look(
        'signal',
        `weak, ${weak}`,
        'Alarms get through, calls may break off. Try the hub nearer to a window, or a better antenna.',
      );
}
