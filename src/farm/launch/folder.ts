import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { withPath } from "../../../tools/cache.ts";
import { digest, type Files, isPiece, type Outcome, type Piece } from "../kind.ts";

/** Pieces for one process. */
export interface Chunk {
  readonly version: string;
  readonly pieces: readonly Piece[];
}

/** Seconds for which results and files are kept. */
const keptSeconds = 7 * 24 * 3600;

/**
 * A folder that who launches and who works both see. `chunks/` has the pieces of each process and which of them it has
 * begun, `results/` outcomes by the id of the piece, `files/` what pieces read by its digest.
 */
export class Folder {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
    for (const part of ["chunks", "results", "files"])
      mkdirSync(join(root, part), { recursive: true });
  }

  /** Removes what was left long ago. */
  clean(now: number): void {
    for (const part of ["chunks", "results", "files"]) {
      for (const name of readdirSync(join(this.#root, part))) {
        const path = join(this.#root, part, name);
        const age = now - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? now);
        if (age > keptSeconds * 1000) rmSync(path, { recursive: true, force: true });
      }
    }
  }

  /** @returns the file that a process is given. */
  writeChunk(name: string, chunk: Chunk, files: Files): string {
    for (const [sum, bytes] of files) {
      const path = join(this.#root, "files", sum);
      if (!existsSync(path)) write(path, bytes);
    }
    const folder = join(this.#root, "chunks", name);
    mkdirSync(folder);
    const file = join(folder, "pieces.json");
    try {
      write(file, JSON.stringify(chunk));
    } catch (error) {
      this.removeChunk(name);
      throw error;
    }
    return file;
  }

  /** A process whose chunk is gone ends. */
  removeChunk(name: string): void {
    rmSync(join(this.#root, "chunks", name), { recursive: true, force: true });
  }

  begin(chunk: string, id: string): void {
    writeFileSync(join(chunk, "..", id), "");
  }

  isBegun(name: string, id: string): boolean {
    return existsSync(join(this.#root, "chunks", name, id));
  }

  outcome(id: string): Outcome | undefined {
    const file = join(this.#root, "results", id);
    return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Outcome) : undefined;
  }

  finish(id: string, outcome: Outcome): void {
    write(join(this.#root, "results", id), JSON.stringify(outcome));
  }

  forget(id: string): void {
    rmSync(join(this.#root, "results", id), { force: true });
  }

  /** The files of a piece; `undefined` where one is absent or is not what its digest says. */
  filesOf({ files }: Piece): Files | undefined {
    const found = new Map<string, Uint8Array>();
    for (const sum of files) {
      const path = join(this.#root, "files", sum);
      const bytes = /^[0-9a-f]{64}$/.test(sum) && existsSync(path) ? readFileSync(path) : undefined;
      if (!bytes || digest(bytes) !== sum) return undefined;
      found.set(sum, bytes);
    }
    return found;
  }
}

/** @throws SyntaxError for what is no chunk. */
export function readChunk(file: string): Chunk {
  const chunk: unknown = JSON.parse(readFileSync(file, "utf8"));
  const { version, pieces } = (chunk ?? {}) as Partial<Chunk>;
  if (typeof version !== "string" || !Array.isArray(pieces) || !pieces.every(isPiece))
    throw new SyntaxError(`${file}: this is no chunk of work`);
  return { version, pieces };
}

/** Either the old or the new, never a part. */
function write(path: string, content: string | Uint8Array): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, content);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw withPath(error, path);
  }
}
