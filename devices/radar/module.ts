import {
  type Acknowledgement,
  encodeAcknowledgement,
  encodeFirmware,
  encodeParameters,
  type Parameters,
} from '#protocol/ld2410/acknowledgements.ts';
import { type Command, commandWords, decodeCommand, type Sensitivity } from '#protocol/ld2410/commands.ts';
import { dataLengthLimit, type Frame, gateCount } from '#protocol/ld2410/frame.ts';
import type { RadarProfile } from './profiles.ts';

/** As its maker leaves it (1.2.2). */
const factoryParameters: Parameters = {
  farthestMovingGate: 8,
  farthestStillGate: 8,
  noOneSeconds: 5,
  movingSensitivities: [50, 50, 40, 30, 20, 15, 15, 15, 15],
  stillSensitivities: [0, 0, 40, 40, 30, 30, 20, 20, 20],
};

/** The version of the protocol, and the length of the module's buffer (2.2.1). */
const configurationValue = Uint8Array.of(1, 0, dataLengthLimit, 0);
const noValue = new Uint8Array(0);

/** What a host asked of the module, and what the module answers. */
export interface Exchange {
  /** What was asked, for people. */
  asked: string;
  answer?: Frame;
  /** The module restarts once it has answered. */
  restarts?: boolean;
}

/** A radar module as its host sees it: what it answers, and what it remembers. */
export interface RadarModule {
  exchange(frame: Frame): Exchange;
  parameters(): Parameters;
  /** In configuration it reports nothing. */
  isInConfiguration(): boolean;
  isEngineering(): boolean;
  /** It has lost its power: parameters stay, everything else is as at the beginning. */
  restarted(): void;
}

export function createRadarModule({ version }: RadarProfile): RadarModule {
  let parameters = factoryParameters;
  let inConfiguration = false;
  let engineering = false;
  /** Counts from the next restart on (2.2.10). */
  let factoryReset = false;

  /** The value that is answered; undefined is a refusal. */
  function perform(command: Command): Uint8Array | undefined {
    switch (command.command) {
      case 'read-firmware':
        return encodeFirmware({ version });
      case 'read-parameters':
        return encodeParameters(parameters);
      case 'set-limits': {
        const { farthestMovingGate, farthestStillGate, noOneSeconds } = command;
        parameters = { ...parameters, farthestMovingGate, farthestStillGate, noOneSeconds };
        return noValue;
      }
      case 'set-sensitivity':
        return setSensitivity(command) ? noValue : undefined;
      case 'engineering-on':
      case 'engineering-off':
        engineering = command.command === 'engineering-on';
        return noValue;
      case 'factory-reset':
        factoryReset = true;
        return noValue;
      // Another rate would count from the restart on; a fake line has none.
      case 'set-baud-rate':
      case 'restart':
        return noValue;
      default:
        return undefined;
    }
  }

  function setSensitivity({ gate, moving, still }: Sensitivity): boolean {
    if (gate !== 'all' && gate >= gateCount) return false;
    const changed = (former: readonly number[], to: number): number[] =>
      former.map((one, index) => (gate === 'all' || gate === index ? to : one));
    parameters = {
      ...parameters,
      movingSensitivities: changed(parameters.movingSensitivities, moving),
      stillSensitivities: changed(parameters.stillSensitivities, still),
    };
    return true;
  }

  function answerTo(command: Command): Acknowledgement {
    const word = command.command === 'other' ? command.word : commandWords[command.command];
    if (command.command === 'enable-configuration') {
      inConfiguration = true;
      return { word, success: true, value: configurationValue };
    }
    const value = inConfiguration ? perform(command) : undefined;
    if (command.command !== 'end-configuration') return { word, success: value !== undefined, value: value ?? noValue };
    inConfiguration = false;
    return { word, success: true, value: noValue };
  }

  return {
    exchange(frame) {
      const command = decodeCommand(frame);
      // What has parameters other than its own is not answered.
      if (!command.ok) return { asked: `nothing: ${command.problem.message}` };
      const { value } = command;
      const answer = answerTo(value);
      return {
        asked: value.command === 'other' ? `command ${value.word}` : value.command,
        answer: encodeAcknowledgement(answer),
        restarts: value.command === 'restart' && answer.success,
      };
    },
    parameters: () => parameters,
    isInConfiguration: () => inConfiguration,
    isEngineering: () => engineering,
    restarted() {
      inConfiguration = false;
      engineering = false;
      if (factoryReset) parameters = factoryParameters;
      factoryReset = false;
    },
  };
}
