// Helper functions that are compiled when they are first needed.

import type { Code } from "./encoder.ts";

/** Functions that the code of cells calls, each made when it is first asked for. */
export class Library {
  readonly #functions = new Map<string, Code>();

  get functions(): Code[] {
    return [...this.#functions.values()];
  }

  /** The name of a function, which `make` compiles under that name where it is new. */
  need(name: string, make: (name: string) => Code): string {
    if (!this.#functions.has(name)) this.#functions.set(name, make(name));
    return name;
  }
}
