import type { Action } from '#simulator/world/world.ts';
import type { Checker } from './checker.ts';

type Order = Extract<Action, { word: 'configure' | 'command' }>;

interface Sent {
  order: Order;
  /** The highest number whose result had arrived by then. */
  known: number;
}

/** What the centre has not signed, or what is played again, is not done (B11.2). Orders are numbered as they are sent: C1. */
export const checkOrders: Checker = (trace) => {
  const sent: Sent[] = [];
  let known = 0;
  return trace.events.flatMap((event) => {
    if (event.kind === 'action' && isOrder(event.action)) sent.push({ order: event.action, known });
    if (event.kind !== 'result') return [];
    const { id, command, outcome, atMs, sequence } = event;
    const number = Number(id.slice(1));
    const one = sent[number - 1];
    const why = one === undefined || outcome !== 'done' ? undefined : whyNot(one);
    if (why === undefined) {
      known = Math.max(known, number);
      return [];
    }
    return [{ rule: 'B11.2', atMs, message: `${command} ${id} was done, which ${why}`, event: sequence }];
  });
};

function isOrder(action: Action): action is Order {
  return action.word === 'configure' || action.word === 'command';
}

function whyNot({ order, known }: Sent): string | undefined {
  if (order.signature !== undefined) return 'the centre has not signed';
  const isOld = order.word === 'command' && order.counter !== undefined && order.counter <= known;
  return isOld ? 'was played again' : undefined;
}
