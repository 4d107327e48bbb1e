import { describe, expect, test } from 'vitest';
import { hourMs, minuteMs, secondMs } from '#protocol/core/time.ts';
import { createVirtualClock } from '#test/virtualClock.ts';
import { backoffBaseMs, backoffCapMs, hurriedCapMs } from './backoff.ts';
import { olderProtocolMs, stableMs, startLink } from './mqttLink.ts';
import type { CloseCode, CloseReason, SessionListener, SessionOptions } from './session.ts';

const reason = (code: CloseCode): CloseReason => ({ code, message: code });

/** A link whose broker is played by the test: it accepts, refuses and ends each attempt by hand. */
function startScene({ random = 1 } = {}) {
  const clock = createVirtualClock();
  const attempts: { atMs: number; options: SessionOptions; listener: SessionListener; ended: boolean }[] = [];
  const heard: string[] = [];
  const scene = { random };
  const link = startLink({
    options: {
      url: 'mqtt://broker.example',
      clientId: 'hub-1',
      keepaliveS: 180,
      sessionExpiryS: 3_600,
      connectTimeoutMs: 10_000,
      subscriptions: [],
    },
    clock,
    random: () => scene.random,
    log: { debug() {}, info() {}, warn() {}, error() {} },
    listener: {
      up: ({ protocol }) => heard.push(`up ${protocol}`),
      down: ({ code }) => heard.push(`down ${code}`),
      message: (topic) => heard.push(`message ${topic}`),
      room: () => heard.push('room'),
    },
    open(options, listener) {
      const attempt = { atMs: clock.monotonicMs(), options, listener, ended: false };
      attempts.push(attempt);
      const end = (): void => listener.closed(reason('closed-by-hub'));
      return {
        publish: (topic) => (topic === 'much' ? 'full' : 'sent'),
        close: () => {
          attempt.ended = true;
          end();
        },
        abort: end,
      };
    },
  });
  const last = () => {
    const attempt = attempts.at(-1);
    if (attempt === undefined) throw new Error('no attempt yet');
    return attempt;
  };
  return Object.assign(scene, {
    clock,
    link,
    attempts,
    heard,
    accept: () => last().listener.up({ sessionPresent: false }),
    end: (code: CloseCode) => last().listener.closed(reason(code)),
    last,
    /** Fails the attempts until `count` more were made, and tells the pause before each, in milliseconds. */
    failing(count: number, code: CloseCode = 'connection-refused'): number[] {
      return Array.from({ length: count }, () => {
        const endedMs = clock.monotonicMs();
        const made = attempts.length;
        last().listener.closed(reason(code));
        while (attempts.length === made) clock.advance(10);
        return last().atMs - endedMs;
      });
    },
  });
}

test('the first attempt begins at once, with MQTT 5', () => {
  const { attempts } = startScene();
  expect(attempts).toMatchObject([{ atMs: 0, options: { protocol: 5, clientId: 'hub-1' } }]);
});

describe('pauses between reconnects (B2.3)', () => {
  test('their ceiling doubles from one second to the cap of 60 s and stays there', () => {
    const seconds = startScene()
      .failing(9)
      .map((ms) => ms / secondMs);
    expect(seconds).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
  });

  test('they are drawn evenly below the ceiling, down to none', () => {
    expect(startScene({ random: 0.5 }).failing(3)).toEqual([500, 1_000, 2_000]);
    expect(startScene({ random: 0 }).failing(3)).toEqual([0, 0, 0]);
  });

  test('the cap holds after years without a broker', () => {
    expect(startScene().failing(2_000).at(-1)).toBe(backoffCapMs);
  });

  test('they start anew after a session that lasted, and not after one that was thrown out at once', () => {
    const scene = startScene();
    scene.failing(4);
    scene.accept();
    expect(scene.failing(1, 'closed-by-broker')).toEqual([16 * secondMs]);
    scene.accept();
    scene.clock.advance(stableMs);
    expect(scene.failing(1, 'closed-by-broker')).toEqual([backoffBaseMs]);
  });
});

