import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { smallConfig } from "../network/random-decoder.ts";
import { rf8 } from "./run.ts";

const folder = mkdtempSync(join(tmpdir(), "rf8-energies-"));
beforeAll(() => writeFileSync(join(folder, "c.json"), JSON.stringify(smallConfig)));
afterAll(() => rmSync(folder, { recursive: true }));

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null;

/** An energy: in joules or picojoules, of a bit, a MAC or an operation; `energy_to_int8` and the like are ratios. */
const isEnergy = (key: string, value: unknown): boolean =>
  (typeof value === "number" || (Array.isArray(value) && value.every(Number.isFinite))) &&
  /(^|_)(pj|j)(_|$)|^(int|fp|bf)\d+_(multiply|add)$|^sram_/.test(key);

/** Whether an object says where its energies are from, as a whole or of a sum. */
const says = (fields: Fields): boolean =>
  ["", "energy_"].some((prefix) => {
    const [source, node, voltage, kind] = ["source", "node", "voltage", "kind"].map(
      (key) => fields[prefix + key],
    );
    return (
      [source, node].every((text) => typeof text === "string" && text.length > 0) &&
      (voltage === null || typeof voltage === "number") &&
      ["measured", "table", "derived"].includes(String(kind))
    );
  });

/** Energies of a document, by path; those that neither their object nor one around it says the origin of are `silent`. */
function energiesIn(value: unknown, path = "", said = false): { all: string[]; silent: string[] } {
  const found = { all: [] as string[], silent: [] as string[] };
  if (!isFields(value)) return found;
  const here = said || says(value);
  for (const [key, inner] of Object.entries(value)) {
    const place = `${path}.${key}`;
    if (isEnergy(key, inner)) {
      found.all.push(place);
      if (!here) found.silent.push(place);
    } else {
      const { all, silent } = energiesIn(inner, place, here);
      found.all.push(...all);
      found.silent.push(...silent);
    }
  }
  return found;
}

test("the search finds an energy that says nothing", () => {
  const from = { source: "we, 2026", node: "45 nm", voltage: null, kind: "table" };
  const row = { pj_each: 1, ...from };
  expect(energiesIn({ rows: [row, { energy_j: 2 }] }).silent).toEqual([".rows.1.energy_j"]);
  expect(energiesIn({ rows: [{ pj_each: 1, ...from, kind: "guess" }] }).silent).toHaveLength(1);
});

test.each([
  [["estimate", "c.json"], "layers"],
  [["estimate", "c.json", "--wires", "2", "--node", "7nm", "--memory", "hbm2e"], "layers"],
  [["estimate", "c.json", "--format", "rf8,int8,e4m3,e5m2,int4,bf16"], "rows"],
  [["estimate", "c.json", "--sweep", "lanes=2,4,rows=1,2,batch=1,64"], "rows"],
  [["power", "mac", "--macs", "1000", "--glitches"], "by_block"],
] as const)("rf8 %j: every energy says where it is from", (args, key) => {
  const { status, stdout } = rf8(folder, ...args, "--json");
  expect(status).toBe(0);
  const document = JSON.parse(stdout);
  const { all, silent } = energiesIn(document);
  expect(all.length).toBeGreaterThan(3);
  expect(all.some((path) => path.startsWith(`.${key}`))).toBe(true);
  expect(silent).toEqual([]);
  expect(document.not_modelled.length).toBeGreaterThan(0);
});

test("rf8 compare --power, by its committed report", () => {
  const file = new URL("../../reports/power.csv", import.meta.url);
  const [head = "", ...lines] = readFileSync(file, "utf8").trim().split("\n");
  const keys = head.split(",");
  const rows = lines.map((line) => {
    const cells = [...line.matchAll(/"([^"]*)"(?:,|$)|([^,]*)(?:,|$)/g)].map(
      ([, quoted, plain = ""]) =>
        quoted ?? (plain !== "" && Number.isFinite(Number(plain)) ? Number(plain) : plain),
    );
    return Object.fromEntries(keys.map((key, index) => [key, cells[index]]));
  });
  const { all, silent } = energiesIn(rows);
  expect(all.length).toBeGreaterThanOrEqual(5 * 96);
  expect(silent).toEqual([]);
});
