import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env, execPath } from "node:process";
import { median } from "simple-statistics";

/** How long one waits for an answer after changing a circuit. */
export interface EditRow {
  readonly circuit: string;
  readonly engine: string;
  /** All weight codes with all int8 activations. */
  readonly vectors: number;
  /** From saving the changed source to the exit of the process that tested it; the median run. */
  readonly edit_to_verdict_s: number;
  readonly ratio_to_verilator: number;
}

const RUNS = 3;
const VECTORS = 65_536;

/** A user's file: a circuit, with an edit that the emitted Verilog shows, and its exhaustive test. */
const source = (edit: number, engine: string): string => `
import { engines, input, instance, module, output, product, references, sint, uint }
  from ${JSON.stringify(new URL("../src/index.js", import.meta.url).href)};
const edited = module(
  { name: "edited", ports: { weight: input(uint(8)), activation: input(sint(8)), product: output(sint(28)) } },
  (io) => {
    const { product: exact } = instance("unit", product({}), { weight: io.weight, activation: io.activation });
    io.product.set(exact.addWrap(${edit}).subWrap(${edit}));
  },
);
const weight = Uint8Array.from({ length: ${VECTORS} }, (_, i) => i >> 8);
const activation = Int8Array.from({ length: ${VECTORS} }, (_, i) => i);
const expected = references.product({ activation: "int8" })({ weight, activation }, ${VECTORS}).product;
const found = engines.${engine}.open(edited).batch({ weight, activation }, ${VECTORS}).product;
process.exit(found.every((value, i) => value === Number(expected[i])) ? 0 : 1);
`;

/**
 * Saves a changed circuit and tests it exhaustively in a fresh process, as one does while designing; every
 * edit is new to the build cache.
 *
 * @param verilator a path, or `native` for the one on the PATH.
 * @throws Error when a run fails, with what it printed.
 */
export function benchEdit(
  onStep: (done: number, total: number, label: string) => void,
  verilator = "native",
): EditRow[] {
  const folder = mkdtempSync(join(tmpdir(), "rf8-edit-"));
  const engines = ["verilator", "wasm"];
  const times = new Map(engines.map((engine) => [engine, [] as number[]]));
  try {
    for (let run = 0; run < RUNS; run++) {
      engines.forEach((engine, index) => {
        onStep(run * engines.length + index, RUNS * engines.length, engine);
        const file = join(folder, "edited.mjs");
        const started = performance.now();
        writeFileSync(file, source(run + 1, engine));
        const { status, stderr } = spawnSync(execPath, [file], {
          env: { ...env, XDG_CACHE_HOME: folder, RF8_VERILATOR: verilator },
          encoding: "utf8",
        });
        if (status !== 0) throw new Error(`the test on ${engine} failed: ${stderr}`);
        times.get(engine)?.push((performance.now() - started) / 1000);
      });
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  const typical = (engine: string): number => median(times.get(engine) ?? []);
  return engines.map((engine) => ({
    circuit: "product, edited",
    engine,
    vectors: VECTORS,
    edit_to_verdict_s: typical(engine),
    ratio_to_verilator: typical(engine) / typical("verilator"),
  }));
}
