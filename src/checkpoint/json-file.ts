import { latin1 } from "../bytes.ts";
import { CheckpointError } from "./error.ts";
import { readWhole } from "./file.ts";
import { recognise } from "./recognise.ts";
import { isObject, readJson } from "./safetensors/json.ts";

/**
 * A file that holds one JSON object.
 *
 * @param limit the most bytes it may have
 * @throws CheckpointError when it does not, naming what it holds instead; NodeJS.ErrnoException when it cannot be read.
 */
export function readJsonObject(file: string, limit: number): Record<string, unknown> {
  const bytes = readWhole(file, limit);
  const root = readJson(bytes, (reason) => {
    const text = /^\s*[[{"]/.test(latin1(bytes.subarray(0, 16)));
    const instead = text ? undefined : recognise(bytes);
    throw new CheckpointError(file, instead ?? `is no valid JSON: ${reason}`);
  });
  if (!isObject(root)) throw new CheckpointError(file, "is not a JSON object");
  return root;
}
