import { dirname, existsSync, join } from "#host/tools/disk";
import { InputFile } from "../checkpoint/file.ts";
import { readDimensions } from "../checkpoint/llama2c-header.ts";
import { type DecoderConfig, llamaConfig } from "./decoder/config.ts";
import { readLlama2cTokenizer } from "./llama2c-tokenizer.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** What a llama2.c file says of its network, and what llama2.c itself fixes: rotary base, norm epsilon, tokens. */
export function llama2cConfig(path: string): DecoderConfig {
  const file = new InputFile(path);
  try {
    const { dim, hidden, layers, heads, kvHeads, vocab, sequence, ownClassifier } =
      readDimensions(file);
    return llamaConfig(path, {
      hidden_size: dim,
      intermediate_size: hidden,
      num_hidden_layers: layers,
      num_attention_heads: heads,
      num_key_value_heads: kvHeads,
      head_dim: dim / heads,
      vocab_size: vocab,
      max_position_embeddings: sequence,
      rms_norm_eps: 1e-5,
      rope_theta: 10000,
      tie_word_embeddings: !ownClassifier,
      bos_token_id: vocab > 1 ? 1 : null,
    });
  } finally {
    file.close();
  }
}

/** llama2.c ends a text at the token that begins the next, or at SentencePiece's end of sequence. */
export const llama2cStop: readonly number[] = [1, 2];

/** The tokenizer beside a llama2.c file: tokN.bin for a vocabulary of N, or tokenizer.bin. */
export function llama2cTokenizer(path: string, vocabulary: number): Tokenizer | undefined {
  const found = [`tok${vocabulary}.bin`, "tokenizer.bin"]
    .map((name) => join(dirname(path), name))
    .find((file) => existsSync(file));
  return found === undefined ? undefined : readLlama2cTokenizer(found, vocabulary);
}
