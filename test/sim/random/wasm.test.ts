import { test } from "vitest";
import { checkBlock } from "./pieces.ts";
import { blocks, patience, share } from "./share.ts";

const all = blocks(share.wasm, 100);

test.each(all)("wasm as interpreted, $title", (block) => checkBlock("wasm", all, block), patience);
