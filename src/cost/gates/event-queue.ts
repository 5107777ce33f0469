/** Numbers by the time at which they are due; those of one time come together. */
export class EventQueue {
  readonly #due = new Map<number, number[]>();
  /** A heap of the times: each at most its two children, at twice its place plus 1 and 2. */
  readonly #times: number[] = [];

  add(time: number, value: number): void {
    const known = this.#due.get(time);
    if (known) {
      known.push(value);
      return;
    }
    this.#due.set(time, [value]);
    const heap = this.#times;
    let at = heap.push(time) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent] as number;
      if (above <= time) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = time;
  }

  /** The earliest time; `undefined` when nothing is due. */
  next(): number | undefined {
    return this.#times[0];
  }

  /** Takes what is due at the earliest time. */
  take(time: number): number[] {
    const heap = this.#times;
    const last = heap.pop() ?? 0;
    if (heap.length > 0) {
      let at = 0;
      for (;;) {
        let child = 2 * at + 1;
        if (child >= heap.length) break;
        if ((heap[child + 1] ?? Number.POSITIVE_INFINITY) < (heap[child] as number)) child += 1;
        const below = heap[child] as number;
        if (below >= last) break;
        heap[at] = below;
        at = child;
      }
      heap[at] = last;
    }
    const found = this.#due.get(time) ?? [];
    this.#due.delete(time);
    return found;
  }
}
