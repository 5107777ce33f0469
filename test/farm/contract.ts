import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { decode } from "../../src/farm/encoding.ts";
import { digest, type Farm, type Kind, maxDeaths, pieceOf } from "../../src/farm/index.ts";
import { kinds } from "./kinds.js";

/** Begins what a back end needs and gives farms on it, two of which are two submitters. */
export interface Place {
  /** Called in each test, so that it can be left out. */
  open(): Promise<Farm>;
}

let next = 0;
/** A number that no test has used, so that no piece is like another's. */
const fresh = (): number => Date.now() * 1000 + next++;

/**
 * What every back end does.
 *
 * @param jobs pieces at once.
 * @param isOrdered whether they are begun in the order of submission; who deals several at once mixes them.
 */
export function farmContract(
  name: string,
  { open }: Place,
  jobs: number,
  { isOrdered = true }: { readonly isOrdered?: boolean } = {},
): void {
  describe(`the contract of a farm: ${name}`, () => {
    const farms: Farm[] = [];
    const folders: string[] = [];
    afterEach(async () => {
      for (const farm of farms.splice(0)) await farm.close();
      for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
    });
    const opened = async (): Promise<Farm> => {
      const farm = await open();
      farms.push(farm);
      return farm;
    };
    const file = (): string => {
      const folder = mkdtempSync(join(tmpdir(), "rf8-farm-"));
      folders.push(folder);
      return join(folder, "told");
    };
    const done = async <I>(farm: Farm, kind: Kind<I, unknown>, input: I) => {
      const piece = pieceOf(kind, input);
      await farm.submit(piece, new Map());
      return farm.result(piece.id);
    };

    test("a piece has its result, bigints among them, and the seconds that it took", async () => {
      const farm = await opened();
      const outcome = await done(farm, kinds.square, BigInt(fresh()) ** 3n);
      if (outcome.state !== "done") throw new Error(JSON.stringify(outcome));
      expect(String(decode(outcome.result))).toMatch(/^\d+$/);
      expect(outcome.seconds).toBeGreaterThanOrEqual(0);
    });

    test("results belong to their pieces, whichever comes first", async () => {
      const farm = await opened();
      const values = [150, 0, 60, 30].map((ms) => ({ ms, value: fresh() }));
      const outcomes = await Promise.all(values.map((value) => done(farm, kinds.slow, value)));
      const found = outcomes.map((it) => it.state === "done" && decode(it.result));
      expect(found).toEqual(values.map(({ value }) => value));
    });

    test("a piece that is there already is joined, not done again", async () => {
      const farm = await opened();
      const input = { file: file(), word: "begun", ms: 300 };
      const both = await Promise.all([1, 2].map(() => done(farm, kinds.told, input)));
      expect(both.map(({ state }) => state)).toEqual(["done", "done"]);
      expect(readFileSync(input.file, "utf8")).toBe("begun\n");
    });

    test.runIf(isOrdered)("pieces are begun in the order of submission", async () => {
      const farm = await opened();
      const into = file();
      const words = Array.from({ length: 4 * jobs }, (_, i) => String(i));
      const pieces = words.map((word) => pieceOf(kinds.told, { file: into, word, ms: 20 }));
      for (const piece of pieces) await farm.submit(piece, new Map());
      await Promise.all(pieces.map(({ id }) => farm.result(id)));
      const begun = readFileSync(into, "utf8").trim().split("\n");
      // Pieces begun at once may tell it in any order.
      for (const [at, word] of begun.entries())
        expect(Math.abs(at - Number(word))).toBeLessThanOrEqual(2 * jobs);
      expect(begun.toSorted((a, b) => Number(a) - Number(b))).toEqual(words);
    });

    test("files come with their pieces", async () => {
      const farm = await opened();
      const bytes = new Uint8Array(300_000).map((_, i) => (i * 7) % 251);
      const sum = digest(bytes);
      const piece = pieceOf(kinds.sizes, fresh(), [sum]);
      await farm.submit(piece, new Map([[sum, bytes]]));
      expect(await farm.result(piece.id)).toMatchObject({
        state: "done",
        result: JSON.stringify([[sum, bytes.length]]),
      });
    });

    test("an input without a result is told in words, and a defect with its stack", async () => {
      const farm = await opened();
      const refused = await done(farm, kinds.refuse, `no ${fresh()}`);
      expect(refused).toMatchObject({ state: "failed", isDefect: false });
      expect(refused.state === "failed" && refused.message).toMatch(/^no \d+$/);
      const defect = await done(farm, kinds.defect, `broken ${fresh()}`);
      expect(defect).toMatchObject({ state: "failed", isDefect: true });
      expect(defect.state === "failed" && defect.message).toMatch(
        /TypeError: broken[\s\S]*kinds\.js/,
      );
    });

    test("work of another version is refused", async () => {
      const farm = await opened();
      const piece = pieceOf(kinds.square, fresh());
      const other = { ...piece, id: digest("another program").slice(0, 32) };
      await farm.submit(other, new Map());
      expect(await farm.result(other.id)).toMatchObject({
        state: "failed",
        message: expect.stringContaining("another version of rf8"),
      });
    });

    test("a piece that workers die on is poisoned, and the others are done", async () => {
      const farm = await opened();
      const [poisoned, ...others] = await Promise.all([
        done(farm, kinds.die, fresh()),
        ...[1, 2, 3, 4].map(() => done(farm, kinds.slow, { ms: 5, value: fresh() })),
      ]);
      expect(poisoned).toMatchObject({ state: "poisoned", deaths: maxDeaths });
      expect(others.map(({ state }) => state)).toEqual(others.map(() => "done"));
    });

    test("what is taken back is cancelled, and the farm goes on", async () => {
      const farm = await opened();
      const values = Array.from({ length: 3 * jobs }, () => ({ ms: 700, value: fresh() }));
      const results = values.map((value) => done(farm, kinds.slow, value));
      // Once they are on the way.
      await new Promise((resolve) => setTimeout(resolve, 300));
      await farm.cancel();
      const outcomes = await Promise.all(results);
      expect(outcomes.map(({ state }) => state)).toEqual(outcomes.map(() => "cancelled"));
      expect(await done(farm, kinds.square, fresh())).toMatchObject({ state: "done" });
    });

    test("it says how many pieces it does at once", async () => {
      const farm = await opened();
      await done(farm, kinds.square, fresh());
      expect(await farm.capacity()).toBe(jobs);
    });

    test("it is closed with work unfinished, and twice", async () => {
      const farm = await opened();
      const piece = pieceOf(kinds.slow, { ms: 20_000, value: fresh() });
      await farm.submit(piece, new Map());
      const result = farm.result(piece.id);
      await farm.close();
      expect(await result).toEqual({ state: "cancelled" });
      await farm.close();
    });
  });
}
