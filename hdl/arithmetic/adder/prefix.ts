import type { SInt } from "@chisel-ts/core";
import { numberOf } from "../rows.ts";
import type { PrefixNetwork } from "./prefix-networks.ts";

/** A parallel-prefix adder: all carries at once, by a network. */
export const prefixAdder =
  (network: PrefixNetwork) =>
  (a: SInt, b: SInt): SInt => {
    const [both, either] = [a.and(b), a.xor(b)];
    const carries = network(
      Array.from({ length: a.width }, (_, index) => ({
        generate: both.bit(index),
        propagate: either.bit(index),
      })),
    );
    const carriesIn = [undefined, ...carries.map(({ generate }) => generate)];
    return either.xor(numberOf(carriesIn, a.width));
  };
