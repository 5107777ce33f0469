import { type Bool, register, type Target, uint, when } from "@chisel-ts/core";

/** Steps of an operation on 16 bits. */
const steps = 16;

/** An operation that begins at `start`, then takes a step in each of 16 cycles, and is `busy` meanwhile. */
export function bitSerial(
  { start, busy }: { readonly start: Bool; readonly busy: Target<Bool> },
  { begin, step }: { begin(): void; step(): void },
): void {
  const left = register("left", uint(5), { reset: 0 });
  const isRunning = left.orReduce();
  when(start, () => {
    left.set(steps);
    begin();
  }).elsewhen(isRunning, () => {
    left.set(left.subWrap(1));
    step();
  });
  busy.set(isRunning);
}
