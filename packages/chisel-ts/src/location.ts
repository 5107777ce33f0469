import { existsSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** This package's own frames, as source maps name them and as they run. */
const own = ["../src/", "../dist/"].map((folder) =>
  fileURLToPath(new URL(folder, import.meta.url)),
);
const packageRoots = new Map<string, string>();

/**
 * The TypeScript line on which a signal was made.
 *
 * A stack is captured when the signal is made and parsed only when somebody asks:
 * capturing costs about a microsecond, parsing (through source maps) far more.
 */
export class Location {
  readonly #trace: { stack?: string };
  #text: string | undefined;

  private constructor(trace: { stack?: string }) {
    this.#trace = trace;
  }

  /** The innermost stack frame outside this package. */
  static capture(): Location {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 24;
    const trace = new Error();
    Error.stackTraceLimit = limit;
    return new Location(trace);
  }

  /** `hdl/mac.ts:42`, relative to the package that holds the file; `unknown` where no frame is known. */
  toString(): string {
    this.#text ??= firstForeignFrame(this.#trace.stack ?? "");
    return this.#text;
  }
}

function firstForeignFrame(stack: string): string {
  for (const line of stack.split("\n").slice(1)) {
    const match =
      /\(?((?:file:\/\/)?\/[^()]*|[A-Za-z]:\\[^()]*|file:\/\/\/[^()]*):(\d+):\d+\)?$/.exec(line);
    if (!match) continue;
    const [, path = "", row = ""] = match;
    const file = path.startsWith("file:") ? fileURLToPath(path) : path;
    if (own.some((folder) => file.startsWith(folder))) continue;
    return `${relative(packageRoot(dirname(file)), file)
      .split(sep)
      .join("/")}:${row}`;
  }
  return "unknown";
}

/** Paths are given from the nearest folder with a package.json, so that emitted text is the same on every machine. */
function packageRoot(folder: string): string {
  const known = packageRoots.get(folder);
  if (known !== undefined) return known;
  const parent = dirname(folder);
  const root =
    existsSync(join(folder, "package.json")) || parent === folder ? folder : packageRoot(parent);
  packageRoots.set(folder, root);
  return root;
}
