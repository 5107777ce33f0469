import { test } from "vitest";
import { engines } from "../../../sim/index.ts";
import { compareBlock } from "./compare.ts";
import { blocks, patience, share } from "./share.ts";

test.each(blocks(share.wasm, 100))(
  "wasm as interpreted, $title",
  ({ seed, count }) => {
    compareBlock(engines.wasm, seed, count);
  },
  patience,
);
