import type { ir } from "@chisel-ts/core";

/** Bits of memory in all that a proof follows, each as a register of its own. */
const maxBits = 1 << 14;

/** Why a design has more memory than the prover can follow. */
export function tooLarge(tops: readonly ir.ModuleIr[]): string | undefined {
  let bits = 0;
  for (const { module, memory } of tops.flatMap((top) => [...memoriesOf(top)])) {
    bits += memory.depth * memory.width;
    if (bits <= maxBits) continue;
    return (
      `the memory \`${memory.name}\` of \`${module.name}\` has ${memory.depth} words of ` +
      `${memory.width} bits; the prover follows every bit, of at most ${maxBits} bits in all ` +
      `(${memory.location})`
    );
  }
  return undefined;
}

/** Every memory of every instance. */
function* memoriesOf(
  module: ir.ModuleIr,
): Generator<{ readonly module: ir.ModuleIr; readonly memory: ir.Memory }> {
  for (const memory of module.memories) yield { module, memory };
  for (const instance of module.instances) yield* memoriesOf(instance.module);
}
