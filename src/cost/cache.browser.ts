import { yosys } from "../../tools/yosys.ts";

/** A page keeps no results: each is worked out again. */
export const cachedResult = <T>(
  _kind: string,
  _parts: readonly string[],
  make: () => Promise<T>,
): Promise<T> => make();

export const writtenOnce = cachedResult;

let version: Promise<string> | undefined;

/** Which yosys runs, in its own words: its thread knows, and a second copy of it would be large. */
export function yosysVersion(): Promise<string> {
  version ??= yosys({}, "log .").then(
    ({ printed }) => /^ ?(Yosys [^ ,]+)/m.exec(printed)?.[1] ?? "yosys",
  );
  return version;
}

/** @throws Error: a browser has no files. */
export function fileBytes(path: string): Uint8Array<ArrayBuffer> {
  throw new Error(`${path}: a browser reads no file by its path`);
}
