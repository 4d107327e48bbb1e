import { encodeLine } from '#protocol/at/response.ts';
import type { BehaviourPorts, CreateBehaviour, Outgoing } from '#devices/behaviours/behaviour.ts';

/** Said in between by modems that look for a network; it changes nothing. */
const interruption = encodeLine('+CSQ: 99,99');

/** The ways in which a modem misbehaves besides those of all devices. */
export const modemFaults = {
  'interrupted-answers': interruptedAnswers,
} as const satisfies Record<string, CreateBehaviour>;

/** Every answer has a line in it that was not asked for, before its result. */
function interruptedAnswers({ write }: BehaviourPorts) {
  return {
    sending({ kind, bytes }: Outgoing) {
      const result = bytes.lastIndexOf(0x0d, -3);
      if (kind !== 'answer' || result <= 0) return false;
      write(bytes.subarray(0, result));
      write(interruption);
      write(bytes.subarray(result));
      return true;
    },
  };
}
