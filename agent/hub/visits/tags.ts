import { type TagConfiguration, tagText } from '#protocol/configuration/visitsSection.ts';
import type { Concern, HubContext } from '#agent/hub/concern.ts';
import { createDeviceHealth } from '#agent/hub/health/deviceHealth.ts';
import type { Device, HubDevices } from '#agent/hub/devices.ts';
import { predecessorKey } from '#agent/hub/life/life.ts';

/** Tags remembered for the moment in which a further read is the same one (B9.2); beyond, the oldest goes. */
export const rememberedTags = 16;

/** The reader at the hub: whose tag was held to it. A tag's number is neither kept nor logged, only its hash compared. */
export function createTags(context: HubContext, { openReader }: HubDevices, hash: (text: string) => string): Concern {
  const { clock, configuration, facts, tell } = context;
  const health = createDeviceHealth(context, 'reader');
  /** By hash, when it was read last. A tag left on the reader is read again and again: each read counts from the last. */
  const lastReadMs = new Map<string, number>();
  const counters = { tagReads: 0, tagRepeats: 0 };
  let reader: Device | undefined;

  function read(number: string): void {
    const { hub, tags } = configuration();
    const hashOf = (id: string): string => hash(tagText(id, number.toLowerCase()));
    const hashed = hashOf(hub);
    counters.tagReads += 1;
    if (isRepeat(hashed)) {
      counters.tagRepeats += 1;
      return;
    }
    // A hub that took another one's place knows the tags by that one's hashes too (B14.1).
    const predecessor = facts.get(predecessorKey);
    const hashes = [hashed, ...(typeof predecessor === 'string' ? [hashOf(predecessor)] : [])];
    tell.tagRead(tags.find((tag: TagConfiguration) => hashes.includes(tag.hash)));
  }

  function isRepeat(hashed: string): boolean {
    const nowMs = clock.monotonicMs();
    const beforeMs = lastReadMs.get(hashed);
    lastReadMs.delete(hashed);
    lastReadMs.set(hashed, nowMs);
    const [oldest] = lastReadMs.keys();
    if (lastReadMs.size > rememberedTags && oldest !== undefined) lastReadMs.delete(oldest);
    return beforeMs !== undefined && nowMs - beforeMs < configuration().visits.repeatWithinMs;
  }

  return {
    start() {
      reader = openReader?.({ tag: read, failing: health.failing, well: health.well });
    },
    stop: () => reader?.stop(),
    counters: () => counters,
  };
}
