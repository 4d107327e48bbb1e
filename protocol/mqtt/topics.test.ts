import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { centreStateTopic, hubDown, hubTopic, type HubTopicName, hubTopics, parseTopic } from './topics.ts';

const ids = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9-]{0,31}$/);
const names = fc.constantFrom(...(Object.keys(hubTopics) as HubTopicName[]));

describe('topics', () => {
  test('a topic that was built is read back as what it was built from', () => {
    fc.assert(
      fc.property(ids, names, (id, name) => {
        expect(parseTopic(hubTopic(id, name))).toEqual({ ok: true, value: { of: 'hub', hub: id, name } });
        expect(parseTopic(centreStateTopic(id))).toEqual({
          ok: true,
          value: { of: 'centre', centre: id, name: 'state' },
        });
      }),
    );
  });

  test.each(['', '+', '#', 'hub/1', 'hub 1', '-hub', 'a'.repeat(33), 'hüb', 'hub\n', '$SYS'])(
    'no topic is built for %j, so that no wildcard slips in',
    (id) => {
      expect(() => hubTopic(id, 'up/report')).toThrow(TypeError);
      expect(() => hubDown(id)).toThrow(TypeError);
      expect(() => centreStateTopic(id)).toThrow(TypeError);
    },
  );

  test('an id of 32 characters is the longest', () => {
    expect(hubTopic('a'.repeat(32), 'down/command')).toHaveLength('hub/v1//down/command'.length + 32);
  });

  test.each([
    '',
    'hub/v1/hub-1/up/report/more',
    'hub/v1/hub-1/up',
    'hub/v1/+/up/report',
    'hub/v1/hub-1/up/#',
    'hub/v2/hub-1/up/report',
    'hub/v1/hub-1/constructor',
    'centre/v1/centre-1/status',
    '/hub/v1/hub-1/up/report',
    `hub/v1/hub-1/up/report${'x'.repeat(70_000)}`,
  ])('the unknown topic %.40j is refused with what would be right', (topic) => {
    const read = parseTopic(topic);
    expect(read).toMatchObject({ ok: false, problem: { code: 'topic/unknown' } });
    expect(read.ok ? '' : read.problem.message).toContain('right would be hub/v1/{hub}/');
  });

  test('any text is either a topic or a problem', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const read = parseTopic(text);
        expect(read.ok || read.problem.code === 'topic/unknown').toBe(true);
      }),
    );
  });
});
