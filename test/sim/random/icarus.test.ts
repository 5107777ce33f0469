import { test } from "vitest";
import { engines } from "../../../sim/index.ts";
import { compareBlock } from "./compare.ts";
import { useOwnCache } from "./own-cache.ts";
import { blocks, patience, share } from "./share.ts";

useOwnCache();

test.each(blocks(share.icarus, 50))(
  "icarus as interpreted, $title",
  ({ seed, count }) => {
    compareBlock(engines.icarus, seed, count);
  },
  patience,
);
