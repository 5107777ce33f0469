import type { Files } from "./files.ts";
import { type Message, messagesIn } from "./messages.ts";
import { runVerilator } from "./run.ts";

/** What `lint` found. */
export interface LintResult {
  /** Verilator found nothing to say. */
  readonly clean: boolean;
  readonly messages: readonly Message[];
  /** All that Verilator printed, with excerpts of the source. */
  readonly log: string;
}

/**
 * Verilator's opinion of a design: `verilator --lint-only -Wall`.
 *
 * @param files the design's Verilog by relative path.
 * @param options.top the name of the top module.
 * @throws VerilatorError when Verilator ends abnormally.
 * @example
 * const { messages } = await lint({ "inverter.v": text }, { top: "inverter" });
 */
export async function lint(files: Files, options: { readonly top: string }): Promise<LintResult> {
  const args = ["--lint-only", "-Wall", "--top-module", options.top, ...Object.keys(files)];
  const { code, stdout, stderr } = await runVerilator(args, files);
  const log = stdout + stderr;
  return { clean: code === 0 && log.trim() === "", messages: messagesIn(log), log };
}
