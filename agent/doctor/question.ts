import type { OpenLine } from '#protocol/core/line.ts';
import { failure, type Result, success } from '#protocol/core/result.ts';
import type { Clock } from '#protocol/core/time.ts';

/** A question to whatever may be behind a port, and the answer of one kind of device. */
export interface Question<Answer> {
  baudRate: number;
  /** What is sent; nothing where the device speaks by itself. */
  ask?: Uint8Array;
  /** An answer takes no longer. */
  timeoutMs: number;
  /** Reads what has come so far; undefined when it is no answer, or no whole one yet. A fresh one for each asking. */
  createReader(): (bytes: Uint8Array) => Answer | undefined;
}

/** How a port is opened takes longer than that with a device that is stuck. */
const openTimeoutMs = 3_000;

/** Opens the port, asks, and closes it again. The problem says why the port could not be opened. */
export async function askPort<Answer>(
  openLine: OpenLine,
  clock: Clock,
  { baudRate, ask, timeoutMs, createReader }: Question<Answer>,
): Promise<Result<Answer | undefined, string>> {
  return await new Promise((resolve) => {
    const read = createReader();
    const settle = (outcome: Result<Answer | undefined, string>): void => {
      cancel();
      line.close();
      resolve(outcome);
    };
    let cancel = clock.at(clock.monotonicMs() + openTimeoutMs, () =>
      settle(failure(`it did not open within ${openTimeoutMs / 1_000} s`)),
    );
    const line = openLine(
      { baudRate },
      {
        opened() {
          cancel();
          cancel = clock.at(clock.monotonicMs() + timeoutMs, () => settle(success(undefined)));
          if (ask !== undefined) line.write(ask);
        },
        received(bytes) {
          const answer = read(bytes);
          if (answer !== undefined) settle(success(answer));
        },
        closed: (reason) => settle(failure(reason)),
      },
    );
  });
}
