import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { accumulate } from "../../../hdl/accumulate.ts";
import { CostError } from "../../../src/cost/error.ts";
import { synthesize, verilogOf } from "../../../src/cost/index.ts";
import { genericLiberty } from "../../../src/cost/technology/generic.ts";

const folder = mkdtempSync(join(tmpdir(), "rf8-liberty-"));
beforeAll(() => void vi.stubEnv("XDG_CACHE_HOME", folder));
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const design = verilogOf(accumulate({ accumulator: 8 }));
const generic = genericLiberty();

async function synthesized(text: string): Promise<string | unknown> {
  const file = join(folder, "own.lib");
  writeFileSync(file, text);
  try {
    const { area_ge, paths, cells } = await synthesize(design, { liberty: file });
    return { area_ge, paths, cells };
  } catch (error) {
    if (error instanceof CostError) return error.message;
    throw error;
  }
}

const unused = (body: string): string => generic.replace(/\}\s*$/, `${body}\n}\n`);
test("the same library in other words gives the same circuit", async () => {
  const expected = await synthesized(generic);
  expect(expected).toHaveProperty("area_ge");
  for (const [what, text] of [
    ["clock in parentheses", generic.replaceAll('clocked_on : "CK"', "clocked_on : (CK)")],
    ["clock without quotes", generic.replaceAll('clocked_on : "CK"', "clocked_on : CK")],
    ["state without quotes", generic.replaceAll('next_state : "D"', "next_state : (D)")],
    ["CRLF", generic.replaceAll("\n", "\r\n")],
    ["continued lines", generic.replaceAll('"), ("', '"), \\\n ("').replaceAll(";\n", "; \\\n")],
    ["capitals", generic.replaceAll("timing_type", "TIMING_TYPE").replaceAll("cell (", "CELL (")],
    ["without senses", generic.replaceAll(/ *timing_sense : "\w+";\n/g, "")],
    [
      "an unused cell without an area",
      unused(`cell (BIG) { dont_use : true; pin (A[3:0]) { direction : input; } }`),
    ],
    [
      "a cheap cell that must not be used",
      unused(`cell (FREE) { area : 0.01; dont_use : true;
      pin (A, B) { direction : input; capacitance : 0.01; }
      pin (Y) { direction : output; function : "!(A&B)"; timing () { related_pin : "A B"; timing_sense : negative_unate;
        cell_rise (scalar) { values ("0"); } cell_fall (scalar) { values ("0"); } rise_transition (scalar) { values ("0"); } fall_transition (scalar) { values ("0"); } } } }`),
    ],
    [
      "flip-flops of several bits",
      unused(`cell (BANK) { area : 9; ff_bank (IQ, IQN, 2) { clocked_on : "CK"; next_state : "D"; }
      pin (CK) { direction : input; clock : true; } bundle (D) { members (D0, D1); direction : input; }
      bundle (Q) { members (Q0, Q1); direction : output; function : "IQ"; } }`),
    ],
    [
      "a gated clock",
      unused(`cell (GATE) { area : 9; clock_gating_integrated_cell : "latch_posedge";
      statetable ("CK E", "IQ") { table : "L L : - : L, L H : - : H, H - : - : N"; }
      pin (CK) { direction : input; clock : true; } pin (E) { direction : input; }
      pin (G) { direction : output; state_function : "CK * IQ"; } }`),
    ],
    [
      "a memory",
      unused(`type (w) { base_type : array; data_type : bit; bit_width : 4; bit_from : 3; bit_to : 0; }
      cell (RAM) { area : 99; memory () { type : ram; address_width : 1; word_width : 4; }
      pin (CK) { direction : input; } bus (D) { bus_type : w; direction : input; memory_write () { address : A; clocked_on : CK; } }
      bus (Q) { bus_type : w; direction : output; memory_read () { address : A; } } }`),
    ],
    [
      "power",
      unused(`power_lut_template (p) { variable_1 : input_transition_time; index_1 ("0, 1"); }`),
    ],
  ] as const) {
    expect([what, await synthesized(text)]).toEqual([what, expected]);
  }
});

test("a library in several files, one of them packed, is the whole library", async () => {
  const [whole, gates, flops] = ["whole.lib", "gates.lib", "flops.lib.gz"].map((name) =>
    join(folder, name),
  );
  const state = generic.indexOf("  cell (DFF_X1)");
  const head = generic.slice(0, generic.indexOf("  cell ("));
  writeFileSync(whole!, generic);
  writeFileSync(gates!, `${generic.slice(0, state)}}\n`);
  // Its own template of the same name, with other points: each file's tables go by its own.
  const other = head.replace('index_2 ("0, 1, 4, 16, 64")', 'index_2 ("0, 1, 4, 16, 128")');
  writeFileSync(flops!, gzipSync(other + generic.slice(state)));
  const { library: _, ...expected } = await synthesize(design, { liberty: whole! });
  const { library, ...found } = await synthesize(design, { liberty: [gates!, flops!] });
  expect(found.cells).toEqual(expected.cells);
  expect(found.area_ge).toBe(expected.area_ge);
  expect(library.file).toBe(`${gates}, ${flops}`);
  await expect(synthesize(design, { liberty: [gates!, whole!] })).rejects.toThrow(
    /whole\.lib:\d+: cell INV_X1: it has been described before, at .*gates\.lib:\d+;/,
  );
});

test("a library without a flip-flop for the circuit is said in one line", async () => {
  const said = await synthesized(`${generic.slice(0, generic.indexOf("  cell (DFF_X1)"))}}\n`);
  expect(said).toMatch(
    /own\.lib: the library has no flip-flop that accumulate needs: D flip-flops/,
  );
});
