import { statusBit } from "../../../hdl/accelerator/registers.ts";
import type { AcceleratorCounts, AcceleratorResults } from "../../model/index.ts";
import { AcceleratorError } from "./error.ts";

/** Registers that are read after a job, in this order. */
export const READS = ["status", "cycles", "activation_wait", "weight_wait", "result_wait"] as const;

/**
 * What the registers say after a job.
 *
 * @param read a value for each of `READS`
 * @throws AcceleratorError when a counter is not as the cycle model has it, or the status is not that of a job done.
 */
export function reportedBy(
  read: ArrayLike<number>,
  counts: AcceleratorCounts,
): Pick<AcceleratorResults, "invalid" | "saturated"> {
  const found = (name: (typeof READS)[number]): number => read[READS.indexOf(name)] as number;
  for (const name of READS) {
    if (name === "status" || found(name) === counts[name]) continue;
    throw new AcceleratorError(
      `the accelerator counts ${found(name)} ${name}, its cycle model ${counts[name]}`,
    );
  }
  const status = found("status");
  const flags = (1 << statusBit.invalid) | (1 << statusBit.saturated);
  if ((status & ~flags) !== 1 << statusBit.done)
    throw new AcceleratorError(`the accelerator's status is 0x${status.toString(16)} after a job`);
  const has = (bit: keyof typeof statusBit): boolean => ((status >> statusBit[bit]) & 1) === 1;
  return { invalid: has("invalid"), saturated: has("saturated") };
}
