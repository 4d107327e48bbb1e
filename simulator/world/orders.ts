import type { CentreEvent } from '#centre/events.ts';
import type { Configuration } from '#protocol/configuration/configuration.ts';
import type { Command } from '#protocol/mqtt/command.ts';
import type { Signer } from '#protocol/mqtt/signature.ts';
import { statusCodes } from '#protocol/scaip/codes.ts';
import type { Action, signatureFlaws } from './action.ts';
import { type ConfigurationDocument, layOver } from './configurationLayer.ts';

type Order = Extract<Action, { word: 'configure' | 'command' }>;
type Flaw = (typeof signatureFlaws)[number];

/** What the centre tells its hub to do, as it goes out. */
export interface Orders {
  /** The command of an action, and who signs it; undefined is the centre itself. */
  commandOf(action: Order): { command: Command; seal: Signer | 'unsigned' | undefined };
  /** A configuration that the hub took is the one that the next is laid over; one that fell back is not any more. */
  hear(event: CentreEvent): void;
}

/** `document` is the hub's configuration as it is written; in the world its centres are where `configuration` says. */
export function createOrders({ hub, version, centre }: Configuration, document: ConfigurationDocument = {}): Orders {
  const { hub: _hub, radio: _radio, ...others } = document;
  const [keyId = ''] = Object.keys(centre.primary.keys);
  // Of the right form, and nobody's.
  const impostor: Signer = { keyId, sign: () => 'A'.repeat(86) };
  let current: ConfigurationDocument = { ...others, centre };
  let previous = current;
  let highest = version;
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

  function hear(event: CentreEvent): void {
    if (event.event === 'opened' && event.case.record.stc === statusCodes.configurationFellBack.code) {
      current = previous;
    } else if (event.event === 'result') {
      const { id, outcome } = event.result;
      const taken = underWay.get(id);
      underWay.delete(id);
      if (taken === undefined || outcome !== 'done') return;
      previous = current;
      current = taken;
    }
  }

  return { commandOf, hear };
}
