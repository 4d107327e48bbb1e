import { describe, expect, test } from 'vitest';
import { type Answer, obeyWords } from '#protocol/core/words.ts';
import { type Command, type CommandResult, encodeCommand } from '#protocol/mqtt/command.ts';
import { createVirtualClock } from '#test/virtualClock.ts';
import { createCommands } from './commands.ts';
import { commandWords } from './commandWords.ts';
import { piecesLimit } from './extracts.ts';
import { makeKey } from './keys.ts';

function setUp(files: Readonly<Record<string, string>> = {}) {
  const sent: Command[] = [];
  const told: Answer[] = [];
  const delivered: [hub: string, body: string][] = [];
  const made = new Map<string, { text: string; closed: boolean }>();
  const commands = createCommands({
    clock: createVirtualClock(Date.UTC(2026, 0, 15, 12)),
    send: (command) => sent.push(command),
    listener: () => {},
  });
  const words = commandWords({
    commands,
    deliver: (hub, body) => delivered.push([hub, body]),
    readFile(file) {
      const text = files[file];
      if (text === undefined) throw new Error(`${file}: there is no such file`);
      return text;
    },
    createFile(file) {
      const content = { text: '', closed: false };
      made.set(file, content);
      return { append: (text) => (content.text += text), close: () => (content.closed = true) };
    },
    tell: (answer) => told.push(answer),
  });
  const say = (line: string) => obeyWords(words, line, 4_000);
  const problemOf = (line: string) => {
    const done = say(line);
    return done.ok ? 'it was understood' : done.problem;
  };
  /** The hub answers the last command. */
  const answer = (result: Partial<CommandResult>) => {
    const { hub, id, name } = sent.at(-1) as Command;
    commands.hear({ event: 'result', hub, result: { v: 1, hub, id, name, outcome: 'done', ...result } });
  };
  return { sent, told, made, delivered, say, problemOf, answer };
}

describe('command', () => {
  test.each([
    ['command hub-0001 test-alarm', { name: 'test-alarm' }],
    ['command hub-0001 call { to: "+46401234567", mode: duplex }', { with: { to: '+46401234567', mode: 'duplex' } }],
    ['command hub-0001 forget name: kitchen-door', { with: { name: 'kitchen-door' } }],
    ['command hub-0001 locate within 10m', { name: 'locate', expires: '2026-01-15T12:10:00.000Z' }],
    ['command hub-0001 locate name: gps within 90s', { with: { name: 'gps' }, expires: '2026-01-15T12:01:30.000Z' }],
  ])('%s', (line, command) => {
    const { say, sent } = setUp();
    expect(say(line)).toMatchObject({ ok: true });
    expect(sent).toMatchObject([{ hub: 'hub-0001', ...command }]);
    expect('expires' in (sent[0] ?? {})).toBe('expires' in command);
  });

  test.each([
    ['command hub-0001 locat', 'did you mean locate?'],
    ['command hub/1 locate', 'is no id of a hub'],
    ['command hub-0001 locate within soon', 'within:'],
    ['command hub-0001 locate { name: gps', 'what the command needs to know:'],
    ['comand hub-0001 locate', 'did you mean command?'],
    ['configure hub-0001', 'which file?'],
    ['configure hub-0001 missing.yaml', 'there is no such file'],
    ['configure hub-0001 list.yaml', 'no map of sections'],
    ['configure hub-0001 twice.yaml', 'twice.yaml: the key "a" is there twice'],
    ['extract hub-0001 january.pdf', 'a file that ends in .csv or .json'],
    ['extract hub-0001 january.csv since 2026-01-01', 'right would be from or to and a time'],
  ])('%s is refused with what would be right, and nothing is sent', (line, words) => {
    const { problemOf, sent } = setUp({ 'list.yaml': '- 1', 'twice.yaml': 'a: 1\na: 2' });
    expect(problemOf(line)).toContain(words);
    expect(sent).toEqual([]);
  });
});

test('configure sends what the file says, as it is', () => {
  const { say, sent } = setUp({ 'hub 1.yaml': 'version: 3\ncentre: { primary: { url: mqtt://127.0.0.1:1883 } }' });
  expect(say('configure hub-0001 hub 1.yaml')).toMatchObject({ ok: true });
  const configuration = { version: 3, centre: { primary: { url: 'mqtt://127.0.0.1:1883' } } };
  expect(sent).toMatchObject([{ name: 'configure', with: { configuration } }]);
});

