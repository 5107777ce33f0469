import { test } from "vitest";
import { engines } from "../../../sim/index.ts";
import { compareBlock } from "./compare.ts";
import { useOwnCache } from "./own-cache.ts";
import { blocks, patience, share } from "./share.ts";

useOwnCache();

test.each(blocks(share.verilator, 50))(
  "verilator as interpreted, $title",
  ({ seed, count }) => {
    compareBlock(engines.verilator, seed, count);
  },
  patience,
);
