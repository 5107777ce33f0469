import { test } from "vitest";
import { engines } from "../../../sim/index.ts";
import { compareBlock } from "./compare.ts";
import { blocks, share } from "./share.ts";

test.each(blocks(share.icarus, 50))("icarus as interpreted, $title", ({ seed, count }) => {
  compareBlock(engines.icarus, seed, count);
});
