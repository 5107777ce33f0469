/** A page works in the thread in which it is asked. */
export const availableParallelism = (): number => 1;

/** @throws Error: it is not asked for where there is one thread. */
export class Worker {
  constructor() {
    throw new Error("a page starts no thread of Node");
  }
}
