import { type Profiler, Session } from 'node:inspector';

/** What of the product has run, by V8's own count. */
export interface Coverage {
  /** The blocks that ran since the last look, each known by where it begins. It costs some milliseconds, whatever ran. */
  look(): string[];
  stop(): void;
}

/** The product's own code, the YAML library that it hands texts to, and what is made of schemas, which has no name. */
const isProduct = (url: string): boolean =>
  url === '' || /\/(?:agent|centre|devices|protocol|simulator|yaml)\//u.test(url);

export function startCoverage(): Coverage {
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  return {
    look() {
      const blocks: string[] = [];
      // The inspector answers within the call.
      session.post('Profiler.takePreciseCoverage', (error, { result }) => {
        if (error !== null) throw error;
        for (const { scriptId, url, functions } of result) {
          if (isProduct(url)) for (const at of blocksOf(functions)) blocks.push(`${scriptId}:${at}`);
        }
      });
      return blocks;
    },
    stop: () => session.disconnect(),
  };
}

function blocksOf(functions: readonly Profiler.FunctionCoverage[]): number[] {
  return functions.flatMap(({ ranges }) =>
    ranges.flatMap(({ count, startOffset }) => (count > 0 ? [startOffset] : [])),
  );
}
