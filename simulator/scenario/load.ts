import { readFileSync, statSync } from 'node:fs';
import { readYaml, type TextProblem, type YamlText, yamlLengthLimit } from '#protocol/configuration/yamlText.ts';
import type { DocumentProblem } from '#protocol/configuration/problem.ts';
import { failure, type Result, success } from '#protocol/core/result.ts';
import { checkDocument, type HomeChecks, isObject } from './document.ts';
import { homeChecks } from './homeNames.ts';
import { layHub } from './hubLayer.ts';
import { localTimeMs } from './localTime.ts';
import type { Scenario } from './scenario.ts';
import { scenarioSchema } from './schema.ts';
import { readSteps } from './steps.ts';
import { readHabits } from './words/headWords.ts';

/** What is wrong with a scenario's file, where, and what would be right. */
export interface FileProblem extends TextProblem {
  file: string;
}

/** A scenario is a page or two; what is larger is another file. */
export const fileLimitBytes = yamlLengthLimit;

/** A problem as one line: `story.yaml:12:5: unknown word "pres" in steps[1]; did you mean "press"?`. */
export function formatFileProblem({ file, line, column, message }: FileProblem): string {
  return `${file}:${line}:${column}: ${message}`;
}

/** Reads a scenario's file. Everything that can be known to be wrong before it is played is told. */
export function loadScenario(file: string): Result<Scenario, readonly FileProblem[]> {
  const text = readText(file);
  const read = text.ok ? readScenario(text.value) : failure([{ line: 1, column: 1, message: text.problem }]);
  return read.ok ? read : failure(read.problem.map((problem) => ({ file, ...problem })));
}

function readText(file: string): Result<string, string> {
  try {
    const { size } = statSync(file);
    if (size > fileLimitBytes) return failure(`the file has ${size} bytes; right would be ${fileLimitBytes} at most`);
    return success(new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file)));
  } catch (error) {
    const isNotText = error instanceof TypeError;
    const reason = error instanceof Error ? error.message : String(error);
    return failure(isNotText ? 'the file is not UTF-8 text' : `the file cannot be read: ${reason}`);
  }
}

/** Reads a scenario from its text. */
export function readScenario(text: string): Result<Scenario, readonly TextProblem[]> {
  const yaml = readYaml(text);
  if (!yaml.ok) return yaml;
  const read = readDocument(yaml.value);
  return read.ok
    ? read
    : failure(
        read.problem.map(({ path, at, message }) => ({ ...yaml.value.find(path, at), message: bounded(message) })),
      );
}

/** Words of a scenario are shown as they are, however long somebody made one. */
const messageLimit = 1_000;

function bounded(message: string): string {
  return message.length > messageLimit ? `${message.slice(0, messageLimit)}…` : message;
}

function readDocument(yaml: YamlText): Result<Scenario, readonly DocumentProblem[]> {
  const { value } = yaml;
  const home = layHub(isObject(value) ? value['hub'] : undefined);
  const checks = home.ok ? homeChecks(home.value) : nothingKnown;
  const problems = [...(home.ok ? [] : home.problem), ...checkDocument(scenarioSchema, value, checks)];
  if (problems.length > 0 || !home.ok || !isObject(value)) return failure(problems);
  const steps = readSteps(value['steps'], (path) => yaml.find(path, 'key'));
  const start = readStart(value);
  const { configuration: hub, document } = home.value;
  if (steps.ok && start.ok) return success({ ...header(value), ...start.value, hub, document, steps: steps.value });
  return failure([...(start.ok ? [] : start.problem), ...(steps.ok ? [] : steps.problem)]);
}

/** Where the home itself is wrong, its names are not yet known. */
const nothingKnown: HomeChecks = { accessory: () => undefined, tag: () => undefined, configuration: () => [] };

type Header = Pick<Scenario, 'scenario' | 'about' | 'covers' | 'seed' | 'centre' | 'realRates'>;

function header(value: Readonly<Record<string, unknown>>): Header {
  const { scenario, about, covers, seed, centre, rates } = value;
  return {
    scenario: String(scenario).trim(),
    about: typeof about === 'string' ? about.trim() : undefined,
    covers: Array.isArray(covers) ? covers.map(String) : [],
    seed: typeof seed === 'number' ? seed : 1,
    centre: readHabits(centre),
    realRates: rates === 'real',
  };
}

function readStart(
  value: Readonly<Record<string, unknown>>,
): Result<Pick<Scenario, 'startMs' | 'timezone'>, DocumentProblem[]> {
  const { start = '2026-01-15T12:00', timezone = 'Europe/Stockholm' } = value;
  const startMs = localTimeMs(String(start), String(timezone));
  if (startMs.ok) return success({ startMs: startMs.value, timezone: String(timezone) });
  const { key, message } = startMs.problem;
  return failure([{ path: [key], at: 'value', message }]);
}
