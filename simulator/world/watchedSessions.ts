import type { OpenSession, Session } from '#agent/uplink/session.ts';
import type { Recorder } from './recorder.ts';

/** The same sessions; what goes over them is in the trace, and their coming and going are events. */
export function watchedSessions(
  open: OpenSession,
  recorder: Recorder,
  onPath: (is: 'up' | 'down') => void,
): OpenSession {
  return (options, listener) => {
    let up = false;
    const session: Session = open(options, {
      ...listener,
      up(told) {
        up = true;
        onPath('up');
        recorder.note({ kind: 'path', at: 'primary', is: 'up' });
        listener.up(told);
      },
      message(topic, payload) {
        recorder.bytes(topic, 'in', payload);
        listener.message(topic, payload);
      },
      closed(reason) {
        if (up) {
          onPath('down');
          recorder.note({ kind: 'path', at: 'primary', is: 'down', reason: reason.code });
        }
        listener.closed(reason);
      },
    });
    return {
      ...session,
      publish(topic, payload, publishOptions) {
        const outcome = session.publish(topic, payload, publishOptions);
        if (outcome === 'sent') recorder.bytes(topic, 'out', payload);
        return outcome;
      },
    };
  };
}
