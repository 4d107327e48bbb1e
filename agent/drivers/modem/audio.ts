import type { VoiceMode } from '#agent/hub/devices.ts';
import { readRange } from '#protocol/at/responseValues.ts';
import { type Ask, inTurn, valuesOf } from './steps.ts';

/** What both makers' modems have (SIM7500/SIM7600 AT commands, EC2x AT commands: AT+CLVL). */
const usualLevels = { least: 0, greatest: 5 } as const;

export interface Audio {
  /** The modem has been set up: its range of loudness is asked for. */
  found(): void;
  /** A call begins: its loudness is the usual one, whatever the last operator had made of it. */
  begin(mode: VoiceMode): void;
  setMode(mode: VoiceMode): void;
  changeVolume(steps: number): void;
}

/**
 * Loudness and direction of the modem's voice, by its own commands: CLVL for the loudspeaker, CMUT for the microphone
 * (27.007 8.23, 8.24). A loudspeaker that is to be silent is at its least.
 */
export function createAudio(ask: Ask): Audio {
  let levels: { least: number; greatest: number } = usualLevels;
  let level = usual();
  let mode: VoiceMode = 'duplex';

  function usual(): number {
    return Math.round(levels.least + (levels.greatest - levels.least) * 0.8);
  }

  function apply(): void {
    const loudness = mode === 'microphone-only' ? levels.least : level;
    const steps = [{ line: `AT+CMUT=${mode === 'speaker-only' ? 1 : 0}` }, { line: `AT+CLVL=${loudness}` }];
    inTurn(ask, 'call', steps, () => {});
  }

  return {
    found() {
      ask('look', { line: 'AT+CLVL=?', prefix: '+CLVL' }, (outcome) => {
        const range = outcome.is === 'ok' ? readRange(valuesOf(outcome.lines)[0]) : undefined;
        if (range !== undefined) levels = range;
        level = usual();
      });
    },
    begin(begun) {
      mode = begun;
      level = usual();
      apply();
    },
    setMode(wanted) {
      mode = wanted;
      apply();
    },
    changeVolume(steps) {
      level = Math.max(levels.least, Math.min(levels.greatest, level + steps));
      apply();
    },
  };
}
