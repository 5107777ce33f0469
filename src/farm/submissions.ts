import { type Deferred, deferred } from "./deferred.ts";
import type { Files, Outcome, Piece } from "./kind.ts";

/** A piece that a farm was given. */
export interface Submission {
  readonly piece: Piece;
  readonly files: Files;
  readonly outcome: Deferred<Outcome>;
  /** Times that it was submitted and its result was not asked for yet. */
  wanted: number;
}

/** What a farm was given, by the ids of the pieces: one that is submitted again waits for the same outcome. */
export class Submissions<Own extends object> {
  readonly #all = new Map<string, Submission & Own>();
  readonly #own: () => Own;

  /** @param own what a farm notes of a new piece besides */
  constructor(own: () => Own) {
    this.#own = own;
  }

  /** @returns the entry of a piece that is new */
  add(piece: Piece, files: Files): (Submission & Own) | undefined {
    const known = this.#all.get(piece.id);
    if (known) {
      known.wanted += 1;
      return undefined;
    }
    const entry = { piece, files, outcome: deferred<Outcome>(), wanted: 1, ...this.#own() };
    this.#all.set(piece.id, entry);
    return entry;
  }

  get(id: string): (Submission & Own) | undefined {
    return this.#all.get(id);
  }

  values(): Iterable<Submission & Own> {
    return this.#all.values();
  }

  /** The outcome of a piece, which is forgotten once all who submitted it have it. @throws RangeError for one that was not. */
  async result(id: string): Promise<Outcome> {
    const entry = this.#all.get(id);
    if (!entry) throw new RangeError(`piece ${id} was not submitted`);
    const outcome = await entry.outcome.promise;
    entry.wanted -= 1;
    if (entry.wanted === 0) this.#all.delete(id);
    return outcome;
  }
}
