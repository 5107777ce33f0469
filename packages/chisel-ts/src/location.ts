import { shownFile } from "#host/source-file";

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

/** A frame of V8, `at name (file:line:column)`, or of other browsers, `name@file:line:column`. */
const frame = /^\s*(?:at (?:.*\()?|.*@)([^()]+):(\d+):\d+\)?$/;

function firstForeignFrame(stack: string): string {
  for (const line of stack.split("\n")) {
    const [, file, row] = frame.exec(line) ?? [];
    const shown = file === undefined ? undefined : shownFile(file);
    if (shown !== undefined) return `${shown}:${row}`;
  }
  return "unknown";
}
