import type { Command } from '#protocol/at/command.ts';
import { encodeLine } from '#protocol/at/response.ts';
import type { Result } from '#protocol/core/result.ts';
import type { Clock, Random } from '#protocol/core/time.ts';
import { createFront } from '#devices/behaviours/behaviour.ts';
import type { Connector, DeviceEnd } from '#devices/line/wire.ts';
import { type Answer, commonWords, obeyWords, type Words } from '#devices/words.ts';
import { createBasic } from './basic.ts';
import { type Calls, createCalls } from './calls.ts';
import { createMessages, type Messages } from './messages.ts';
import { createModemClock } from './modemClock.ts';
import { modemFaults } from './modemFaults.ts';
import { modemWords } from './modemWords.ts';
import { createNetwork, type Network } from './network.ts';
import { createNetworkCommands } from './networkCommands.ts';
import type { ModemEvent, PartContext } from './parts.ts';
import { createPositions } from './positions.ts';
import { type ModemProfile, modemProfiles } from './profiles.ts';
import { error, type Handler, type Handlers, type Reply } from './reply.ts';
import { createSim, type Sim } from './sim.ts';
import { createTerminal, type Terminal } from './terminal.ts';
import { createTimers } from './timers.ts';

export interface ModemDeviceOptions {
  line: DeviceEnd;
  clock: Clock;
  random: Random;
  /** Default: SIM7600E-H. */
  profile?: ModemProfile;
  /** What `unplug` and `plug` pull out and put back; without it the modem is screwed down. */
  connector?: Connector;
  onEvent?(event: ModemEvent): void;
}

export interface ModemDevice {
  /** Does what a line of words says; the problem is for people. */
  obey(line: string): Result<Answer, string>;
  stop(): void;
}

/**
 * A fake 4G modem that speaks AT commands (V.250, 3GPP TS 27.007 and 27.005), with its card, the network around it, and
 * the people who call it and write to it. It has long been started when it is made.
 */
export function createModemDevice(options: ModemDeviceOptions): ModemDevice {
  const { line, clock, random, connector, profile = modemProfiles['sim7600e-h'] }: ModemDeviceOptions = options;
  const timers = createTimers(clock);
  const worldTimers = createTimers(clock);
  let state: 'off' | 'starting' | 'running' = 'running';
  const front = createFront({ clock, random, write: (bytes) => line.write(bytes), restart });

  const context: PartContext = { clock, profile, timers, worldTimers, say, tell: (event) => options.onEvent?.(event) };
  const sim: Sim = createSim(context, simChanged);
  const network: Network = createNetwork(context, () => sim, served);
  const modemClock = createModemClock(context);
  const calls: Calls = createCalls(context, network.isServed);
  const messages: Messages = createMessages(context, { isServed: network.isServed, refusal: sim.refusal });
  const basic = createBasic(context, calls);
  const networkCommands = createNetworkCommands(context, network, restart);
  const positions = createPositions(context);
  const parts = [sim, network, modemClock, calls, messages, basic, networkCommands, positions];
  const handlers: Handlers = {
    ...basic.handlers,
    ...sim.handlers,
    ...networkCommands.handlers,
    ...modemClock.handlers,
    ...calls.handlers,
    ...messages.handlers,
    ...positions.handlers,
    ...Object.fromEntries(Object.entries(profile.endCommands).map(([name, end]) => [name, endCommand(end)])),
  };
  const terminal: Terminal = createTerminal({
    timers,
    manner: basic.manner,
    errorDetail: basic.errorDetail,
    perform,
    takesCommand: front.takesCommand,
    send: front.send,
    tell: context.tell,
  });

  function perform(command: Command): Reply {
    if (command.kind === 'dial') return sim.refusal() ?? calls.dial(command.to, command.isVoice);
    if (command.kind !== 'extended') return basic.perform(command);
    const handler = Object.hasOwn(handlers, command.name) ? handlers[command.name] : undefined;
    return handler === undefined ? error : handler(command);
  }

  function endCommand({ says, restarts }: ModemProfile['endCommands'][string]): Handler {
    return () => ({
      afterwards() {
        for (const line of says) say(line);
        if (restarts) restart();
        else stop('off');
      },
    });
  }

  function say(...lines: string[]): void {
    if (state !== 'running') return;
    front.send({ kind: 'unasked', bytes: encodeLine(lines.join('\r\n')) });
  }

  function simChanged(): void {
    if (state !== 'running') return;
    if (sim.state() === 'ready') network.search();
    else network.look();
    messages.deliver();
  }

  function served(is: boolean): void {
    modemClock.served(is);
    calls.served(is);
    if (is) messages.deliver();
  }

  function stop(next: 'off' | 'starting'): void {
    state = next;
    timers.clear();
    front.forget();
    terminal.reset();
    for (const part of parts) part.restarted();
  }

  function restart(): void {
    stop('starting');
    timers.after(profile.bootMs, () => {
      state = 'running';
      context.tell({ event: 'restarted' });
      for (const line of profile.started) say(line);
      sim.started();
    });
  }

  function power(on: boolean): void {
    if (!on) stop('off');
    else if (state === 'off') restart();
  }

  line.onReceived((bytes) => {
    if (state === 'running') terminal.received(bytes);
  });

  const words: Words = {
    ...modemWords({ sim, network, calls, messages, isRunning: () => state === 'running', reboot: restart }),
    ...commonWords({
      noun: 'modem',
      front,
      power,
      faults: modemFaults,
      ...(connector === undefined ? {} : { connector }),
    }),
  };

  return {
    obey: (said) => obeyWords(words, said),
    stop() {
      front.clear();
      stop('off');
      worldTimers.clear();
    },
  };
}
