import { join, workingFolder, writeFileSync } from "#host/tools/disk";
import { replace } from "../checkpoint/atomic.ts";
import { writeFloats } from "../checkpoint/save.ts";
import type { DecoderConfig } from "./decoder/config.ts";
import type { Model } from "./model.ts";

/**
 * Writes a model directory, whole or not at all: config.json, model.safetensors in float32 and, where the model
 * has a tokenizer, tokenizer.json and what else says how texts begin.
 *
 * @param directory a new or an empty folder
 * @throws CheckpointError when it is anything else; NodeJS.ErrnoException when it cannot be written.
 *
 * @example
 * const tensors = new Map([["w", { shape: [1, 2], values: Float32Array.of(1, -2) }]]);
 * const model = { config: { model_type: "mlp", layers: [{ weight: "w", activation: "relu" }] }, tensors };
 * await writeModel(`${folder}/mlp`, model);
 * console.log(readModel(`${folder}/mlp`).tensors.get("w").values.join()); // 1,-2
 */
export async function writeModel(directory: string, model: Model): Promise<void> {
  await replace(workingFolder(), directory, "folder", async (folder) => {
    const { config } = model;
    const files = modelFiles({ ...model, config: "json" in config ? inFloat32(config) : config });
    for (const [name, text] of files) writeFileSync(join(folder, name), text);
    const tensors = [...model.tensors].map(([name, { shape, values }]) => ({
      name,
      shape,
      data: values,
    }));
    // Hugging Face's loaders ask for this mark.
    await writeFloats(join(folder, "model.safetensors"), tensors, { format: "pt" });
  });
}

/** The configuration without what it says of how weights were stored elsewhere, and with what was found of the classifier. */
function inFloat32(config: DecoderConfig): DecoderConfig {
  const { quantization_config, compression_config, ...rest } = config.json;
  const type = ["dtype", "torch_dtype"].filter((key) => key in rest);
  const { tie_word_embeddings: tied } = config;
  const json = {
    ...rest,
    ...Object.fromEntries(type.map((key) => [key, "float32"])),
    ...(rest.tie_word_embeddings !== tied && { tie_word_embeddings: tied }),
  };
  return { ...config, json };
}

/** The files of a model directory beside the weights, by name. */
export function modelFiles(
  model: Pick<Model, "config" | "stop" | "tokenizer">,
): Map<string, string> {
  const { tokenizer } = model;
  const bos = tokenizer?.bos;
  const token = typeof bos === "number" ? tokenizer?.token(bos) : undefined;
  const files: Record<string, object | undefined> = {
    "config.json": configJson(model),
    "tokenizer.json": tokenizer?.json,
    // tokenizer.json may not say what a text begins with.
    "tokenizer_config.json":
      bos === undefined
        ? undefined
        : { add_bos_token: bos !== null, ...(token !== undefined && { bos_token: token }) },
  };
  return new Map(
    Object.entries(files).flatMap(([name, contents]) =>
      contents ? [[name, `${JSON.stringify(contents, null, 2)}\n`] as const] : [],
    ),
  );
}

const configJson = ({ config, stop = [] }: Pick<Model, "config" | "stop">): object =>
  config.model_type === "mlp"
    ? config
    : {
        ...config.json,
        ...(stop.length > 0 && { eos_token_id: stop.length === 1 ? stop[0] : stop }),
      };
