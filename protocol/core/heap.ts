/** A binary heap: what comes first by `isBefore` is always at the top. Equal elements come in no promised order. */
export interface Heap<Element> {
  push(element: Element): void;
  peek(): Element | undefined;
  pop(): Element | undefined;
  size(): number;
}

export function createHeap<Element>(isBefore: (a: Element, b: Element) => boolean): Heap<Element> {
  const elements: Element[] = [];
  return {
    push(element) {
      elements.push(element);
      siftUp(elements, isBefore);
    },
    peek: () => elements[0],
    pop() {
      const top = elements[0];
      const last = elements.pop();
      if (last !== undefined && elements.length > 0) {
        elements[0] = last;
        siftDown(elements, isBefore);
      }
      return top;
    },
    size: () => elements.length,
  };
}

function siftUp<Element>(elements: Element[], isBefore: (a: Element, b: Element) => boolean): void {
  let index = elements.length - 1;
  while (index > 0) {
    const parent = (index - 1) >> 1;
    if (!swapIfBefore(elements, index, parent, isBefore)) {
      return;
    }
    index = parent;
  }
}

function siftDown<Element>(elements: Element[], isBefore: (a: Element, b: Element) => boolean): void {
  let index = 0;
  for (;;) {
    const left = 2 * index + 1;
    const first = firstOf(elements, left, left + 1, isBefore);
    if (!swapIfBefore(elements, first, index, isBefore)) {
      return;
    }
    index = first;
  }
}

function firstOf<Element>(
  elements: readonly Element[],
  left: number,
  right: number,
  isBefore: (a: Element, b: Element) => boolean,
): number {
  const a = elements[left];
  const b = elements[right];
  return a !== undefined && b !== undefined && isBefore(b, a) ? right : left;
}

function swapIfBefore<Element>(
  elements: Element[],
  lower: number,
  upper: number,
  isBefore: (a: Element, b: Element) => boolean,
): boolean {
  const a = elements[lower];
  const b = elements[upper];
  if (a === undefined || b === undefined || !isBefore(a, b)) {
    return false;
  }
  elements[lower] = b;
  elements[upper] = a;
  return true;
}
