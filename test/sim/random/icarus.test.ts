import { test } from "vitest";
import { useOwnCache } from "./own-cache.ts";
import { checkBlock } from "./pieces.ts";
import { blocks, patience, share } from "./share.ts";

useOwnCache();

const all = blocks(share.icarus, 50);

test.each(all)(
  "icarus as interpreted, $title",
  (block) => checkBlock("icarus", all, block),
  patience,
);
