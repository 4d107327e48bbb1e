import { failure, type Result, success } from '#protocol/core/result.ts';
import { type Answer, bare, choice, number, type Word, type Words } from '#devices/words.ts';
import type { Calls } from './calls.ts';
import type { Messages } from './messages.ts';
import { accessWords, type Network, networkWords } from './network.ts';
import type { Sim } from './sim.ts';
import { simPin, simPuk, simWords } from './sim.ts';

export interface WordParts {
  sim: Sim;
  network: Network;
  calls: Calls;
  messages: Messages;
  /** Whether it has its power and has started. */
  isRunning(): boolean;
  reboot(): void;
}

/** What a person may do around the modem: the card, the network, and other people's calls and messages. */
export function modemWords({ sim, network, calls, messages, isRunning, reboot }: WordParts): Words {
  /** The air is there whether the modem hears it or not. */
  function change<Name extends keyof Network['air']>(name: Name, value: Network['air'][Name]): Result<Answer, string> {
    network.air[name] = value;
    if (isRunning()) network.look();
    return success({ text: `${name}: ${String(value)}`, [name]: value });
  }

  function inCall(text: string, isDone: boolean): Result<Answer, string> {
    return isDone ? success({ text }) : failure('there is no such call');
  }

  return {
    sim: choice('sim', simWords, `the card in the modem: its PIN is ${simPin}, its PUK ${simPuk}`, (word) => {
      sim.put(word);
      return success({ text: `sim: ${word}`, sim: word });
    }),
    network: choice('network', networkWords, 'what is in the air', (word) => change('network', word)),
    access: choice('access', accessWords, 'of which kind it is', (word) => change('access', word)),
    signal: number('signal', { least: -113, most: -51, unit: 'dBm' }, 'how strong it is', (dbm) =>
      change('signalDbm', dbm),
    ),
    data: choice('data', ['on', 'off'], 'whether the modem gets an address', (word) => {
      change('data', word === 'on');
      return success({ text: `data: ${word}`, data: word });
    }),
    sms: smsWord(messages),
    call: callWord(calls, isRunning),
    answer: bare('answer', 'the other side takes the call', () => inCall('they talk', calls.taken())),
    'hang-up': bare('hang-up', 'the other side ends the call', () =>
      inCall('the other side has hung up', calls.ended()),
    ),
    busy: bare('busy', 'who is called talks to somebody', () => inCall('busy', calls.notTaken('BUSY'))),
    'no-answer': bare('no-answer', 'who is called does not come', () =>
      inCall('no answer', calls.notTaken('NO ANSWER')),
    ),
    key: keyWord(calls),
    reboot: bare('reboot', 'the modem falls over and starts again', () => {
      reboot();
      return success({ text: 'the modem starts again' });
    }),
    list: bare('list', 'how everything is', () => {
      const { air } = network;
      const call = calls
        .list()
        .map(({ by, state }) => `${state}, begun by ${by === 'hub' ? 'the hub' : 'the other side'}`);
      const lines = [
        `sim: ${sim.state()}`,
        `network: ${air.network}, ${air.access}, ${air.signalDbm} dBm, data ${air.data ? 'on' : 'off'}`,
        `modem: ${isRunning() ? `running, ${network.isServed() ? 'served' : 'not served'}` : 'not running'}`,
        `calls: ${call.join('; ') || 'none'}`,
      ];
      return success({ text: lines.join('\n') });
    }),
  };
}

/** Everything behind the number is the text. */
function smsWord(messages: Messages): Word {
  return {
    usage: 'sms FROM TEXT',
    does: 'somebody sends a message to the modem',
    perform([from, ...words]) {
      if (from === undefined || words.length === 0) return failure('a message has a sender and a text');
      const come = messages.comeIn(from, words.join(' '));
      return come.ok ? success({ text: `sent in ${come.value} part(s)`, parts: come.value }) : come;
    },
  };
}

function callWord(calls: Calls, isRunning: () => boolean): Word {
  return {
    usage: 'call FROM | withheld',
    does: 'somebody calls',
    perform([from, ...surplus]) {
      if (from === undefined || surplus.length > 0 || !/^(?:\+?\d{1,20}|withheld)$/u.test(from)) {
        return failure('a call comes from a number, or from withheld');
      }
      if (!isRunning()) return failure('the modem is not running: the caller hears that it cannot be reached');
      const come = calls.comeIn(from === 'withheld' ? undefined : from);
      return come.ok ? success({ text: 'it rings' }) : come;
    },
  };
}

function keyWord(calls: Calls): Word {
  return {
    usage: 'key DIGIT',
    does: 'the other side presses a key',
    perform([digit = '', surplus]) {
      if (!/^[\d*#A-D]$/u.test(digit) || surplus !== undefined) return failure('a key is 0 to 9, *, #, or A to D');
      return calls.keyPressed(digit) ? success({ text: `key ${digit}` }) : failure('nobody talks');
    },
  };
}
