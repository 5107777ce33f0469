import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { replace } from "../checkpoint/atomic.ts";
import { writeFloats } from "../checkpoint/save.ts";
import type { Model } from "./model.ts";

/**
 * Writes a model directory, whole or not at all: config.json, model.safetensors in float32 and, where the model
 * has a tokenizer, tokenizer.json.
 *
 * @param directory a new or an empty folder
 * @throws CheckpointError when it is anything else; NodeJS.ErrnoException when it cannot be written.
 */
export async function writeModel(directory: string, model: Model): Promise<void> {
  await replace(process.cwd(), directory, "folder", async (folder) => {
    const write = (name: string, contents: object): void =>
      writeFileSync(join(folder, name), `${JSON.stringify(contents, null, 2)}\n`);
    write("config.json", configJson(model));
    if (model.tokenizer) write("tokenizer.json", model.tokenizer.json);
    const tensors = [...model.tensors].map(([name, { shape, values }]) => ({
      ...{ name, shape, data: values },
    }));
    // Hugging Face's loaders ask for this mark.
    await writeFloats(join(folder, "model.safetensors"), tensors, { format: "pt" });
  });
}

const configJson = ({ config, stop = [] }: Model): object =>
  config.model_type === "mlp"
    ? config
    : {
        ...config.json,
        ...(stop.length > 0 && { eos_token_id: stop.length === 1 ? stop[0] : stop }),
      };
