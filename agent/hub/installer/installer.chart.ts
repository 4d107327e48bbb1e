import { emit, setup } from 'xstate';

/** Installer mode, with its range test (B10). */
export const installerChart = setup({
  types: {
    events: {} as InstallerEvent,
    emitted: {} as InstallerDecision,
  },
}).createMachine({
  id: 'installer',
  initial: 'off',
  states: {
    off: {
      on: { tag: { target: 'on', actions: emit({ type: 'begin' }) }, restored: 'on' },
    },
    on: {
      on: {
        tag: { target: 'off', actions: emit({ type: 'end', by: 'tag' }) },
        due: { target: 'off', actions: emit({ type: 'end', by: 'time' }) },
      },
    },
  },
});

export type InstallerEvent =
  /** The installer's tag. */
  | { type: 'tag' }
  /** It has lasted long enough. */
  | { type: 'due' }
  /** It was on before the restart. */
  | { type: 'restored' };

export type InstallerDecision = { type: 'begin' } | { type: 'end'; by: 'tag' | 'time' };
