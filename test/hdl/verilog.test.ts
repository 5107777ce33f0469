import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { emitDesign, type Module } from "@chisel-ts/core";
import { runYosys } from "@yowasp/yosys";
import { lint } from "verilator-wasm";
import { afterAll, describe, expect, test } from "vitest";
import { catalogue } from "../../hdl/catalogue.ts";
import { mac } from "../../hdl/mac.ts";
import { systolic } from "../../hdl/systolic/systolic.ts";
import { needs } from "../support/native.ts";
import { baselineSample, combinations, describeParameters } from "./combinations.ts";
import { golden } from "./golden.ts";

const scratch = mkdtempSync(join(tmpdir(), "rf8-verilog-"));
afterAll(() => rmSync(scratch, { recursive: true }));

/** Every design that the tools read: all RF8 MACs, some of other formats, and arrays with one row, one column and several. */
const designs = [
  ...[...combinations, ...baselineSample].map(
    (p) => [`mac ${describeParameters(p)}`, mac(p)] as const,
  ),
  ...(["int8", "int16"] as const).flatMap((activation) =>
    (
      [
        [1, 1],
        [1, 3],
        [3, 1],
        [4, 5],
      ] as const
    ).map(
      ([rows, columns]) =>
        [
          `systolic --activation ${activation} --rows ${rows} --columns ${columns}`,
          systolic({ activation, rows, columns }),
        ] as const,
    ),
  ),
];

/** What a tool says about a design; empty when it is clean. */
function complaints(program: string, args: readonly string[], top: Module): string {
  const files = emitDesign(top).files.map(({ name, text }) => {
    const path = join(scratch, name);
    writeFileSync(path, text);
    return path;
  });
  const { status, stdout, stderr } = spawnSync(program, [...args, ...files], { encoding: "utf8" });
  return status === 0 ? `${stdout}${stderr}`.trim() : `exit ${status}: ${stdout}${stderr}`;
}

test.each(golden)(
  "the Verilog of %s %j is the golden one, to the byte, twice",
  async (name, parameters) => {
    const entry = catalogue.find((item) => item.name === name)!;
    const emit = () => emitDesign(entry.build(parameters));
    const suffix = Object.values(parameters).join("-") || "default";
    const text = emit()
      .files.map((file) => file.text)
      .join("\n");
    await expect(text).toMatchFileSnapshot(`../golden/${name}-${suffix}.v`);
    expect(emit()).toEqual(emit());
  },
);

describe.each(designs)("%s", (_text, top) => {
  test("is clean in verilator --lint-only -Wall", async () => {
    const files = emitDesign(top).files.map(({ name, text }) => [name, text]);
    expect((await lint(Object.fromEntries(files), { top: top.name })).log).toBe("");
  });

  test("is clean in iverilog -g2005 -Wall", () => {
    needs("iverilog");
    const args = ["-g2005", "-Wall", "-s", top.name, "-t", "null"];
    expect(complaints("iverilog", args, top)).toBe("");
  });
});

test("yosys check -assert finds nothing in any design", async () => {
  const files = Object.fromEntries(
    designs.map(([, top], index) => [
      `${index}.v`,
      emitDesign(top)
        .files.map((file) => file.text)
        .join("\n"),
    ]),
  );
  const script = designs.map(
    ([, { name }], index) =>
      `read_verilog ${index}.v; hierarchy -check -top ${name}; proc; check -assert; design -reset`,
  );
  const log: string[] = [];
  const decoder = new TextDecoder();
  await runYosys(["-p", script.join("; ")], files, {
    stdout: (bytes: Uint8Array | null) => bytes && log.push(decoder.decode(bytes)),
    stderr: (bytes: Uint8Array | null) => bytes && log.push(decoder.decode(bytes)),
  });
  const found = log.join("").match(/Found and reported \d+ problems/g);
  expect(found).toHaveLength(designs.length);
  expect(new Set(found)).toEqual(new Set(["Found and reported 0 problems"]));
});
