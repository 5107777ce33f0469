import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import {
  type Farm,
  type Kind,
  type Outcome,
  perform,
  pieceOf,
  versionOf,
  WorkCancelled,
  work,
} from "../../src/farm/index.ts";

let cache = "";
beforeAll(() => {
  cache = mkdtempSync(join(tmpdir(), "rf8-cache-"));
  vi.stubEnv("XDG_CACHE_HOME", cache);
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(cache, { recursive: true });
});

const kind = (depends: string, more: Partial<Kind<number, bigint>> = {}): Kind<number, bigint> => ({
  name: "cube",
  depends: () => [depends],
  run: async (n) => BigInt(n) ** 3n,
  expected: (n) => n,
  ...more,
});

/** Does each piece when its result is asked for, and remembers what came in which order. */
function remembering(of: Kind<number, bigint>, outcomes: Partial<Record<number, Outcome>> = {}) {
  const order: number[] = [];
  const all = new Map<string, () => Promise<Outcome>>();
  const farm: Farm = {
    async submit(piece, files) {
      const input = Number(piece.input);
      order.push(input);
      all.set(piece.id, async () => outcomes[input] ?? work({ cube: of }, piece, files));
    },
    result: (id) => all.get(id)!(),
    cancel: async () => {},
    capacity: async () => 1,
    close: async () => {},
  };
  return { farm, order };
}

test("answers stand in the order of the inputs, what takes longest is begun first, equal work is done once", async () => {
  const cube = kind("order");
  const { farm, order } = remembering(cube);
  const told: [number, number][] = [];
  const inputs = [3, 9, 1, 9, 7];
  const answers = await perform(farm, cube, inputs, {
    onDone: (...done) => told.push(done),
  });
  expect(answers.map((it) => it.state === "done" && it.result)).toEqual([
    27n,
    729n,
    1n,
    729n,
    343n,
  ]);
  expect(order).toEqual([9, 7, 3, 1]);
  expect(told.at(-1)).toEqual([4, 4]);
});

test("what was done before is not done again, with the same seconds; a change of what it depends on asks anew", async () => {
  const inputs = [11, 12];
  const first = remembering(kind("kept"));
  const answers = await perform(first.farm, kind("kept"), inputs);
  const second = remembering(kind("kept"));
  expect(await perform(second.farm, kind("kept"), inputs)).toEqual(answers);
  expect(second.order).toEqual([]);
  const third = remembering(kind("changed"));
  await perform(third.farm, kind("changed"), inputs);
  expect(third.order).toEqual([12, 11]);
});

test("a result that another machine may not find is not kept", async () => {
  const fleeting = kind("fleeting", { isLasting: (result) => result > 8n });
  await perform(remembering(fleeting).farm, fleeting, [2, 3]);
  const again = remembering(fleeting);
  await perform(again.farm, fleeting, [2, 3]);
  expect(again.order).toEqual([2]);
});

test("a poisoned piece is answered with its input, and the rest is done", async () => {
  const cube = kind("poison");
  const poisoned = { state: "poisoned", deaths: 3, reason: "it ended" } as const;
  const { farm } = remembering(cube, { 5: poisoned });
  const answers = await perform(farm, cube, [4, 5, 6]);
  expect(answers.map(({ state }) => state)).toEqual(["done", "poisoned", "done"]);
  expect(answers[1]).toEqual({ ...poisoned, piece: pieceOf(cube, 5) });
});

test("work that is taken back says how far it came", async () => {
  const cube = kind("back");
  const { farm } = remembering(cube, { 1: { state: "cancelled" } });
  const cancelled = perform(farm, cube, [1, 2, 3]);
  await expect(cancelled).rejects.toThrow(WorkCancelled);
  await expect(cancelled).rejects.toThrow(/stopped after \d of 3 pieces/);
});

test("an id is of all that a result depends on", () => {
  const ids = [
    pieceOf(kind("a"), 1),
    pieceOf(kind("b"), 1),
    pieceOf(kind("a"), 2),
    pieceOf(kind("a", { name: "other" }), 1),
    pieceOf(kind("a"), 1, ["of a file"]),
  ].map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(pieceOf(kind("a"), 1).id).toBe(ids[0]);
  expect(versionOf({ cube: kind("a") })).not.toBe(versionOf({ cube: kind("b") }));
});

test("a piece from outside is done only where its id is the hash of the rest", async () => {
  const cube = kind("outside");
  const piece = pieceOf(cube, 3);
  expect(await work({ cube }, piece, new Map())).toMatchObject({ state: "done" });
  for (const forged of [
    { ...piece, input: "4" },
    { ...piece, kind: "toString" },
    { ...piece, files: ["of a file"] },
  ]) {
    expect(await work({ cube }, forged, new Map())).toMatchObject({
      state: "failed",
      message: expect.stringContaining("another version"),
    });
  }
});
