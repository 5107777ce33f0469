import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { type Farm, FarmError, maxDeaths, pieceOf, versionOf } from "../../src/farm/index.ts";
import { dealt, launchFarm } from "../../src/farm/launch/farm.ts";
import { farmContract } from "./contract.ts";
import { kinds } from "./kinds.js";

const folder = mkdtempSync(join(tmpdir(), "rf8 launch-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const program = fileURLToPath(new URL("./chunk.js", import.meta.url));

const open = (launch: string, jobs = 2): Farm =>
  launchFarm({
    launch,
    jobs,
    folder,
    version: versionOf(kinds),
    command: (file) => [process.execPath, program, file],
  });

farmContract("launched processes", { open: async () => open("nice -n 1 {}") }, 2, {
  isOrdered: false,
});

test("a piece that kills its process is poisoned, those beside it are done", async () => {
  const farm = open("{}", 1);
  const killer = pieceOf(kinds.kill, Date.now());
  const others = [1, 2, 3, 4].map((n) => pieceOf(kinds.slow, { ms: 20, value: Date.now() + n }));
  const all = [others[0]!, killer, ...others.slice(1)];
  for (const piece of all) await farm.submit(piece, new Map());
  const outcomes = await Promise.all(all.map(({ id }) => farm.result(id)));
  expect(outcomes[1]).toMatchObject({ state: "poisoned", deaths: maxDeaths });
  expect(outcomes.filter(({ state }) => state === "done")).toHaveLength(4);
  await farm.close();
});

test.each([
  [
    "no-such-program {}",
    /--launch no-such-program \{\}: it ended with 127 before any work was begun: .*not found/,
  ],
  ["false {}", /it ended with 1 before any work was begun$/],
])("a launch command that does not work is told: %s", async (launch, message) => {
  const farm = open(launch);
  const piece = pieceOf(kinds.square, Date.now());
  await farm.submit(piece, new Map());
  const outcome = await farm.result(piece.id);
  expect(outcome).toMatchObject({ state: "failed", isDefect: false });
  expect(outcome.state === "failed" && outcome.message).toMatch(message);
  await farm.close();
});

test("a folder that cannot be written is told, and nothing half-written is left", async () => {
  const farm = open("{}");
  const piece = pieceOf(kinds.square, Date.now());
  rmSync(join(folder, "chunks"), { recursive: true });
  writeFileSync(join(folder, "chunks"), "");
  await farm.submit(piece, new Map());
  const outcome = await farm.result(piece.id);
  expect(outcome).toMatchObject({ state: "failed", isDefect: false });
  expect(outcome.state === "failed" && outcome.message).toMatch(/chunks\/.*: ENOTDIR/);
  await farm.close();
  rmSync(join(folder, "chunks"));
});

test("a launch command says where the process stands", () => {
  expect(() => open("srun -c2")).toThrow(FarmError);
});

test("what a run has done is there for the next, and no chunk is left", async () => {
  const first = open("{}");
  const piece = pieceOf(kinds.square, Date.now());
  await first.submit(piece, new Map());
  const outcome = await first.result(piece.id);
  await first.close();
  const second = open("no-such-program {}");
  await second.submit(piece, new Map());
  expect(await second.result(piece.id)).toEqual(outcome);
  await second.close();
  expect(readdirSync(join(folder, "chunks"))).toEqual([]);
});

test("work is dealt like cards: every piece once, long ones to every process, what killed alone", () => {
  let waiting = Array.from({ length: 1000 }, (_, id) => ({ id, deaths: id === 500 ? 1 : 0 }));
  const chunks: (typeof waiting)[] = [];
  while (waiting.length > 0) {
    const { chosen, rest } = dealt(waiting, 8);
    expect(chosen.length).toBeGreaterThan(0);
    chunks.push(chosen);
    waiting = rest;
  }
  const ids = chunks.flat().map(({ id }) => id);
  expect(ids.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, id) => id));
  expect(chunks.slice(0, 8).map(([first]) => first?.id)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(chunks.find((chunk) => chunk.some(({ id }) => id === 500))).toHaveLength(1);
});
