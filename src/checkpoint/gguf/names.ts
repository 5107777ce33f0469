/** The parts of a layer: GGUF's names and Hugging Face's. */
const parts: Readonly<Record<string, string>> = {
  attn_norm: "input_layernorm",
  attn_q: "self_attn.q_proj",
  attn_k: "self_attn.k_proj",
  attn_v: "self_attn.v_proj",
  attn_output: "self_attn.o_proj",
  attn_q_norm: "self_attn.q_norm",
  attn_k_norm: "self_attn.k_norm",
  ffn_norm: "post_attention_layernorm",
  ffn_gate: "mlp.gate_proj",
  ffn_up: "mlp.up_proj",
  ffn_down: "mlp.down_proj",
};

const outside: Readonly<Record<string, string>> = {
  token_embd: "model.embed_tokens",
  output_norm: "model.norm",
  output: "lm_head",
};

/** Architectures whose tensors these are, and whether llama.cpp has the rows of q and k as neighbouring pairs. */
export const architectures: ReadonlyMap<string, { readonly adjacent: boolean }> = new Map([
  ["llama", { adjacent: true }],
  ["qwen2", { adjacent: false }],
  ["qwen3", { adjacent: false }],
]);

/** Hugging Face's name of a tensor; GGUF's own where there is none. */
export function huggingFaceName(name: string): string {
  const [, layer, part = "", kind] = /^blk\.(\d+)\.(\w+)\.(weight|bias)$/.exec(name) ?? [];
  if (layer !== undefined && Object.hasOwn(parts, part))
    return `model.layers.${layer}.${parts[part]}.${kind}`;
  const [, whole = "", end] = /^(\w+)\.(weight|bias)$/.exec(name) ?? [];
  return Object.hasOwn(outside, whole) ? `${outside[whole]}.${end}` : name;
}
