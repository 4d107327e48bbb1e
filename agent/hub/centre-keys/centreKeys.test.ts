import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { keyIdOf } from '#agent/uplink/keys.ts';
import type { CommandResult } from '#protocol/mqtt/command.ts';
import { type HubAtWork, startHubAtWork } from '#test/hubAtWork.ts';
import { announcedLimit } from './centreKeys.ts';

/** The hub looks at no signature here; a key is any 32 bytes. */
function makeKey(): { keyId: string; publicKey: string } {
  const publicKey = randomBytes(32).toString('base64');
  return { keyId: keyIdOf(publicKey), publicKey };
}

const [old, next, later] = [makeKey(), makeKey(), makeKey()];
const configured = { [old.keyId]: old.publicKey };

let home: HubAtWork;
let counter = 0;
beforeEach(() => (home = startHubAtWork()));
afterEach(() => home.close());

function rotate(details: Readonly<Record<string, unknown>>, by: string): CommandResult | undefined {
  counter += 1;
  const command = { v: 1 as const, hub: 'hub-0001', id: `K${counter}`, counter, name: 'rotate-key' as const };
  const taken = home.hub().commanded({ ...command, with: { ...details } }, by, 'primary');
  return taken.ok ? taken.value : undefined;
}

const inForce = (keys = configured) => new Set(Object.keys(home.hub().centreKeys(keys)));

describe('the key of the centre', () => {
  test('is announced by the one before, and then both count: nothing that is on its way is refused', () => {
    expect(rotate({ key: next.publicKey }, old.keyId)).toMatchObject({ outcome: 'done', body: { id: next.keyId } });
    expect(inForce()).toEqual(new Set([old.keyId, next.keyId]));
  });

  test('is retired by its successor, for good: over a restart, and with a configuration that still names it', () => {
    rotate({ key: next.publicKey }, old.keyId);
    expect(rotate({ retire: old.keyId }, next.keyId)).toMatchObject({ outcome: 'done' });
    home.restart();
    expect(inForce()).toEqual(new Set([next.keyId]));
    expect(inForce({ ...configured, [next.keyId]: next.publicKey })).toEqual(new Set([next.keyId]));
  });

  test('that was retired is not announced again, not even by its successor', () => {
    rotate({ key: next.publicKey }, old.keyId);
    rotate({ retire: old.keyId }, next.keyId);
    expect(rotate({ key: old.publicKey }, next.keyId)).toMatchObject({ outcome: 'refused' });
    expect(inForce()).toEqual(new Set([next.keyId]));
  });

  test('cannot shut its successor out, nor can a stranger retire it', () => {
    rotate({ key: next.publicKey }, old.keyId);
    expect(rotate({ retire: next.keyId }, old.keyId)).toMatchObject({ outcome: 'refused' });
    expect(rotate({ retire: old.keyId }, later.keyId)).toMatchObject({ outcome: 'refused' });
    expect(inForce()).toEqual(new Set([old.keyId, next.keyId]));
  });

  test('of one centre is no key of another', () => {
    rotate({ key: next.publicKey }, old.keyId);
    expect(inForce({ [later.keyId]: later.publicKey })).toEqual(new Set([later.keyId]));
  });

  test('changes twice in a row, and the hub that has the first configuration follows', () => {
    rotate({ key: next.publicKey }, old.keyId);
    rotate({ key: later.publicKey }, next.keyId);
    expect(rotate({ retire: old.keyId }, later.keyId)).toMatchObject({ outcome: 'done' });
    expect(rotate({ retire: next.keyId }, later.keyId)).toMatchObject({ outcome: 'done' });
    expect(inForce()).toEqual(new Set([later.keyId]));
  });

  test('is journalled when it changes, and a change that is asked for again changes nothing', () => {
    rotate({ key: next.publicKey }, old.keyId);
    rotate({ key: next.publicKey }, old.keyId);
    const rows = home.entries().filter(({ kind }) => kind === 'configuration');
    expect(rows).toMatchObject([{ body: { centreKey: { announced: next.keyId, by: old.keyId } } }]);
  });

  test('still counts at the end of the installation, when all else is wiped', () => {
    rotate({ key: next.publicKey }, old.keyId);
    rotate({ retire: old.keyId }, next.keyId);
    home.command('end');
    home.restart();
    expect(inForce()).toEqual(new Set([next.keyId]));
  });

  test.each([
    ['nothing', {}],
    ['a key that is too short', { key: 'AAAA' }],
    ['a number', { key: 7 }],
    ['both at once', { key: next.publicKey, retire: old.keyId }],
  ])('with %s is refused, with what would be right', (_what, details) => {
    expect(rotate(details, old.keyId)).toMatchObject({ outcome: 'refused', reason: expect.stringContaining('right') });
    expect(inForce()).toEqual(new Set([old.keyId]));
  });

  test('is announced so often and no more', () => {
    const keys = Array.from({ length: announcedLimit }, () => makeKey());
    keys.forEach(({ publicKey }) => expect(rotate({ key: publicKey }, old.keyId)).toMatchObject({ outcome: 'done' }));
    expect(rotate({ key: next.publicKey }, old.keyId)).toMatchObject({ outcome: 'refused' });
    expect(inForce()).toHaveLength(announcedLimit + 1);
  });
});
