import { type CoreProgram, tinyProgram } from "../accelerator/core/index.ts";
import { parameterFlags } from "./circuit-options.ts";
import { UsageError } from "./errors.ts";

/** It runs a program, so its parameters follow from a network: a small one here, one's own in rf8 compile --verilog. */
export const DECODER_CORE = "decoder_core";

/**
 * The program of a small network for the circuit parameters among a command's flags.
 *
 * @throws UsageError for parameters that follow from the network, and values that are not accepted.
 */
export function smallProgram(flags: Readonly<Record<string, unknown>>): CoreProgram {
  const { activation = "int16", lanes = "16", ...others } = parameterFlags(flags);
  const [unused] = Object.keys(others);
  if (unused !== undefined)
    throw new UsageError(
      `--${unused} is no parameter of ${DECODER_CORE}, which has --activation, --lanes; the others follow from its network (rf8 compile --verilog)`,
    );
  if (activation !== "int8" && activation !== "int16")
    throw new UsageError(`--activation ${activation}: it must be int8 or int16`);
  if (!["8", "16", "32", "64"].includes(String(lanes)))
    throw new UsageError(`--lanes ${lanes}: it must be 8, 16, 32 or 64`);
  return tinyProgram(activation, Number(lanes));
}
