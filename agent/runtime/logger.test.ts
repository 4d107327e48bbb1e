import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import type { Log } from '#protocol/core/log.ts';
import { createVirtualClock } from '#test/virtualClock.ts';
import { linesForPeople } from './linesForPeople.ts';
import { createLogger, type LoggerOptions } from './logger.ts';

function logged(options: Partial<LoggerOptions>, speak: (log: Log) => void): string {
  let text = '';
  const stream = {
    write: (line: string) => {
      text += line;
    },
  };
  const clock = createVirtualClock(Date.UTC(2026, 0, 15, 12));
  speak(createLogger({ level: 'info', clock, stream, ...options }));
  return text;
}

describe('the log', () => {
  test('is one JSON object a line for machines, with the time of the clock it was given', () => {
    const text = logged({}, (log) => log.warn({ file: 'a.db' }, 'no journal was there'));
    expect(text.endsWith('}\n')).toBe(true);
    expect(JSON.parse(text)).toEqual({
      level: 'warn',
      time: '2026-01-15T12:00:00.000Z',
      file: 'a.db',
      msg: 'no journal was there',
    });
  });

  test('is a line to read for people, without colours where they are not wanted', () => {
    const text = logged({ shape: linesForPeople(false) }, (log) => log.info({ ref: 'A' }, 'committed'));
    expect(text).toMatch(/^\[\d\d:\d\d:\d\d\.000\] INFO: committed \{"ref":"A"\}\n$/u);
    // oxlint-disable-next-line no-control-regex
    expect(logged({ shape: linesForPeople(true) }, (log) => log.info({}, 'x'))).toMatch(/\u001b\[/u);
  });

  test('leaves out what is below its level', () => {
    expect(logged({ level: 'warn' }, (log) => log.info({}, 'x'))).toBe('');
    expect(logged({ level: 'debug' }, (log) => log.debug({}, 'x'))).not.toBe('');
  });

  test('never shows a secret, however deep it lies or its key is written', () => {
    const secrets = {
      PIN: '1234',
      deep: { mqtt_password: '1234', list: [{ 'private-key': '1234' }] },
      apiToken: '1234',
    };
    for (const options of [{ shape: linesForPeople(false) }, {}]) {
      const text = logged(options, (log) => log.error({ ...secrets, pinAttempts: 1 }, 'x'));
      expect(text).not.toContain('1234');
      expect(text).toContain('pinAttempts');
    }
  });

  test('tells an error by name, code, words and cause', () => {
    const error = Object.assign(new Error('disk', { cause: new Error('below') }), { code: 'journal/io' });
    expect(JSON.parse(logged({}, (log) => log.error({ error }, 'x')))).toMatchObject({
      error: { name: 'Error', code: 'journal/io', message: 'disk', cause: { message: 'below' } },
    });
  });

  test('takes whatever it is given: circles, big numbers, bytes, broken dates', () => {
    const circle: Record<string, unknown> = { big: 10n, bytes: new Uint8Array([1, 255]), date: new Date(Number.NaN) };
    circle['circle'] = circle;
    expect(JSON.parse(logged({}, (log) => log.info(circle, 'x')))).toMatchObject({
      big: '10',
      bytes: '01ff',
      date: 'no date',
    });
  });

  test('has written to standard error what was said before the process dies', () => {
    const script = `
      import { createLogger } from '#agent/runtime/logger.ts';
      import { createRealClock } from '#agent/runtime/clock.ts';
      import { linesForPeople } from '#agent/runtime/linesForPeople.ts';
      for (const options of [{ shape: linesForPeople(false) }, {}]) {
        createLogger({ level: 'info', clock: createRealClock(), ...options }).info({}, 'last words');
      }
      process.kill(process.pid, 'SIGKILL');
    `;
    const child = spawnSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' });
    expect(child.signal).toBe('SIGKILL');
    expect(child.stdout).toBe('');
    expect(child.stderr.match(/last words/gu)).toHaveLength(2);
  });
});
