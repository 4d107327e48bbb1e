import { createInterface } from 'node:readline';
import type { Result } from '#protocol/core/result.ts';
import type { Answer } from '#devices/words.ts';
import type { Output } from './output.ts';

/** A fake device as a person drives it. */
export interface FakeDevice {
  /** Does what a line of words says; the problem is for people. */
  obey(line: string): Result<Answer, string>;
  /** Calls `settled` when nothing is on its way to the hub any more; without it nothing ever is. */
  whenSettled?(settled: () => void): void;
  /** Ends what it does by itself. */
  stop(): void;
}

/** How a run ended: the exit status, and why where it is not 0. */
export interface Ending {
  status: number;
  reason?: string;
}

export function createEnding(): { ended: Promise<Ending>; end(ending: Ending): void } {
  let end = (_ending: Ending): void => {};
  const ended = new Promise<Ending>((resolve) => {
    end = resolve;
  });
  return { ended, end: (ending) => end(ending) };
}

/** Interrupted is 130, told to end is 0; the link and the helper go in both cases. */
export function hearSignals(end: (ending: Ending) => void): () => void {
  const interrupted = (): void => end({ status: 130 });
  const told = (): void => end({ status: 0 });
  process.once('SIGINT', interrupted);
  process.once('SIGTERM', told);
  return () => {
    process.off('SIGINT', interrupted);
    process.off('SIGTERM', told);
  };
}

/** Does what is typed until `quit` or the end of input; what is on its way to the hub then still arrives. */
export function hearWords(device: FakeDevice, output: Output, end: (ending: Ending) => void): void {
  const input = createInterface({ input: process.stdin });
  input.on('line', (text) => {
    const words = text.trim();
    if (words === 'quit') input.close();
    else if (words !== '') obey(words, device, output);
  });
  const whenSettled = device.whenSettled ?? ((settled: () => void) => settled());
  input.once('close', () => whenSettled(() => end({ status: 0 })));
}

function obey(words: string, device: FakeDevice, output: Output): void {
  const done = device.obey(words);
  if (!done.ok) output.refuse(done.problem);
  else output.tell('done', done.value.text, { command: words, ...done.value });
}
