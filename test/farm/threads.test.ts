import { expect, test } from "vitest";
import { pieceOf, threads } from "../../src/farm/index.ts";
import { farmContract } from "./contract.ts";
import { kinds } from "./kinds.js";

const program = new URL("./thread.js", import.meta.url);

farmContract("threads", { open: async () => threads(program, 2) }, 2);

test("the work runs in threads of this process", async () => {
  const farm = threads(program, 1);
  const piece = pieceOf(kinds.where, 0);
  await farm.submit(piece, new Map());
  const outcome = await farm.result(piece.id);
  await farm.close();
  expect(outcome).toMatchObject({
    result: JSON.stringify({ pid: process.pid, isMainThread: false }),
  });
});
