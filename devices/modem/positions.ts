import type { ModemPart, PartContext } from './parts.ts';
import { numberSetting } from './reply.ts';

/** The modem's own receiver of positions: silent until it is switched on, and after each start. */
export function createPositions({ profile, tell }: PartContext): ModemPart {
  const name = profile.positionsCommand;
  const setting = numberSetting(name, {}, () => tell({ event: 'positions', on: setting.value() === 1 }));
  return {
    handlers: { [name]: setting.handler },
    restarted() {
      if (setting.value() === 1) tell({ event: 'positions', on: false });
      setting.reset();
    },
  };
}
