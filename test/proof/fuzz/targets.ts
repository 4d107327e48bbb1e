import type { Target } from './target.ts';
import { deviceTargets } from './targets/devices.ts';
import { fileTargets } from './targets/files.ts';
import { journalTargets } from './targets/journal.ts';
import { messageTargets } from './targets/messages.ts';
import { mqttTargets } from './targets/mqtt.ts';
import { serialTargets } from './targets/serial.ts';
import { wordTargets } from './targets/words.ts';

/** Everything that takes bytes or text from outside, and what must hold of it. */
export const targets: readonly Target[] = [
  ...serialTargets,
  ...messageTargets,
  ...mqttTargets,
  ...fileTargets,
  ...journalTargets,
  ...wordTargets,
  ...deviceTargets,
];

/** The target of this name. */
export function targetNamed(name: string): Target {
  const found = targets.find((target) => target.name === name);
  if (found === undefined) throw new Error(`there is no target ${name}`);
  return found;
}
