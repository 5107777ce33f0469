import { CheckpointError } from "../checkpoint/error.ts";
import type { Checkpoint, TensorInfo } from "../checkpoint/index.ts";

/** What wrappers of PyTorch put into names: torch.compile, data parallel, FSDP, activation checkpointing. */
const wrappers = new Set([
  "module",
  "_orig_mod",
  "_fsdp_wrapped_module",
  "_checkpoint_wrapped_module",
]);

/** Buffers that follow from the configuration: rotary tables of earlier versions of transformers. */
const buffers = /(^|\.)(inv_freq|cos_cached|sin_cached)$/;

/** The other parts of a network for images and text, of which the text alone is run. */
const otherParts = /^(model\.)?(vision_tower|multi_modal_projector|image_newline)(\.|$)/;

/** The name that a causal language model of Hugging Face has for a tensor. */
function canonical(name: string): string {
  const plain = name
    .split(".")
    .filter((part) => !wrappers.has(part))
    .join(".")
    .replace(/^(model\.language_model|language_model\.model)\./, "model.")
    .replace(/^language_model\.lm_head\./, "lm_head.");
  // A base model, saved without its classifier, lacks the first part.
  return /^(embed_tokens|layers|norm)\./.test(plain) ? `model.${plain}` : plain;
}

/**
 * The tensors of a checkpoint by the names of Hugging Face's models, without what wrappers add.
 *
 * @throws CheckpointError where two tensors get one name.
 */
export function tensorsByName({ path, tensors }: Checkpoint): Map<string, TensorInfo> {
  const found = new Map<string, TensorInfo>();
  for (const tensor of tensors) {
    const name = canonical(tensor.name);
    const other = found.get(name);
    if (other)
      throw new CheckpointError(
        path,
        `tensors ${JSON.stringify(other.name)} and ${JSON.stringify(tensor.name)} are both ${JSON.stringify(name)}`,
      );
    found.set(name, tensor);
  }
  return found;
}

/**
 * Refuses a tensor that the network would leave out, so that its outputs would be others.
 *
 * @param within the model_type of the larger network that the decoder is a part of
 * @throws CheckpointError with the name of the tensor.
 */
export function refuseUnused(
  { path }: Checkpoint,
  tensors: ReadonlyMap<string, TensorInfo>,
  used: ReadonlySet<string>,
  within: string | null,
): void {
  const unused = [...tensors].filter(
    ([name]) =>
      !used.has(name) && !buffers.test(name) && !(within !== null && otherParts.test(name)),
  );
  const [first] = unused;
  if (!first) return;
  const more = unused.length > 1 ? `, like ${unused.length - 1} more,` : "";
  throw new CheckpointError(
    path,
    `tensor ${JSON.stringify(first[1].name)}${more} is not one that config.json asks for; it would go unused`,
  );
}
