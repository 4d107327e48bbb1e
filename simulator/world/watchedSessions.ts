import type { OpenSession, Session } from '#agent/uplink/session.ts';
import type { Recorder } from './recorder.ts';
import type { CentreName } from './world.ts';

/** The same sessions; what goes over them is in the trace, and their coming and going are events. */
export function watchedSessions(
  open: OpenSession,
  recorder: Recorder,
  pathOf: (url: string) => CentreName,
  onPath: (at: CentreName, is: 'up' | 'down') => void,
): OpenSession {
  return (options, listener) => {
    const at = pathOf(options.url);
    let up = false;
    const session: Session = open(options, {
      ...listener,
      up(told) {
        up = true;
        onPath(at, 'up');
        recorder.note({ kind: 'path', at, is: 'up' });
        listener.up(told);
      },
      message(topic, payload) {
        recorder.bytes(`${at} ${topic}`, 'in', payload);
        listener.message(topic, payload);
      },
      closed(reason) {
        if (up) {
          onPath(at, 'down');
          recorder.note({ kind: 'path', at, is: 'down', reason: reason.code });
        }
        listener.closed(reason);
      },
    });
    return {
      ...session,
      publish(topic, payload, publishOptions) {
        const outcome = session.publish(topic, payload, publishOptions);
        if (outcome === 'sent') recorder.bytes(`${at} ${topic}`, 'out', payload);
        return outcome;
      },
    };
  };
}
