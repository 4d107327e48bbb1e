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

/** What comes before it moves down, until it has found its place. */
function siftUp<Element>(elements: Element[], isBefore: (a: Element, b: Element) => boolean): void {
  let index = elements.length - 1;
  const rising = elements[index];
  if (rising === undefined) return;
  while (index > 0) {
    const parentIndex = (index - 1) >> 1;
    const parent = elements[parentIndex];
    if (parent === undefined || !isBefore(rising, parent)) break;
    elements[index] = parent;
    index = parentIndex;
  }
  elements[index] = rising;
}

function siftDown<Element>(elements: Element[], isBefore: (a: Element, b: Element) => boolean): void {
  const sinking = elements[0];
  if (sinking === undefined) return;
  let index = 0;
  for (;;) {
    const first = firstChild(elements, 2 * index + 1, isBefore);
    const child = elements[first];
    if (child === undefined || !isBefore(child, sinking)) break;
    elements[index] = child;
    index = first;
  }
  elements[index] = sinking;
}

/** Which of the two children from `left` on comes first. */
function firstChild<Element>(
  elements: readonly Element[],
  left: number,
  isBefore: (a: Element, b: Element) => boolean,
): number {
  const a = elements[left];
  const b = left + 1 < elements.length ? elements[left + 1] : undefined;
  return a !== undefined && b !== undefined && isBefore(b, a) ? left + 1 : left;
}
