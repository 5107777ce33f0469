import { expect, test } from "vitest";
import { footprintOf } from "../../src/network/index.ts";
import { configOf } from "./random-decoder.ts";

/** Hidden, intermediate, layers, heads, key heads, vocabulary; and what else decides the tensors. */
type Sizes = readonly [number, number, number, number, number, number, Record<string, unknown>?];

const tied = { tie_word_embeddings: true };
const head = (head_dim: number) => ({ head_dim });

/** Published networks: their sizes, and the parameters of their published files. */
const published: readonly [string, string, number, Sizes][] = [
  ["llama", "LLaMA 7B", 6738415616, [4096, 11008, 32, 32, 32, 32000]],
  ["llama", "LLaMA 13B", 13015864320, [5120, 13824, 40, 40, 40, 32000]],
  ["llama", "LLaMA 30B", 32528943616, [6656, 17920, 60, 52, 52, 32000]],
  ["llama", "LLaMA 65B", 65285660672, [8192, 22016, 80, 64, 64, 32000]],
  ["llama", "Llama 2 70B", 68976648192, [8192, 28672, 80, 64, 8, 32000]],
  ["llama", "Code Llama 7B", 6738546688, [4096, 11008, 32, 32, 32, 32016]],
  ["llama", "Code Llama 34B", 33743970304, [8192, 22016, 48, 64, 8, 32000]],
  ["llama", "Llama 3.1 8B", 8030261248, [4096, 14336, 32, 32, 8, 128256]],
  ["llama", "Llama 3.1 70B", 70553706496, [8192, 28672, 80, 64, 8, 128256]],
  ["llama", "Llama 3.1 405B", 405853388800, [16384, 53248, 126, 128, 8, 128256]],
  ["llama", "Llama 3.2 1B", 1235814400, [2048, 8192, 16, 32, 8, 128256, { ...tied, ...head(64) }]],
  ["llama", "Llama 3.2 3B", 3212749824, [3072, 8192, 28, 24, 8, 128256, { ...tied, ...head(128) }]],
  ["llama", "TinyLlama 1.1B", 1100048384, [2048, 5632, 22, 32, 4, 32000]],
  ["llama", "SmolLM2 135M", 134515008, [576, 1536, 30, 9, 3, 49152, tied]],
  ["llama", "SmolLM2 360M", 361821120, [960, 2560, 32, 15, 5, 49152, tied]],
  ["llama", "SmolLM2 1.7B", 1711376384, [2048, 8192, 24, 32, 32, 49152, tied]],
  ["mistral", "Mistral 7B v0.1", 7241732096, [4096, 14336, 32, 32, 8, 32000]],
  ["mistral", "Mistral 7B v0.3", 7248023552, [4096, 14336, 32, 32, 8, 32768]],
  ["mistral", "Mistral Nemo", 12247782400, [5120, 14336, 40, 32, 8, 131072, head(128)]],
  ["mistral", "Mistral Small 24B", 23572403200, [5120, 32768, 40, 32, 8, 131072, head(128)]],
  ["mistral", "Mistral Large 2407", 122610069504, [12288, 28672, 88, 96, 8, 32768, head(128)]],
  ["qwen2", "Qwen1.5 0.5B", 463987712, [1024, 2816, 24, 16, 16, 151936, tied]],
  ["qwen2", "Qwen1.5 1.8B", 1836828672, [2048, 5504, 24, 16, 16, 151936]],
  ["qwen2", "Qwen2.5 0.5B", 494032768, [896, 4864, 24, 14, 2, 151936, tied]],
  ["qwen2", "Qwen2.5 1.5B", 1543714304, [1536, 8960, 28, 12, 2, 151936, tied]],
  ["qwen2", "Qwen2.5 3B", 3085938688, [2048, 11008, 36, 16, 2, 151936, tied]],
  ["qwen2", "Qwen2.5 7B", 7615616512, [3584, 18944, 28, 28, 4, 152064]],
  ["qwen2", "Qwen2.5 14B", 14770033664, [5120, 13824, 48, 40, 8, 152064]],
  ["qwen2", "Qwen2.5 32B", 32763876352, [5120, 27648, 64, 40, 8, 152064]],
  ["qwen2", "Qwen2.5 72B", 72706203648, [8192, 29568, 80, 64, 8, 152064]],
  ["qwen3", "Qwen3 0.6B", 596049920, [1024, 3072, 28, 16, 8, 151936, tied]],
  ["qwen3", "Qwen3 1.7B", 1720574976, [2048, 6144, 28, 16, 8, 151936, tied]],
  ["qwen3", "Qwen3 4B", 4022468096, [2560, 9728, 36, 32, 8, 151936, tied]],
  ["qwen3", "Qwen3 8B", 8190735360, [4096, 12288, 36, 32, 8, 151936]],
  ["qwen3", "Qwen3 14B", 14768307200, [5120, 17408, 40, 40, 8, 151936]],
  ["qwen3", "Qwen3 32B", 32762123264, [5120, 25600, 64, 64, 8, 151936]],
  ["phi3", "Phi-3 mini", 3821079552, [3072, 8192, 32, 32, 32, 32064]],
  ["phi3", "Phi-3 medium", 13960238080, [5120, 17920, 40, 40, 10, 32064]],
  ["phi3", "Phi-4", 14659507200, [5120, 17920, 40, 40, 10, 100352]],
  ["phi3", "Phi-4 mini", 3836021760, [3072, 8192, 32, 24, 8, 200064, tied]],
  ["gemma", "Gemma 2B", 2506172416, [2048, 16384, 18, 8, 1, 256000]],
  ["gemma", "Gemma 7B", 8537680896, [3072, 24576, 28, 16, 16, 256000]],
  ["gemma2", "Gemma 2 2B", 2614341888, [2304, 9216, 26, 8, 4, 256000]],
  ["gemma2", "Gemma 2 9B", 9241705984, [3584, 14336, 42, 16, 8, 256000]],
  ["gemma2", "Gemma 2 27B", 27227128320, [4608, 36864, 46, 32, 16, 256000, head(128)]],
  ["gemma3_text", "Gemma 3 270M", 268098176, [640, 2048, 18, 4, 1, 262144]],
  ["gemma3_text", "Gemma 3 1B", 999885952, [1152, 6912, 26, 4, 1, 262144]],
  ["olmo2", "OLMo 2 1B", 1484916736, [2048, 8192, 16, 16, 16, 100352]],
  ["olmo2", "OLMo 2 7B", 7298617344, [4096, 11008, 32, 32, 32, 100352]],
  ["olmo2", "OLMo 2 13B", 13716198400, [5120, 13824, 40, 40, 40, 100352]],
  ["olmo2", "OLMo 2 32B", 32234279936, [5120, 27648, 64, 40, 8, 100352]],
  ["granite", "Granite 3.1 2B", 2533531648, [2048, 8192, 40, 32, 8, 49155, tied]],
  ["granite", "Granite 3.1 8B", 8170848256, [4096, 12800, 40, 32, 8, 49155, tied]],
  ["smollm3", "SmolLM3 3B", 3075098624, [2048, 11008, 36, 16, 4, 128256]],
  [
    "stablelm",
    "StableLM 2 1.6B",
    1644515328,
    [2048, 5632, 24, 32, 32, 100352, { use_qkv_bias: true }],
  ],
  ["stablelm", "StableLM 3B", 2795443200, [2560, 6912, 32, 32, 32, 50304]],
  ["mixtral", "Mixtral 8x7B", 46702792704, [4096, 14336, 32, 32, 8, 32000]],
  ["mixtral", "Mixtral 8x22B", 140620634112, [6144, 16384, 56, 48, 8, 32000]],
  ["qwen2_moe", "Qwen1.5 MoE A2.7B", 14315784192, [2048, 5632, 24, 16, 16, 151936]],
  [
    "qwen3_moe",
    "Qwen3 30B A3B",
    30532122624,
    [2048, 6144, 48, 32, 4, 151936, { ...head(128), moe_intermediate_size: 768 }],
  ],
  [
    "qwen3_moe",
    "Qwen3 235B A22B",
    235093634560,
    [4096, 12288, 94, 64, 4, 151936, { ...head(128), moe_intermediate_size: 1536 }],
  ],
  ["olmoe", "OLMoE 1B 7B", 6919161856, [2048, 1024, 16, 16, 16, 50304]],
];

test.each(published)("%s: %s", (model_type, _, parameters, sizes) => {
  const [hidden_size, intermediate_size, layers, heads, keyHeads, vocab_size, others = {}] = sizes;
  const config = configOf({
    model_type,
    hidden_size,
    intermediate_size,
    vocab_size,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    num_key_value_heads: keyHeads,
    torch_dtype: "bfloat16",
    ...others,
  });
  const found = footprintOf(config);
  expect(found).toMatchObject({ parameters, stored_bytes: 2 * parameters });
  // A matrix is one byte a weight; norms and biases are less than a thousandth.
  expect(found.rf8_bytes! / parameters).toBeGreaterThan(1);
  expect(found.rf8_bytes! / parameters).toBeLessThan(1.002);
});

/** `total_size` of the published model.safetensors.index.json. */
test.each([
  ["Llama 3.1 8B", 16060522496],
  ["Mistral 7B v0.1", 14483464192],
  ["Qwen2.5 7B", 15231233024],
  ["Mixtral 8x7B", 93405585408],
  ["Qwen3 30B A3B", 61064245248],
])("%s: bytes of the published files", (name, bytes) => {
  expect(2 * published.find(([, other]) => other === name)![2]).toBe(bytes);
});
