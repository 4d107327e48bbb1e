import { expect, test } from 'vitest';
import { success } from '#protocol/core/result.ts';
import type { Command, CommandName, CommandResult } from '#protocol/mqtt/command.ts';
import type { Finished, Order } from './commands.ts';
import type { CentreEvent } from './events.ts';
import { createKeyRotation, rotatedLimit } from './keyRotation.ts';
import { makeKey } from './keys.ts';

const [former, current] = [makeKey(), makeKey()];

function startRotation() {
  const ordered: { command: Command; finished: Finished | undefined }[] = [];
  const order = (hub: string, name: CommandName, { details = {} }: Order, finished?: Finished) => {
    const command: Command = { v: 1, hub, id: `C${ordered.length}`, counter: 1, name, with: { ...details } };
    ordered.push({ command, finished });
    return success(command);
  };
  return { ordered, rotation: createKeyRotation({ current, former, order }) };
}

const online = (hub: string): CentreEvent => ({ event: 'hub-state', hub, state: { v: 1, hub, state: 'online' } });
const resultOf = (outcome: 'done' | 'refused'): CommandResult => ({
  v: 1,
  hub: 'hub-1',
  id: 'C1',
  name: 'rotate-key',
  outcome,
});

test('a hub that is heard is told of the new key by the former, and of the end of the former by the new', () => {
  const { ordered, rotation } = startRotation();
  rotation.hear(online('hub-1'));
  rotation.hear(online('hub-1'));
  expect(ordered.map(({ command }) => [command.with, rotation.sealOf(command).keyId])).toEqual([
    [{ key: current.publicKey }, former.keyId],
    [{ retire: former.keyId }, current.keyId],
  ]);
});

test('a hub gets both signatures until it has confirmed, and is asked again when it could not', () => {
  const { ordered, rotation } = startRotation();
  rotation.hear(online('hub-1'));
  expect(rotation.formerFor('hub-1')).toBe(former);
  ordered[1]?.finished?.(resultOf('refused'));
  rotation.hear(online('hub-1'));
  expect(ordered).toHaveLength(4);
  ordered[3]?.finished?.(resultOf('done'));
  expect(rotation.formerFor('hub-1')).toBeUndefined();
});

test('so many hubs are remembered and no more; others get both signatures all the same', () => {
  const { ordered, rotation } = startRotation();
  for (let index = 0; index <= rotatedLimit; index += 1) rotation.hear(online(`hub-${index}`));
  expect(ordered).toHaveLength(2 * rotatedLimit);
  expect(rotation.formerFor(`hub-${rotatedLimit}`)).toBe(former);
});
