import { createHash } from "node:crypto";
import { decode, encode } from "./encoding.ts";

/** Contents of files by the SHA-256 of their bytes, such as cell libraries: sent once, however many pieces read them. */
export type Files = ReadonlyMap<string, Uint8Array>;

/** A sort of work: a pure function from small JSON to small JSON. */
export interface Kind<Input, Result> {
  readonly name: string;
  /** What its results depend on beside the input: digests of code, versions of tools. */
  depends(): readonly string[];
  /** @throws an Error whose `name` is among `errors` for an input that has no result. */
  run(input: Input, files: Files): Promise<Result>;
  /** Names of the errors that say something of the input; any other is a defect of the program. */
  readonly errors?: readonly string[];
  /** Seconds that an input may take, roughly: what takes long is begun first. */
  expected(input: Input): number;
  /** Whether every machine finds this result, so that it may be kept; true where this is left out. */
  isLasting?(result: Result): boolean;
}

/** Every kind that a worker does, by name. */
export type Kinds = Readonly<Record<string, Kind<never, unknown>>>;

/** A unit of work on its way. */
export interface Piece {
  /** The hash of all that its result depends on. */
  readonly id: string;
  readonly kind: string;
  /** `encode` of the input. */
  readonly input: string;
  /** Digests of the files that it reads. */
  readonly files: readonly string[];
}

/** Whether something from outside has the shape of a piece. */
export function isPiece(data: unknown): data is Piece {
  if (typeof data !== "object" || data === null) return false;
  const { id, kind, input, files }: Partial<Piece> = data;
  const texts = [id, kind, input, ...(Array.isArray(files) ? files : [undefined])];
  return texts.every((text) => typeof text === "string") && /^[0-9a-f]{32}$/.test(id ?? "");
}

export const digest = (content: Uint8Array | string): string =>
  createHash("sha256").update(content).digest("hex");

export function pieceOf<Input>(
  kind: Kind<Input, unknown>,
  input: Input,
  files: readonly string[] = [],
): Piece {
  const text = encode(input);
  return { id: idOf(kind, text, files), kind: kind.name, input: text, files };
}

const idOf = (kind: Kind<never, unknown>, input: string, files: readonly string[]): string =>
  digest(encode([kind.name, kind.depends(), input, files])).slice(0, 32);

/**
 * The version of a set of kinds: workers and who gives them work have the same, or the results would be of another
 * program.
 */
export const versionOf = (kinds: Kinds): string =>
  digest(encode(Object.values(kinds).map((kind) => [kind.name, kind.depends()]))).slice(0, 12);

/** What became of a piece. */
export type Outcome =
  | { readonly state: "done"; readonly result: string; readonly seconds: number }
  /** The work threw: `isDefect` where that says something of the program, not of the input. */
  | { readonly state: "failed"; readonly message: string; readonly isDefect: boolean }
  /** Workers died on it, `deaths` of them. */
  | { readonly state: "poisoned"; readonly deaths: number; readonly reason: string }
  | { readonly state: "cancelled" };

/**
 * Does a piece here and now; never rejects.
 *
 * A piece may come from outside: one whose id is not the hash of the rest, as this program works it out, is not done.
 */
export async function work(kinds: Kinds, piece: Piece, files: Files): Promise<Outcome> {
  const kind = Object.hasOwn(kinds, piece.kind) ? kinds[piece.kind] : undefined;
  if (!kind || idOf(kind, piece.input, piece.files) !== piece.id) {
    const message = `a piece of work (${piece.kind}, ${piece.id}) is of another version of rf8`;
    return { state: "failed", message, isDefect: false };
  }
  const started = performance.now();
  try {
    const result = encode(await kind.run(decode(piece.input) as never, files));
    return { state: "done", result, seconds: (performance.now() - started) / 1000 };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const isDefect = !kind.errors?.includes(error.name);
    const message = isDefect ? (error.stack ?? error.message) : error.message;
    return { state: "failed", message, isDefect };
  }
}
