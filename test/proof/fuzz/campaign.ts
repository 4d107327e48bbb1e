import type { Random } from '#protocol/core/time.ts';
import type { Coverage } from './coverage.ts';
import { drawMutations, mutated } from './mutations.ts';
import { feed } from './run.ts';
import type { Target } from './target.ts';

/** Inputs that are fed between two looks at what has run: a look costs as much as many inputs. */
const batchSize = 64;

/** What is shorter has no time a kilobyte: it is that of the call. */
const kilobyte = 1_024;

/** Inputs that are kept because they reached something new. */
const keptLimit = 4_000;

/** Kinds of findings of one target that are told; of each the shortest input. */
const toldLimit = 20;

/** What came of feeding one target for a while. */
export interface Campaign {
  name: string;
  runs: number;
  /** Blocks of the product that ran, and inputs that were kept because they reached new ones; unguided there are none. */
  blocks: number;
  kept: number;
  worstMsPerKb: number;
  worstHeapBytes: number;
  findings: readonly Found[];
}

interface Found {
  finding: string;
  input: Uint8Array;
  times: number;
}

export interface CampaignOptions {
  target: Target;
  random: Random;
  isOver(): boolean;
  /** With it, inputs that reach code which none before them reached become examples that others are made of. */
  coverage?: Coverage | undefined;
}

/** Feeds a target with damaged examples until it is over. */
export function runCampaign({ target, random, isOver, coverage }: CampaignOptions): Campaign {
  const corpus = [...target.corpus];
  const known = new Set<string>();
  const findings = new Map<string, Found>();
  let [runs, worstMsPerKb, worstHeapBytes] = [0, 0, 0];

  function feedOne(input: Uint8Array): void {
    const { finding, tookMs, heapBytes } = feed(target, input, drawSizes(random));
    runs += 1;
    if (input.length >= kilobyte) worstMsPerKb = Math.max(worstMsPerKb, (tookMs * kilobyte) / input.length);
    worstHeapBytes = Math.max(worstHeapBytes, heapBytes);
    if (finding !== undefined) note(finding, input);
  }

  function note(finding: string, input: Uint8Array): void {
    const kind = finding.replaceAll(/\d+/gu, '#').slice(0, 120);
    const before = findings.get(kind);
    if (before === undefined && findings.size >= toldLimit) return;
    const isShorter = before === undefined || input.length < before.input.length;
    findings.set(kind, { finding, input: isShorter ? input : before.input, times: (before?.times ?? 0) + 1 });
  }

  /** Feeds those of a batch that reached something new once more, one by one, to find out which it was. */
  function guide(inputs: readonly Uint8Array[], reach: Coverage): void {
    if (reach.look().every((block) => known.has(block))) return;
    for (const input of inputs) {
      feedOne(input);
      const fresh = reach.look().filter((block) => !known.has(block));
      for (const block of fresh) known.add(block);
      if (fresh.length > 0 && corpus.length < keptLimit) corpus.push(input);
    }
  }

  coverage?.look();
  target.corpus.forEach(feedOne);
  for (const block of coverage?.look() ?? []) known.add(block);
  while (!isOver()) {
    const inputs = Array.from({ length: batchSize }, () =>
      mutated({ corpus, words: target.words }, Math.floor(random() * corpus.length), drawMutations(random)),
    );
    inputs.forEach(feedOne);
    if (coverage !== undefined) guide(inputs, coverage);
  }
  const kept = corpus.length - target.corpus.length;
  return {
    name: target.name,
    runs,
    blocks: known.size,
    kept,
    worstMsPerKb,
    worstHeapBytes,
    findings: [...findings.values()],
  };
}

/** Sizes of the pieces that a stream comes in: mostly small ones, for those cut more. */
function drawSizes(random: Random): number[] {
  return Array.from({ length: 1 + Math.floor(random() * 3) }, () => 1 + Math.floor(random() ** 3 * 64));
}
