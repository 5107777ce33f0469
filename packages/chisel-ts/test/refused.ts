import { expect } from "vitest";
import { CircuitError } from "../src/index.ts";

/** What expects that a circuit is refused in such words, with the place in a test file. */
export const refusedIn =
  (file: string) =>
  (build: () => unknown, words: RegExp): void => {
    expect(build).toThrow(CircuitError);
    expect(build).toThrow(words);
    expect(build).toThrow(new RegExp(`\\(test/${file}\\.test\\.ts:\\d+\\)$`));
  };
