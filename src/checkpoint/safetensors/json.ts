import { visit } from "jsonc-parser";

/**
 * JSON as the standard has it, with the names of an object distinct.
 *
 * @throws SyntaxError for what is no JSON or names a key twice, or is nested deeper than 100 levels.
 */
export function parseStrictJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  const objects: Set<string>[] = [];
  let repeated: string | undefined;
  let depth = 0;
  const enter = (): void => {
    depth++;
    if (depth > DEPTH_LIMIT)
      throw new SyntaxError(`it is nested deeper than ${DEPTH_LIMIT} levels`);
  };
  visit(text, {
    onObjectBegin: () => {
      enter();
      objects.push(new Set());
    },
    onObjectEnd: () => {
      depth--;
      objects.pop();
    },
    onArrayBegin: enter,
    onArrayEnd: () => {
      depth--;
    },
    onObjectProperty: (key) => {
      const names = objects.at(-1);
      if (names?.has(key)) repeated ??= key;
      names?.add(key);
    },
  });
  if (repeated !== undefined)
    throw new SyntaxError(`key ${JSON.stringify(repeated)} appears twice`);
  return value;
}

/** JSON of bytes from outside, whose fault goes to `fail` in a few words. */
export function readJson(bytes: Uint8Array, fail: (reason: string) => never): unknown {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return fail("it is not UTF-8");
  }
  try {
    return parseStrictJson(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return fail(error.message);
  }
}

/** Deeper than any header, and shallow enough for the visitor, which recurses. */
const DEPTH_LIMIT = 100;

/** A JSON object: neither null nor an array. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
