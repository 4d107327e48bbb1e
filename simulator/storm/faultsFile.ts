import { readFileSync } from 'node:fs';
import { readYaml } from '#protocol/configuration/yamlText.ts';
import { nearest } from '#protocol/core/nearest.ts';
import { failure, type Result, success } from '#protocol/core/result.ts';
import type { FaultWeights } from './draw.ts';
import { faults, oldJournalName } from './faults.ts';

/** The faults by their names, for help and messages. */
export const faultNames: readonly string[] = [...faults.map(({ name }) => name), oldJournalName];

/** No fault comes more than so many times as often as usual. */
const weightLimit = 100;

/** Reads a file of factors: `link: 3`, `power-cut: 0`. The problem is for people, with the place where there is one. */
export function readFaultsFile(file: string): Result<FaultWeights, string> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    return failure(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const yaml = readYaml(text);
  if (!yaml.ok)
    return failure(yaml.problem.map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`).join('\n'));
  const { value, find } = yaml.value;
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return failure(`${file}:1:1: right would be a map of faults and factors, such as link: 3`);
  const weights: Record<string, number> = {};
  for (const [name, weight] of Object.entries(value)) {
    const { line, column } = find([name], 'key');
    const meant = nearest(name, faultNames);
    if (!faultNames.includes(name)) {
      const advice = meant === undefined ? `known are ${faultNames.join(', ')}` : `did you mean "${meant}"?`;
      return failure(`${file}:${line}:${column}: there is no such fault; ${advice}`);
    }
    if (typeof weight !== 'number' || weight < 0 || weight > weightLimit)
      return failure(`${file}:${line}:${column}: ${name}: right would be a factor from 0 to ${weightLimit}`);
    weights[name] = weight;
  }
  return success(weights);
}
