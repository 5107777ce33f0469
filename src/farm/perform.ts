import { ChiselError } from "@chisel-ts/core/error";
import { decode } from "./encoding.ts";
import type { Farm } from "./farm.ts";
import { type Files, type Kind, type Outcome, type Piece, pieceOf } from "./kind.ts";
import { keep, kept } from "./store.ts";

/** What came of an input: its result, or that workers died on it. */
export type Answer<Result> =
  | { readonly state: "done"; readonly result: Result; readonly seconds: number }
  | (Extract<Outcome, { state: "poisoned" }> & { readonly piece: Piece });

export interface PerformOptions {
  readonly files?: Files;
  readonly onDone?: (done: number, total: number) => void;
}

/** Pieces of this submitter that a farm has at once: a million pieces must not fill its memory. */
const maxOutstanding = 4096;

/**
 * Does the work on a farm, what takes longest first, and answers in the order of the inputs. What was done before is
 * taken from the user's cache folder; equal inputs are done once.
 *
 * @throws WorkError when an input has no result; WorkCancelled when the work was taken back; FarmError.
 */
export async function perform<Input, Result>(
  farm: Farm,
  kind: Kind<Input, Result>,
  inputs: readonly Input[],
  { files = new Map(), onDone = () => {} }: PerformOptions = {},
): Promise<Answer<Result>[]> {
  const all = inputs.map((input) => ({ input, piece: pieceOf(kind, input, [...files.keys()]) }));
  const distinct = new Map(all.map((item) => [item.piece.id, item]));
  const answers = new Map<string, Answer<Result>>();
  const settle = (piece: Piece, outcome: Outcome): void => {
    answers.set(piece.id, answerOf(piece, outcome, answers.size, distinct.size));
    onDone(answers.size, distinct.size);
  };
  const absent: { readonly piece: Piece; readonly expected: number }[] = [];
  for (const { piece, input } of distinct.values()) {
    const before = kept(piece);
    if (before) settle(piece, before);
    else absent.push({ piece, expected: kind.expected(input) });
  }
  const waiting = longestFirst(absent).values();
  let submitted = Promise.resolve();
  let isOver = false;
  const lane = async (): Promise<void> => {
    for (const { piece } of waiting) {
      // One after the other, so that they come in their order.
      submitted = submitted.then(() => (isOver ? undefined : farm.submit(piece, files)));
      await submitted;
      if (isOver) return;
      const outcome = await farm.result(piece.id);
      if (outcome.state === "done" && isLasting(kind, outcome.result)) keep(piece, outcome);
      settle(piece, outcome);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(absent.length, maxOutstanding) }, lane));
  } finally {
    // What has not been submitted when one fails, or when all is taken back, is not any more.
    isOver = true;
  }
  return all.flatMap(({ piece }) => answers.get(piece.id) ?? []);
}

function answerOf<Result>(
  piece: Piece,
  outcome: Outcome,
  done: number,
  total: number,
): Answer<Result> {
  switch (outcome.state) {
    case "done":
      return { ...outcome, result: decode(outcome.result) as Result };
    case "poisoned":
      return { ...outcome, piece };
    case "failed":
      throw new WorkError(outcome.message, outcome.isDefect);
    case "cancelled":
      throw new WorkCancelled(done, total);
  }
}

/** A piece of work threw. */
export class WorkError extends ChiselError {
  override readonly name = "WorkError";
  /** Whether that says something of the program, not of the input. */
  readonly isDefect: boolean;

  constructor(message: string, isDefect: boolean) {
    super(message);
    this.isDefect = isDefect;
  }
}

/** The work was taken back before it was done. */
export class WorkCancelled extends ChiselError {
  override readonly name = "WorkCancelled";

  /** @param total where it is known. */
  constructor(done: number, total?: number) {
    const all = total === undefined ? "" : ` of ${total}`;
    super(
      `stopped after ${done}${all} pieces of work; their results are kept, and the same command goes on from there`,
    );
  }
}

/** The order of submission: what is expected to take longest is begun first, so that it is not what all wait for. */
export const longestFirst = <T extends { readonly expected: number }>(work: readonly T[]): T[] =>
  work.toSorted((a, b) => b.expected - a.expected);

const isLasting = <Result>(kind: Kind<never, Result>, result: string): boolean =>
  kind.isLasting?.(decode(result) as Result) ?? true;
