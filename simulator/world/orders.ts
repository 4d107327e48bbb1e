import type { Command } from '#protocol/mqtt/command.ts';
import type { Signer } from '#protocol/mqtt/signature.ts';
import type { Action, signatureFlaws } from './action.ts';
import { type ConfigurationDocument, layOver } from './configurationLayer.ts';

type Order = Extract<Action, { word: 'configure' | 'command' }>;
type Flaw = (typeof signatureFlaws)[number];

/** What the centre tells its hub to do, as it goes out. */
export interface Orders {
  /** The command of an action, and who signs it; undefined is the centre itself. */
  commandOf(action: Order): { command: Command; seal: Signer | 'unsigned' | undefined };
  /** What became of a command: a configuration that was taken is the one that the next is laid over. */
  resulted(id: string, outcome: string): void;
  /** The hub has fallen back to the configuration before (B11.3). */
  fellBack(): void;
}

/** `document` is the hub's configuration at the begin. */
export function createOrders(hub: string, keyId: string, document: ConfigurationDocument): Orders {
  const { hub: _hub, radio: _radio, version = 1, ...atBegin } = document;
  // Of the right form, and nobody's.
  const impostor: Signer = { keyId, sign: () => 'A'.repeat(86) };
  let current: ConfigurationDocument = atBegin;
  let previous = current;
  let highest = Number(version);
  let sent = 0;
  const underWay = new Map<string, ConfigurationDocument>();

  function commandOf(action: Order): { command: Command; seal: Signer | 'unsigned' | undefined } {
    sent += 1;
    const id = `C${sent}`;
    const seal = sealOf(action.signature);
    const base = { v: 1 as const, hub, id, counter: sent };
    if (action.word === 'command') {
      const { name, details, counter = sent } = action;
      return { command: { ...base, name, with: { ...details }, counter }, seal };
    }
    const { layer, version = highest + 1 } = action;
    highest = Math.max(highest, version);
    const configuration = { ...layOver(current, layer), version };
    underWay.set(id, configuration);
    return { command: { ...base, name: 'configure', with: { configuration } }, seal };
  }

  function sealOf(flaw: Flaw | undefined): Signer | 'unsigned' | undefined {
    if (flaw === undefined) return undefined;
    return flaw === 'none' ? 'unsigned' : impostor;
  }

  return {
    commandOf,
    resulted(id, outcome) {
      const document = underWay.get(id);
      underWay.delete(id);
      if (document === undefined || outcome !== 'done') return;
      previous = current;
      current = document;
    },
    fellBack: () => (current = previous),
  };
}
