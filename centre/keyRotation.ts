import type { Command } from '#protocol/mqtt/command.ts';
import type { Signer } from '#protocol/mqtt/signature.ts';
import type { Commands } from './commands.ts';
import type { CentreEvent } from './events.ts';
import type { SigningKey } from './keys.ts';

/** Hubs of which is remembered that they have the new key; more are answered with both signatures all the same. */
export const rotatedLimit = 100_000;

export interface KeyRotationOptions {
  current: SigningKey;
  former: SigningKey;
  /** Asks a hub for something. */
  order: Commands['order'];
}

export interface KeyRotation {
  /** What happens at the centre: a hub that is heard for the first time is told of the new key. */
  hear(event: CentreEvent): void;
  /** By whom a command is signed: what announces the new key by the former, all else by the new. */
  sealOf(command: Command): Signer;
  /** Whose signature an answer to this hub bears beside that of the new key, as long as it may not know that one. */
  formerFor(hub: string): Signer | undefined;
}

/**
 * Changes the key by which the centre signs, hub by hub: the former key announces the new one, then the new one retires
 * the former. Until a hub has confirmed it gets each answer twice, once by each key, so that nothing depends on when it
 * hears of the change or on what this program remembers.
 */
export function createKeyRotation({ current, former, order }: KeyRotationOptions): KeyRotation {
  const asked = new Set<string>();
  const rotated = new Set<string>();

  function lives(hub: string): void {
    if (asked.has(hub) || asked.size >= rotatedLimit) return;
    asked.add(hub);
    order(hub, 'rotate-key', { details: { key: current.publicKey } });
    const retire = { details: { retire: former.keyId } };
    const ordered = order(hub, 'rotate-key', retire, (result) => {
      if (result?.outcome === 'done') rotated.add(hub);
      else asked.delete(hub);
    });
    if (!ordered.ok) asked.delete(hub);
  }

  return {
    hear(event) {
      if (event.event === 'heartbeat' || (event.event === 'hub-state' && event.state.state === 'online')) {
        lives(event.hub);
      }
    },
    sealOf: ({ name, with: details }) => (name === 'rotate-key' && details?.['key'] !== undefined ? former : current),
    formerFor: (hub) => (rotated.has(hub) ? undefined : former),
  };
}
