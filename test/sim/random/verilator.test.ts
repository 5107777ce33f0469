import { test } from "vitest";
import { useOwnCache } from "./own-cache.ts";
import { checkBlock } from "./pieces.ts";
import { blocks, patience, share } from "./share.ts";

useOwnCache();

const all = blocks(share.verilator, 50);

test.each(all)(
  "verilator as interpreted, $title",
  (block) => checkBlock("verilator", all, block),
  patience,
);
