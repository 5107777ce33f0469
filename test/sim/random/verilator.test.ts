import { test } from "vitest";
import { engines } from "../../../sim/index.ts";
import { compareBlock } from "./compare.ts";
import { blocks, share } from "./share.ts";

test.each(blocks(share.verilator, 25))("verilator as interpreted, $title", ({ seed, count }) => {
  compareBlock(engines.verilator, seed, count);
});