describe('while an alarm waits (B2.3)', () => {
  test('the pause in progress ends at once', () => {
    const scene = startScene();
    scene.failing(6);
    scene.end('connection-refused');
    scene.clock.advance(secondMs);
    const made = scene.attempts.length;
    scene.link.hurry(true);
    expect(scene.attempts).toHaveLength(made + 1);
    expect(scene.last().atMs).toBe(scene.clock.monotonicMs());
  });

  test('the first reconnect is immediate and the cap is 10 s', () => {
    const scene = startScene();
    scene.link.hurry(true);
    expect(scene.failing(7).map((ms) => ms / secondMs)).toEqual([0, 2, 4, 8, 10, 10, 10]);
    expect(hurriedCapMs).toBe(10 * secondMs);
    scene.link.hurry(false);
    expect(scene.failing(1)).toEqual([backoffCapMs]);
  });

  test('a link that is lost then is taken up again at once, and not a hundred times a second if that fails', () => {
    const scene = startScene({ random: 0.5 });
    scene.accept();
    scene.link.hurry(true);
    scene.clock.advance(stableMs);
    expect(scene.failing(1, 'connection-lost')).toEqual([0]);
    scene.accept();
    expect(scene.failing(1, 'connection-lost')[0]).toBeGreaterThan(0);
  });

  test('saying it twice changes nothing, nor does it disturb a session that is up or an attempt under way', () => {
    const scene = startScene();
    scene.link.hurry(true);
    scene.accept();
    scene.link.hurry(true);
    scene.link.hurry(false);
    scene.link.hurry(true);
    expect(scene.attempts).toHaveLength(1);
    expect(scene.heard).toEqual(['up 5']);
  });
});

describe('the version of MQTT', () => {
  const versions = (scene: ReturnType<typeof startScene>) => scene.attempts.map(({ options }) => options.protocol);

  test('a broker that refuses 5 is asked with 3.1.1 without a pause, and so are the next reconnects', () => {
    const scene = startScene();
    expect(scene.failing(1, 'refused-protocol')).toEqual([0]);
    scene.accept();
    scene.clock.advance(stableMs);
    scene.failing(2, 'connection-lost');
    expect(versions(scene)).toEqual([5, 4, 4, 4]);
    expect(scene.heard).toEqual(['up 4', 'down connection-lost']);
  });

  test('after an hour 5 is tried again', () => {
    const scene = startScene();
    scene.failing(1, 'refused-protocol');
    scene.accept();
    scene.clock.advance(olderProtocolMs);
    expect(olderProtocolMs).toBe(hourMs);
    scene.failing(1, 'connection-lost');
    expect(versions(scene)).toEqual([5, 4, 5]);
    scene.failing(1, 'refused-protocol');
    expect(versions(scene)).toEqual([5, 4, 5, 4]);
  });

  test('a broker that refuses both is asked in turn, with pauses', () => {
    const scene = startScene();
    expect(scene.failing(5, 'refused-protocol')).toEqual([0, 1_000, 0, 2_000, 0]);
    expect(versions(scene)).toEqual([5, 4, 5, 4, 5, 4]);
  });

  test('a broker that closes without an answer may not know 5: the versions take turns until one is up', () => {
    const scene = startScene();
    scene.failing(3, 'closed-before-answer');
    scene.accept();
    scene.failing(1, 'connection-lost');
    expect(versions(scene)).toEqual([5, 4, 5, 4, 4]);
  });

  test('a broker that cannot be reached says nothing about versions', () => {
    const scene = startScene();
    scene.failing(3, 'timeout');
    expect(versions(scene)).toEqual([5, 5, 5, 5]);
  });
});

test('a hub whose name another one uses steps back for half the cap at least, also in a hurry', () => {
  const calm = startScene({ random: 0 });
  calm.accept();
  expect(calm.failing(1, 'taken-over')).toEqual([backoffCapMs / 2]);
  const hurried = startScene({ random: 0 });
  hurried.link.hurry(true);
  hurried.accept();
  expect(hurried.failing(1, 'taken-over')).toEqual([hurriedCapMs / 2]);
  expect(hurried.link.status().lastReason?.code).toBe('taken-over');
});

test('up and down are told in turn; failed attempts are told by the status only', () => {
  const scene = startScene();
  scene.failing(3);
  expect(scene.heard).toEqual([]);
  expect(scene.link.status()).toMatchObject({ up: false, attempts: 4, lastReason: { code: 'connection-refused' } });
  scene.last().listener.message('waited', new Uint8Array());
  scene.accept();
  scene.end('connection-lost');
  expect(scene.heard).toEqual(['message waited', 'up 5', 'down connection-lost']);
  expect(scene.link.isUp()).toBe(false);
});

