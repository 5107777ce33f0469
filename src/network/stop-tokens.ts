import { existsSync, join } from "#host/tools/disk";
import { CheckpointError } from "../checkpoint/error.ts";
import { readJsonObject } from "../checkpoint/json-file.ts";

const SIZE_LIMIT = 10_000_000;

/**
 * The tokens that end a text: `eos_token_id` of generation_config.json, or else of config.json, one or a list.
 *
 * @throws CheckpointError where it is anything else.
 */
export function stopTokens(directory: string): readonly number[] {
  for (const name of ["generation_config.json", "config.json"]) {
    const file = join(directory, name);
    if (!existsSync(file)) continue;
    const given = readJsonObject(file, SIZE_LIMIT).eos_token_id ?? undefined;
    if (given === undefined) continue;
    const ids: readonly unknown[] = Array.isArray(given) ? given : [given];
    return ids.map((id) => {
      if (typeof id === "number" && Number.isInteger(id)) return id;
      throw new CheckpointError(
        file,
        `eos_token_id is ${JSON.stringify(given)}; a token id or a list of them is needed`,
      );
    });
  }
  return [];
}
