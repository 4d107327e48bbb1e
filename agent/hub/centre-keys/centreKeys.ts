import type { CommandOutcome, Concern, HubContext } from '#agent/hub/concern.ts';
import type { Facts } from '#agent/hub/facts.ts';
import type { Kept } from '#agent/hub/ports.ts';

/** Keys announced in the life of a hub; one more is refused. A key a year lasts longer than a hub does. */
export const announcedLimit = 32;

export const centreKeysFact = 'centre-keys';

/** A key that an older one has announced. */
interface Announced {
  /** The key id of the one that announced it. */
  by: string;
  id: string;
  /** The raw 32 bytes in base64, as a configuration holds it. */
  key: string;
}

interface CentreKeysMemory {
  announced: readonly Announced[];
  /** Key ids that count no more, whatever a configuration says. */
  retired: readonly string[];
}

export type PublicKeys = Readonly<Record<string, string>>;

export interface CentreKeys {
  concern: Concern;
  /**
   * The keys by which a centre may sign: those that its configuration names and those that they have announced, without
   * the retired ones. The same object as long as nothing changes.
   */
  inForce(configured: PublicKeys): PublicKeys;
}

const isPublicKey = /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/u;
const right = 'with: { key: the new public key, 32 bytes in base64 } or { retire: a key id }';

/**
 * The centre changes the key by which it signs, and nothing is lost between the two: the old key announces the new one,
 * both count for a while, and the new one retires the old. What is retired never comes back, not by a restart and not by
 * an older configuration.
 */
export function createCentreKeys(
  { facts, log, reports }: Pick<HubContext, 'facts' | 'log' | 'reports'>,
  idOf: ((publicKey: string) => string) | undefined,
): CentreKeys {
  let known = new WeakMap<PublicKeys, PublicKeys>();

  function rotate({ key, retire }: Readonly<Record<string, unknown>>, by: string): CommandOutcome {
    if (typeof key === 'string' && isPublicKey.test(key) && retire === undefined) return announce(key, by);
    if (typeof retire === 'string' && key === undefined) return retireKey(retire, by);
    return { outcome: 'refused', reason: `right would be ${right}` };
  }

  function announce(key: string, by: string): CommandOutcome {
    const { announced, retired } = memory(facts);
    if (idOf === undefined) return { outcome: 'refused', reason: 'this hub takes no new keys' };
    const id = idOf(key);
    if (retired.includes(id)) return { outcome: 'refused', reason: `key ${id} was retired; right would be a new one` };
    if (id === by || announced.some((one) => one.id === id)) return { outcome: 'done', body: { id } };
    if (announced.length >= announcedLimit) {
      const reason = `${announcedLimit} keys were announced already; right would be a hub set up anew`;
      return { outcome: 'refused', reason };
    }
    changed({ announced: [...announced, { by, id, key }], retired }, { announced: id, by });
    return { outcome: 'done', body: { id } };
  }

  /** Only who came from a key may retire it: the old one cannot shut the new one out. */
  function retireKey(id: string, by: string): CommandOutcome {
    const { announced, retired } = memory(facts);
    if (!ancestorsOf(by, announced).includes(id)) {
      return {
        outcome: 'refused',
        reason: `key ${by} does not come from ${id}; right would be a key that it announced`,
      };
    }
    if (!retired.includes(id)) changed({ announced, retired: [...retired, id] }, { retired: id, by });
    return { outcome: 'done', body: { id } };
  }

  function changed(value: CentreKeysMemory, note: Readonly<Record<string, string>>): void {
    log.info(
      { step: 'centre-key', ...note },
      'announced' in note ? 'a key of the centre was announced' : 'a key of the centre is retired',
    );
    known = new WeakMap();
    reports.note('configuration', { centreKey: note }, [{ key: centreKeysFact, value } satisfies Kept]);
  }

  function inForce(configured: PublicKeys): PublicKeys {
    const found = known.get(configured) ?? effective(configured, memory(facts));
    known.set(configured, found);
    return found;
  }

  return { concern: { commands: { 'rotate-key': rotate } }, inForce };
}

function memory(facts: Facts): CentreKeysMemory {
  const kept = facts.get(centreKeysFact);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Nobody else writes it.
  return (kept as CentreKeysMemory | undefined) ?? { announced: [], retired: [] };
}

/** Announced in this order: whoever announces was there before. */
function effective(configured: PublicKeys, { announced, retired }: CentreKeysMemory): PublicKeys {
  if (announced.length === 0) return configured;
  const keys: Record<string, string> = { ...configured };
  for (const { by, id, key } of announced) {
    if (Object.hasOwn(keys, by)) keys[id] = key;
  }
  return Object.fromEntries(Object.entries(keys).filter(([id]) => !retired.includes(id)));
}

function ancestorsOf(id: string, announced: readonly Announced[]): string[] {
  const ancestors: string[] = [];
  let current = announced.find((one) => one.id === id);
  while (current !== undefined) {
    const { by } = current;
    ancestors.push(by);
    current = announced.find((one) => one.id === by);
  }
  return ancestors;
}