describe('extract', () => {
  test('asks for piece after piece, and puts the file together', () => {
    const { say, sent, answer, made, told } = setUp();
    say('extract hub-0001 january.json from 2026-01-01 to 2026-02-01');
    expect(sent[0]).toMatchObject({ with: { format: 'json', from: '2026-01-01', to: '2026-02-01' } });
    answer({ body: { format: 'json', part: 1, entries: [{ seq: 1 }, { seq: 2 }], next: '2-2-3' } });
    expect(sent[1]).toMatchObject({ with: { format: 'json', from: '2026-01-01', next: '2-2-3' } });
    answer({ body: { format: 'json', part: 2, entries: [], next: '3-2-3' } });
    answer({ body: { format: 'json', part: 3, entries: [{ seq: 3 }] } });
    expect(made.get('january.json')).toEqual({ text: '[\n{"seq":1},\n{"seq":2},\n{"seq":3}\n]\n', closed: true });
    expect(told).toMatchObject([{ entries: 3, complete: true }]);
  });

  test('puts lines of CSV behind each other', () => {
    const { say, answer, made, told } = setUp();
    say('extract hub-0001 all.csv');
    answer({ body: { format: 'csv', text: 'seq,time\r\n1,a\r\n', next: '2-1-2' } });
    answer({ body: { format: 'csv', text: '2,b\r\n' } });
    expect(made.get('all.csv')?.text).toBe('seq,time\r\n1,a\r\n2,b\r\n');
    expect(told).toMatchObject([{ entries: 2, complete: true }]);
  });

  test.each([
    [{ outcome: 'refused', reason: 'from is no time' } as const, 'from is no time'],
    [{ body: { problem: 'the journal cannot be read' } }, 'the journal cannot be read'],
    [{ body: {} }, 'a piece cannot be read'],
  ])('that ends before its time says so, and why', (result, words) => {
    const { say, answer, told, made } = setUp();
    say('extract hub-0001 all.csv');
    answer(result);
    expect(told).toMatchObject([{ complete: false, text: expect.stringContaining(words) }]);
    expect(made.get('all.csv')?.closed).toBe(true);
  });
});

test('an extract that does not end is given up', () => {
  const { say, answer, told, sent } = setUp();
  say('extract hub-0001 all.csv');
  for (let count = 0; count < piecesLimit; count += 1) answer({ body: { text: '', next: '2-1-2' } });
  expect(told).toMatchObject([{ complete: false, text: expect.stringContaining(`more than ${piecesLimit} pieces`) }]);
  expect(sent).toHaveLength(piecesLimit);
});

test('commands lists those without a result', () => {
  const { say, answer } = setUp();
  say('command hub-0001 locate');
  expect(say('commands')).toMatchObject({ value: { commands: [{ hub: 'hub-0001', name: 'locate', sendings: 1 }] } });
  answer({});
  expect(say('commands')).toMatchObject({ value: { text: 'every command has its result' } });
});

describe('deliver', () => {
  const key = makeKey();
  const line = (hub: string) => encodeCommand({ v: 1, hub, id: 'S1', counter: 1, name: 'test-alarm' }, key);

  test('hands each line on to its hub, as it was signed', () => {
    const bodies = [line('hub-0001'), line('hub-0002')];
    const { say, delivered } = setUp({ 'a file': `${bodies.join('\n')}\n` });
    expect(say('deliver a file')).toMatchObject({
      ok: true,
      value: { text: expect.stringContaining('test-alarm S1') },
    });
    expect(delivered).toEqual([
      ['hub-0001', bodies[0]],
      ['hub-0002', bodies[1]],
    ]);
  });

  test('hands on nothing of a file that is not signed from end to end', () => {
    const { problemOf, delivered } = setUp({ file: `${line('hub-0001')}\nhello\n` });
    expect(problemOf('deliver file')).toContain('file: line 2: ');
    expect(problemOf('deliver other')).toContain('there is no such file');
    expect(problemOf('deliver')).toContain('which file?');
    expect(delivered).toEqual([]);
  });
});
