import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { failure, type Result, success } from '#protocol/core/result.ts';
import { makeKey, readKey, type SigningKey } from './keys.ts';

/** Makes a signing key, readable by its owner only. A file that is there stays as it is: a lost key is lost for good. */
export function makeKeyFile(file: string): Result<SigningKey, string> {
  if (existsSync(file)) return failure(`${file} is there already; right would be a new name`);
  const key = makeKey();
  const written = tried(file, () => writeFileSync(file, key.privatePem, { flag: 'wx', mode: 0o600 }));
  return written.ok ? success(key) : written;
}

/** Reads a signing key; the problem names the file. */
export function readKeyFile(file: string): Result<SigningKey, string> {
  const text = tried(file, () => readFileSync(file, 'utf8'));
  if (!text.ok) return text;
  const key = readKey(text.value);
  return key.ok ? key : failure(`${file}: ${key.problem}`);
}

/** Reads the key of the file; one that is not there yet is made. */
export function keyInFile(file: string): Result<SigningKey, string> {
  return existsSync(file) ? readKeyFile(file) : makeKeyFile(file);
}

function tried<Value>(file: string, act: () => Value): Result<Value, string> {
  try {
    return success(act());
  } catch (error) {
    return failure(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
