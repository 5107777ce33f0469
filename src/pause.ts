const soon = globalThis.setImmediate ?? setTimeout;

/** Lets signals, timers and messages in between two pieces of synchronous work. */
export const pause = (): Promise<void> => new Promise((resolve) => void soon(resolve));
