import { parseDuration } from '#protocol/core/duration.ts';
import { failure, type Result, success } from '#protocol/core/result.ts';
import { type Answer, bare, choice, hint, nothingMore, type Word, type Words } from '#protocol/core/words.ts';
import { hourMs } from '#protocol/core/time.ts';
import type { FaultProxy } from './faultProxy.ts';
import { bearerNames, bearers, type Faults, type Shares } from './faults.ts';
import { packetKinds } from './mqttPieces.ts';

/** The longest delay that can be said. */
const delayLimitMs = hourMs;

const kinds = [...packetKinds, 'packet'] as const;

/** The words by which a person makes a link bad. What is said stays until `ok`; one word adds to the others. */
export function proxyWords(proxy: FaultProxy): Words {
  let faults: Faults = {};

  function apply(more: Faults, text: string): Result<Answer, string> {
    faults = { ...faults, ...more };
    proxy.up(faults);
    return success({ text, faults });
  }

  function share(word: 'drop' | 'duplicate', does: string): Word {
    return {
      usage: `${word} KIND SHARE`,
      does,
      perform([said = '', amount = '', ...rest]) {
        const kind = kinds.find((one) => one === said);
        if (kind === undefined) return failure(`there is no packet ${JSON.stringify(said)}; ${hint(said, kinds)}`);
        const value = amountOf(amount);
        if (value === undefined) return failure(`${JSON.stringify(amount)} is no share from 0 to 1`);
        const shares: Shares = { ...faults[word], [kind]: value };
        return nothingMore(rest, () => apply({ [word]: shares }, `${word} ${kind} ${value}`));
      },
    };
  }

  function duration(word: string, does: string, faultsOf: (durationMs: number) => Faults): Word {
    return {
      usage: `${word} DURATION`,
      does,
      perform([said = '', ...rest]) {
        const read = parseDuration(said);
        if (!read.ok) return failure(read.problem);
        if (read.value > delayLimitMs) return failure(`${said} is more than an hour`);
        return nothingMore(rest, () => apply(faultsOf(read.value), `${word} ${said}`));
      },
    };
  }

  return {
    cut: cutWord(proxy),
    reset: bare('reset', 'ends all connections with a reset', () => done(proxy.reset, 'reset')),
    down: bare('down', 'the link is gone: the hub hears it, the broker does not', () => done(proxy.down, 'down')),
    drop: share('drop', 'loses this share of packets of a kind; "packet" is any'),
    duplicate: share('duplicate', 'lets this share of packets arrive twice'),
    delay: duration('delay', 'each way takes so much longer', (delayMs) => ({ delayMs })),
    accept: duration('accept', 'new connections are led on only after so long', (acceptAfterMs) => ({ acceptAfterMs })),
    loss: {
      usage: 'loss SHARE',
      does: 'segments are lost, and TCP sends them again: late, in order',
      perform([said = '', ...rest]) {
        const loss = amountOf(said);
        if (loss === undefined) return failure(`${JSON.stringify(said)} is no share from 0 to 1`);
        return nothingMore(rest, () => apply({ loss }, `loss ${loss}`));
      },
    },
    throttle: choice('throttle', bearerNames, 'as slow as such a link', (name) =>
      apply(bearers[name], `as slow as ${name}: ${bearers[name].bitsPerSecond} bit/s, ${bearers[name].delayMs} ms`),
    ),
    blackhole: bare('blackhole', 'connected, and nothing moves', () => apply({ blackhole: true }, 'nothing moves')),
    ok: bare('ok', 'no faults any more, and the link is up', () => {
      faults = {};
      proxy.watch(undefined);
      return apply({}, 'ok');
    }),
    counters: bare('counters', 'what was counted so far', () => {
      const counters = proxy.counters();
      return success({ text: JSON.stringify(counters), counters });
    }),
  };
}

function done(act: () => void, text: string): Result<Answer, string> {
  act();
  return success({ text });
}

/** `cut` alone cuts now; `cut before 3` cuts in front of the third packet from now, in either direction. */
function cutWord(proxy: FaultProxy): Word {
  return {
    usage: 'cut [before N]',
    does: 'ends all connections now, or one in front of the Nth packet from now',
    perform([before, count = '', ...rest]) {
      if (before === undefined) return done(proxy.cut, 'cut');
      const number = Number(count);
      if (before !== 'before' || !/^[1-9][0-9]{0,5}$/u.test(count)) {
        return failure(`${JSON.stringify(`${before} ${count}`.trim())} is not "before" and a number from 1`);
      }
      return nothingMore(rest, () => {
        proxy.watch(cutBefore(number));
        return success({ text: `cuts before packet ${number} from now` });
      });
    },
  };
}

function cutBefore(number: number): () => 'cut' | 'pass' {
  let left = number;
  return () => {
    left -= 1;
    return left === 0 ? 'cut' : 'pass';
  };
}

function amountOf(text: string): number | undefined {
  const amount = Number(text);
  return /^[01](\.[0-9]{1,6})?$/u.test(text) && amount <= 1 ? amount : undefined;
}
