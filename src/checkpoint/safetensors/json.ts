import { visit } from "jsonc-parser";

/**
 * JSON as the standard has it, with the names of an object distinct.
 *
 * @throws SyntaxError for what is no JSON or names a key twice.
 */
export function parseStrictJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  const objects: Set<string>[] = [];
  let repeated: string | undefined;
  visit(text, {
    onObjectBegin: () => {
      objects.push(new Set());
    },
    onObjectEnd: () => {
      objects.pop();
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

/** A JSON object: neither null nor an array. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
