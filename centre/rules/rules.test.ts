import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { minuteMs, secondMs } from '#protocol/core/time.ts';
import { noClients } from './clients.ts';
import { fileLimitBytes, loadClients, loadPolicy } from './files.ts';
import { usualPolicy } from './policy.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rules-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(text: string): string {
  const file = join(folder, 'rules.yaml');
  writeFileSync(file, text);
  return file;
}

describe('a policy file', () => {
  test('says what differs from the usual, and the handbook counts for the rest', () => {
    const read = loadPolicy(write('operator: { does: answers, after: 3s }\nstaff: { does: accepts }\n'));
    const usual = usualPolicy();
    expect(read).toEqual({
      ok: true,
      value: {
        ...usual,
        operator: { ...usual.operator, does: 'answers', afterMs: 3 * secondMs },
        staff: { ...usual.staff, does: 'accepts' },
      },
    });
    expect(usual).toMatchObject({
      answers: 'handled',
      heartbeat: { intervalMs: 2 * minuteMs, missed: 3 },
      staff: { acceptWithinMs: 5 * minuteMs, arriveWithinMs: 30 * minuteMs, readableForMs: 60 * minuteMs },
    });
  });

  test.each([
    ['a slip in a key', 'operator:\n  afer: 3s\n', '2:3: unknown key "afer" in operator; did you mean "after"?'],
    ['a slip in a word', 'staff: { does: acepts }', 'did you mean "accepts"?'],
    ['a time beyond its range', 'staff: { acceptWithin: 3h }', 'a duration from 1s to 1h'],
    ['a placeholder that nothing stands for', 'staff: { text: "{adress}" }', 'did you mean address?'],
    ['an interval that cannot be told', 'heartbeat: { interval: 90s, tellHubs: true }', 'right would be whole ones'],
    ['no map', 'handled', '1:1: the policy is "handled"; right would be a map with the keys answers'],
    ['no YAML', 'operator: {', ':1:'],
  ])('with %s is refused with its place and what would be right', (_what, text, says) => {
    const read = loadPolicy(write(text));
    expect(read.ok ? '' : read.problem.join('\n')).toContain(says);
  });

  test('that is not there, or too large, is refused', () => {
    expect(loadPolicy(join(folder, 'none.yaml'))).toMatchObject({
      problem: [expect.stringContaining('ENOENT') as string],
    });
    const file = write('');
    truncateSync(file, fileLimitBytes + 1);
    expect(loadPolicy(file)).toMatchObject({
      problem: [expect.stringContaining(`${fileLimitBytes} at most`) as string],
    });
  });
});

describe('a file of clients', () => {
  const anna = '{ unit: north, name: Anna, address: Storgatan 1, town: Ort, phone: "0401", heartbeat: 10m }';
  const of = { hub: 'hub-0001', ref: 'A1', cause: 'pendant' };

  test('fills the text to the staff, and names the unit and the interval of the heartbeat', () => {
    const read = loadClients(write(`clients:\n  hub-0001: ${anna}\n`));
    if (!read.ok) throw new Error(read.problem.join());
    expect(read.value.fill('{name}, {address}, {town}, {phone}: {cause} {ref} {hub}', of)).toBe(
      'Anna, Storgatan 1, Ort, 0401: pendant A1 hub-0001',
    );
    expect([read.value.unitOf('hub-0001'), read.value.intervalMsOf('hub-0001')]).toEqual(['north', 10 * minuteMs]);
  });

  test('holds ten thousand clients', () => {
    const many = Array.from({ length: 10_000 }, (_, number) => `  hub-${number}: ${anna}\n`);
    const read = loadClients(write(`clients:\n${many.join('')}`));
    expect(read.ok ? read.value.unitOf('hub-9999') : read.problem).toBe('north');
  });

  test('need not know everybody: then the text says so, and the unit is the id up to its last hyphen', () => {
    const clients = noClients();
    expect(clients.fill('{name}, {address}', of)).toBe('the client of hub-0001, address not known');
    expect(['lund-east-0001', 'hub-0001', 'hub'].map(clients.unitOf)).toEqual(['lund-east', 'hub', 'hub']);
    expect(clients.intervalMsOf('hub-0001')).toBeUndefined();
  });

  test('is refused with the place of a slip, and without what it says of a person', () => {
    const read = loadClients(write('clients:\n  hub-0001:\n    phone: 0421234567\n    nam: Anna\n'));
    const said = read.ok ? '' : read.problem.join('\n');
    expect(said).toContain('rules.yaml:3:12: clients.hub-0001.phone is not what it should be');
    expect(said).toContain('did you mean "name"?');
    expect(said).not.toMatch(/421234567|Anna/u);
  });
});
