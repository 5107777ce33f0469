import type { Fields } from "../fields.ts";

/** Keys of config.json that say nothing of what a network computes. */
const harmless: ReadonlySet<string> = new Set(
  [
    // Where it is from, and what it is stored in.
    "_name_or_path name_or_path architectures model_type auto_map _commit_hash base_model",
    "transformers_version _from_model_config is_llama_config torch_dtype dtype use_bfloat16",
    "quantization_config compression_config unsloth_version unsloth_fixed transformers.js_config",
    // How it was trained.
    "initializer_range initializer_cutoff_factor pretraining_tp gradient_checkpointing",
    "attention_dropout hidden_dropout dropout attn_pdrop resid_pdrop embd_pdrop resid_dropout",
    "attention_probs_dropout_prob hidden_dropout_prob embedding_dropout ffn_dropout classifier_dropout neftune_noise_alpha router_aux_loss_coef",
    "router_z_loss_coef router_jitter_noise output_router_logits",
    // Written by some exporters and read by no version of transformers.
    "interpolate_factor full_attn_mod",
    // How it is run.
    "use_cache cache_implementation _attn_implementation attn_implementation use_flash_attn",
    "_flash_attn_2_enabled _attn_implementation_internal _attn_implementation_autoset use_flash_attention",
    "use_flash_attention_2 context_window_size prefill_chunk_size tensor_parallel_shards",
    "max_batch_size max_sequence_length model_max_length max_seq_len num_logits_to_keep",
    "tokenizer_model_max_length chunk_size_feed_forward torchscript return_dict use_return_dict",
    "output_attentions output_hidden_states output_scores return_dict_in_generate",
    "keys_to_ignore_at_inference pruned_heads tf_legacy_loss",
    // Tokens with a meaning, and other tasks than the next token.
    "pad_token_id sep_token_id cls_token_id mask_token_id unk_token_id decoder_start_token_id",
    "forced_bos_token_id forced_eos_token_id suppress_tokens begin_suppress_tokens bad_words_ids",
    "tokenizer_class prefix task_specific_params problem_type id2label label2id num_labels",
    "finetuning_task loss_type summary_type image_token_id image_token_index",
    // How text is drawn from it.
    "max_length min_length max_new_tokens do_sample early_stopping num_beams num_beam_groups",
    "num_return_sequences diversity_penalty length_penalty repetition_penalty temperature top_k",
    "top_p typical_p no_repeat_ngram_size encoder_no_repeat_ngram_size",
    "exponential_decay_length_penalty remove_invalid_values",
  ].flatMap((line) => line.split(" ")),
);

/**
 * Refuses a key that might change the network: one that is neither the family's nor known to be harmless. One that is
 * null or false asks for nothing.
 *
 * @param known the family's keys
 * @throws CheckpointError with the name of the key.
 */
export function refuseUnknown(fields: Fields, family: string, known: ReadonlySet<string>): void {
  for (const key of fields.keys()) {
    const value = fields.get(key);
    if (known.has(key) || harmless.has(key) || value === undefined || value === false) continue;
    fields.refuse(key, `it is no known key of ${family}, and might change the network`);
  }
}
