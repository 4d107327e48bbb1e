import { readFileSync, statSync } from 'node:fs';
import type { DocumentProblem } from '#protocol/configuration/problem.ts';
import { readYaml } from '#protocol/configuration/yamlText.ts';
import { failure, type Result } from '#protocol/core/result.ts';
import { type Clients, readClients } from './clients.ts';
import { type CentrePolicy, readPolicy } from './policy.ts';

/** A file of clients has some hundred bytes for each: room for some ten thousand. */
export const fileLimitBytes = 4_194_304;

/** Reads a policy file. Each problem is a line: `policy.yaml:3:5: unknown key "afer" in operator; did you mean "after"?`. */
export function loadPolicy(file: string): Result<CentrePolicy, readonly string[]> {
  return load(file, readPolicy);
}

/** Reads a file of clients. What it says of them is in no problem. */
export function loadClients(file: string): Result<Clients, readonly string[]> {
  return load(file, readClients);
}

function load<Value>(
  file: string,
  read: (value: unknown) => Result<Value, readonly DocumentProblem[]>,
): Result<Value, readonly string[]> {
  const text = readText(file);
  if (typeof text !== 'string') return failure([`${file}:1:1: ${text.problem}`]);
  const yaml = readYaml(text, fileLimitBytes);
  if (!yaml.ok)
    return failure(yaml.problem.map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`));
  const { value, find } = yaml.value;
  const done = read(value);
  if (done.ok) return done;
  return failure(
    done.problem.map(({ path, at, message }) => {
      const { line, column } = find(path, at);
      return `${file}:${line}:${column}: ${message}`;
    }),
  );
}

function readText(file: string): string | { problem: string } {
  try {
    const { size } = statSync(file);
    if (size > fileLimitBytes) return { problem: `${size} bytes; right would be ${fileLimitBytes} at most` };
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
