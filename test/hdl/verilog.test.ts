import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { emitDesign } from "@chisel-ts/core";
import { runYosys } from "@yowasp/yosys";
import { afterAll, describe, expect, test } from "vitest";
import { catalogue } from "../../hdl/catalogue.ts";
import { mac } from "../../hdl/mac.ts";
import { combinations, describeParameters } from "./combinations.ts";

const scratch = mkdtempSync(join(tmpdir(), "rf8-verilog-"));
afterAll(() => rmSync(scratch, { recursive: true }));

/** What a tool says about a design; empty when it is clean. */
function complaints(program: string, args: readonly string[], design = emitDesign(mac())): string {
  const files = design.files.map(({ name, text }) => {
    const path = join(scratch, name);
    writeFileSync(path, text);
    return path;
  });
  const { status, stdout, stderr } = spawnSync(program, [...args, ...files], { encoding: "utf8" });
  return status === 0 ? `${stdout}${stderr}`.trim() : `exit ${status}: ${stdout}${stderr}`;
}

const golden = [
  ["mac", {}],
  ["mac", { activation: "int16", accumulator: 32, overflow: "saturate", pipeline: 3 }],
] as const;

test.each(golden)(
  "the Verilog of %s %j is the golden one, to the byte, twice",
  async (name, parameters) => {
    const entry = catalogue.find((item) => item.name === name)!;
    const emit = () => {
      const { files, manifest } = emitDesign(entry.build(parameters));
      return [...files.map((file) => file.text), `${JSON.stringify(manifest, null, 2)}\n`].join(
        "\n",
      );
    };
    const suffix = Object.values(parameters).join("-") || "default";
    await expect(emit()).toMatchFileSnapshot(`../golden/${name}-${suffix}.v`);
    expect(emit()).toBe(emit());
  },
);

describe.each(
  combinations.map((parameters) => [describeParameters(parameters), parameters] as const),
)("mac %s", (_text, parameters) => {
  const design = emitDesign(mac(parameters));

  test("is clean in verilator --lint-only -Wall", () => {
    expect(complaints("verilator", ["--lint-only", "-Wall", "--top-module", "mac"], design)).toBe(
      "",
    );
  });

  test("is clean in iverilog -g2005 -Wall", () => {
    expect(
      complaints("iverilog", ["-g2005", "-Wall", "-s", "mac", "-o", "/dev/null"], design),
    ).toBe("");
  });
});

test("yosys check -assert finds nothing in any combination", async () => {
  const files = Object.fromEntries(
    combinations.map((parameters, index) => [
      `${index}.v`,
      emitDesign(mac(parameters))
        .files.map((file) => file.text)
        .join("\n"),
    ]),
  );
  const script = Object.keys(files).map(
    (file) => `read_verilog ${file}; hierarchy -check -top mac; proc; check -assert; design -reset`,
  );
  const log: string[] = [];
  const decoder = new TextDecoder();
  await runYosys(["-p", script.join("; ")], files, {
    stdout: (bytes: Uint8Array | null) => bytes && log.push(decoder.decode(bytes)),
    stderr: (bytes: Uint8Array | null) => bytes && log.push(decoder.decode(bytes)),
  });
  const found = log.join("").match(/Found and reported \d+ problems/g);
  expect(found).toHaveLength(combinations.length);
  expect(new Set(found)).toEqual(new Set(["Found and reported 0 problems"]));
});