test('what is published while down, or faster than the broker takes it, is dropped, counted and said', () => {
  const { link, accept, last, heard } = startScene();
  const publish = (topic: string) => link.publish(topic, new Uint8Array(), { qos: 1, retain: false });
  expect(publish('early')).toBe('down');
  accept();
  expect(publish('fits')).toBe('sent');
  expect(publish('much')).toBe('full');
  last().listener.room();
  expect(heard).toEqual(['up 5', 'room']);
  expect(link.status().dropped).toBe(2);
});

describe('stopping', () => {
  test('a link that is up ends in order, says when it is over and never comes back', () => {
    const scene = startScene();
    scene.accept();
    let over = false;
    scene.link.stop(() => {
      over = true;
    });
    expect(scene.last().ended).toBe(true);
    expect(over).toBe(true);
    expect(scene.heard).toEqual(['up 5']);
    scene.link.hurry(true);
    scene.clock.advance(hourMs);
    expect(scene.attempts).toHaveLength(1);
    expect(scene.clock.waiting()).toBe(0);
  });

  test('a link that pauses just ends', () => {
    const scene = startScene();
    scene.end('timeout');
    let over = false;
    scene.link.stop(() => {
      over = true;
    });
    expect(over).toBe(true);
    scene.clock.advance(minuteMs);
    expect(scene.attempts).toHaveLength(1);
  });
});

test('a change of certificates or keepalive takes a session in order and connects again without a pause', () => {
  const scene = startScene();
  scene.accept();
  scene.link.change({ ...scene.last().options, keepaliveS: 900 });
  scene.clock.advance(0);
  expect(scene.attempts.map(({ options }) => options.keepaliveS)).toEqual([180, 900]);
  expect(scene.heard).toEqual(['up 5', 'down closed-by-hub']);
});

describe('a new certificate', () => {
  const identity = (certificate: string) => ({ ca: 'ca', certificate, key: `${certificate}.key` });
  function startWith(former: string, next: string) {
    const scene = startScene();
    const { options } = scene.last();
    scene.link.change({ ...options, tls: identity(former) });
    scene.end('connection-refused');
    scene.clock.advance(backoffCapMs);
    scene.accept();
    scene.link.change({ ...options, tls: identity(next) });
    scene.clock.advance(1);
    return { ...scene, used: () => scene.last().options.tls?.certificate };
  }

  test('that the broker refuses gives way to the former one at once, and is tried first the next time', () => {
    const { used, end, clock, accept, attempts, link } = startWith('old', 'new');
    expect(used()).toBe('new');
    end('tls/own-certificate-refused');
    clock.advance(0);
    expect(used()).toBe('old');
    accept();
    expect(link.isUp()).toBe(true);
    end('connection-lost');
    clock.advance(backoffCapMs);
    expect(used()).toBe('new');
    end('tls/own-certificate-refused');
    clock.advance(0);
    expect(used()).toBe('old');
    end('tls/own-certificate-refused');
    const made = attempts.length;
    clock.advance(0);
    expect(attempts).toHaveLength(made);
    clock.advance(backoffCapMs);
    expect(used()).toBe('new');
  });

  test('that was taken once is not given up for the former one', () => {
    const { used, end, clock, accept } = startWith('old', 'new');
    accept();
    end('tls/own-certificate-refused');
    clock.advance(backoffCapMs);
    expect(used()).toBe('new');
    end('tls/own-certificate-refused');
    clock.advance(backoffCapMs);
    expect(used()).toBe('new');
  });

  test('is not given up because the broker cannot be reached or trusted', () => {
    const { used, end, clock } = startWith('old', 'new');
    for (const code of ['connection-refused', 'tls/untrusted', 'tls/failed', 'timeout'] as const) {
      end(code);
      clock.advance(backoffCapMs);
      expect(used()).toBe('new');
    }
  });

  test('comes with a new authority, which is never given up for the former one', () => {
    const scene = startWith('old', 'old');
    scene.accept();
    scene.link.change({ ...scene.last().options, tls: { ...identity('new'), ca: 'other' } });
    scene.clock.advance(1);
    scene.end('tls/own-certificate-refused');
    scene.clock.advance(0);
    expect(scene.last().options.tls).toEqual({ ...identity('old'), ca: 'other' });
  });
});
