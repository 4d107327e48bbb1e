import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { expectStrace, readTrace } from '#test/strace.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'strace-'));
  vi.stubEnv('PATH', folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

describe('a proof that cannot be made fails, and says what is in the way', () => {
  test('where strace is missing', () => {
    expect(expectStrace).toThrow(/strace is missing.*sudo apt-get install/u);
  });

  test('where it may not trace', () => {
    const forbidden = '#!/bin/sh\necho "strace: ptrace(PTRACE_SEIZE, 7): Operation not permitted" >&2\nexit 1\n';
    writeFileSync(join(folder, 'strace'), forbidden);
    chmodSync(join(folder, 'strace'), 0o755);
    expect(expectStrace).toThrow(/may not trace.*Operation not permitted.*SYS_PTRACE/u);
  });
});

describe('a trace', () => {
  test('is read call by call, with the bytes of its strings', () => {
    const trace = [
      String.raw`openat(AT_FDCWD, "\x2f\x6a", O_RDWR|O_CREAT, 0600) = 3`,
      String.raw`pwrite64(3, "\x00\x22\x2c\xff", 4, 1024) = 4`,
      'fsync(3)                                = -1 EIO (Input/output error)',
      '+++ killed by SIGKILL +++',
    ].join('\n');
    expect(readTrace(trace)).toEqual([
      { name: 'openat', parameters: ['AT_FDCWD', Buffer.from('/j'), 'O_RDWR|O_CREAT', '0600'], returned: 3 },
      { name: 'pwrite64', parameters: ['3', Buffer.from([0, 0x22, 0x2c, 0xff]), '4', '1024'], returned: 4 },
      { name: 'fsync', parameters: ['3'], returned: -1 },
    ]);
  });

  test('whose strings were cut short, or with a line that is no call, is not believed', () => {
    expect(() => readTrace(String.raw`write(3, "\x00"..., 4096) = 4096`)).toThrow(/cut short/u);
    expect(() => readTrace('write(3, <unfinished ...>')).toThrow(/cannot be read/u);
  });
});
