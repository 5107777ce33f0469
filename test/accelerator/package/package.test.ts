import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Module } from "@chisel-ts/core";
import { expect, test } from "vitest";
import { accelerator } from "../../../hdl/accelerator/accelerator.ts";
import type { AcceleratorParameters } from "../../../hdl/accelerator/parameters.ts";
import { catalogue } from "../../../hdl/catalogue.ts";
import { axiWrapper } from "../../../src/accelerator/package/axi.ts";
import { type PackageOptions, packageOf } from "../../../src/accelerator/package/index.ts";
import { plainPorts, type TopPort } from "../../../src/accelerator/package/ports.ts";
import { arrayResults } from "../../../src/model/index.ts";
import { scratchFolder } from "../../checkpoint/files.ts";
import { needs } from "../../support/native.ts";
import { type Mistake, planted } from "../../support/planted.ts";

const root = scratchFolder();

const written = (given: Partial<AcceleratorParameters>, options: PackageOptions = {}): string =>
  writtenOf(accelerator(given), options);

function writtenOf(module: Module, options: PackageOptions = {}): string {
  const folder = mkdtempSync(join(root, "accelerator-"));
  const { design, around } = packageOf(module, options);
  for (const { name, text } of [...design.files, ...around])
    writeFileSync(join(folder, name), text);
  return folder;
}

const make = (folder: string, target: "icarus" | "verilator") => {
  needs("make", target === "icarus" ? "iverilog" : "verilator");
  return spawnSync("make", ["-C", folder, target], { encoding: "utf8" });
};

test.each([
  [{ bits: 6, rows: 2, lanes: 4, terms: 64 }],
  [{ bits: 5, palette: "3b3d3f474f575f", rows: 1, lanes: 8, terms: 64 }],
  [{ lanes: 4, rows: 2, terms: 64 }],
  [{ activation: "int16", lanes: 3, rows: 1, terms: 7, pipeline: 0 }],
  [{ activation: "int16", lanes: 8, rows: 3, terms: 100, pipeline: 3 }],
] as const)("the testbench of %j passes in Icarus", (given) => {
  const { status, stdout } = make(written(given), "icarus");
  expect(stdout).toMatch(/\d+ results checked, 0 errors\nPASS/);
  expect(status).toBe(0);
});

test("and in Verilator, without a warning", () => {
  const { status, stdout, stderr } = make(written({ lanes: 4, rows: 2, terms: 64 }), "verilator");
  expect(stderr).toBe("");
  expect(stdout).toMatch(/\d+ results checked, 0 errors\nPASS/);
  expect(status).toBe(0);
});

const small = { lanes: 4, rows: 2, terms: 64 };
const swapped: Mistake = { mutant: "result: branches swapped", line: "io.requantize" };

test.each<[string, Mistake]>([
  ["the requantizer", swapped],
  ["the controller", { mutant: "equal: inverted", line: "const is", place: 0 }],
  ["the product", { mutant: "upper: subtract for add" }],
  ["the register map", { mutant: "the literal 5: one more", line: "write.word.eq" }],
  ["the bus", { mutant: "write_error: stuck at 1" }],
])("it fails where %s is wrong", (_, mistake) => {
  const { status, stdout } = make(writtenOf(planted(accelerator(small), mistake)), "icarus");
  expect(stdout).toContain("FAIL");
  expect(status).not.toBe(0);
});

test.each(["icarus", "verilator"] as const)("in %s, with AXI ports and a prefix too", (target) => {
  const folder = written({ lanes: 4, rows: 2, terms: 64 }, { ports: "axi", prefix: "acme_" });
  const { status, stdout, stderr } = make(folder, target);
  if (target === "verilator") expect(stderr).toBe("");
  expect(stdout).toMatch(/\d+ results checked, 0 errors\nPASS/);
  expect(status).toBe(0);
});

test("a testbench that fails ends in an exit status other than 0 without the Makefile too", () => {
  needs("iverilog", "verilator");
  const folder = writtenOf(planted(accelerator(small), swapped));
  const run = (command: string, ...args: string[]) =>
    spawnSync(command, args, { cwd: folder, encoding: "utf8" });
  const sources = readdirSync(folder).filter((name) => name.endsWith(".v"));
  expect(run("iverilog", "-g2005", "-s", "accelerator_tb", "-o", "tb.vvp", ...sources).status).toBe(
    0,
  );
  const icarus = run("vvp", "-n", "tb.vvp");
  expect(icarus.stdout).toContain("FAIL");
  expect(icarus.status).not.toBe(0);
  const flags = ["--binary", "--timing", "--top-module", "accelerator_tb", "--Mdir", "obj"];
  const built = run("verilator", ...flags, ...sources);
  expect(built.stderr).toBe("");
  const verilator = run("./obj/Vaccelerator_tb");
  expect(verilator.stdout).toContain("FAIL");
  expect(verilator.status).not.toBe(0);
});

const circuits = catalogue.flatMap((entry) => [
  { name: entry.name, entry, options: {} as PackageOptions },
  ...(["product", "array"].includes(entry.name)
    ? [{ name: `${entry.name}, prefix`, entry, options: { prefix: "acme_" } as PackageOptions }]
    : []),
  ...(["accelerator", "array"].includes(entry.name)
    ? [{ name: `${entry.name}, AXI ports`, entry, options: { ports: "axi" } as PackageOptions }]
    : []),
]);

test.each(circuits)(
  "$name as top: clean in Verilator and Icarus, ASCII, in its core file",
  ({ entry, options }) => {
    needs("iverilog", "verilator");
    const folder = mkdtempSync(join(root, "circuit-"));
    const { design, around, top } = packageOf(entry.build({}), options);
    const files = [...design.files, ...around];
    for (const { name, text } of files) {
      expect(text, name).toMatch(/^[\x20-\x7e\n\t]*$/);
      writeFileSync(join(folder, name), text);
    }
    const sources = files.map(({ name }) => name).filter((name) => name.endsWith(".v"));
    const run = (command: string, ...args: string[]) => {
      const { status, stdout, stderr } = spawnSync(command, [...args, ...sources], {
        cwd: folder,
        encoding: "utf8",
      });
      expect(`${stdout}${stderr}`, command).toBe("");
      expect(status).toBe(0);
    };
    run("verilator", "--lint-only", "-Wall", "--top-module", top);
    run("verilator", "--cc", "--top-module", top, "--Mdir", "obj");
    for (const generation of ["2001", "2005-sv", "2012"])
      run("iverilog", `-g${generation}`, "-s", top, "-o", "out.vvp");
    const core = files.find(({ name }) => name === `${top}.core`)!.text;
    expect(core.startsWith("CAPI=2:\n")).toBe(true);
    for (const name of sources) expect(core).toContain(name);
    expect(core).toContain(`toplevel: ${top}\n`);
    const { prefix } = options;
    if (prefix) for (const name of sources) expect(name.startsWith(prefix), name).toBe(true);
  },
);

test("the AXI wrapper has what IP-XACT needs", () => {
  const { around } = packageOf(accelerator({ lanes: 4, rows: 2 }), { ports: "axi" });
  const { text } = around.find(({ name }) => name === "accelerator_axi.v")!;
  for (const port of [
    ...["input wire aclk", "input wire aresetn", "input wire [2:0] s_axi_awprot"],
    ...["input wire [2:0] s_axi_arprot", "input wire [31:0] s_axis_activation_tdata"],
    ...["input wire [63:0] s_axis_weight_tdata", "output wire [127:0] m_axis_result_tdata"],
    ...["output wire [15:0] m_axis_result_tkeep", "output wire irq"],
  ])
    expect(text).toContain(port);
  expect(text).toContain("ASSOCIATED_BUSIF s_axi:s_axis_activation:s_axis_weight:m_axis_result");
  expect(text.match(/X_INTERFACE_INFO/g)!.length).toBeGreaterThan(30);
});

const liberty = `library (t) { delay_model : table_lookup; time_unit : "1ns"; capacitive_load_unit (1, pf);
  input_threshold_pct_rise : 50; output_threshold_pct_rise : 50; input_threshold_pct_fall : 50;
  output_threshold_pct_fall : 50; slew_lower_threshold_pct_rise : 20; slew_upper_threshold_pct_rise : 80;
  slew_lower_threshold_pct_fall : 20; slew_upper_threshold_pct_fall : 80; default_max_transition : 1;
  cell (BUF) { area : 1; pin (A) { direction : input; capacitance : 0.01; }
    pin (Y) { direction : output; function : "A"; timing () { related_pin : "A";
      cell_rise (scalar) { values ("0.1"); } cell_fall (scalar) { values ("0.1"); }
      rise_transition (scalar) { values ("0.1"); } fall_transition (scalar) { values ("0.1"); } } } } }
`;

test.each([
  ["accelerator", {}, "result_tready", "result_tdata[0]"],
  ["accelerator", { ports: "axi" }, "s_axis_weight_tdata[7]", "m_axis_result_tlast"],
  ["array", {}, "weight_tdata_0[7]", "busy"],
] as const)(
  "OpenSTA reads the constraints of %s %j: every port but the clock has a delay",
  (name, options, from, to) => {
    needs("sta");
    const folder = mkdtempSync(join(root, "sdc-"));
    const entry = catalogue.find((core) => core.name === name)!;
    const circuit = entry.build({});
    const { around, top } = packageOf(circuit, options);
    const sdc = around.find((file) => file.name === `${top}.sdc`)!.text;
    const ports: readonly TopPort[] =
      "ports" in options ? axiWrapper(circuit, "x", top).ports : plainPorts(circuit);
    const named = (direction: string) => ports.filter((port) => port.direction === direction);
    const declared = ports.map(
      ({ direction, name: port, width }) =>
        `  ${direction} ${width > 1 ? `[${width - 1}:0] ` : ""}${port};`,
    );
    const netlist = `module ${top} (${ports.map((port) => port.name).join(", ")});
${declared.join("\n")}
  BUF b(.A(${from}), .Y(${to}));
endmodule
`;
    writeFileSync(join(folder, "t.lib"), liberty);
    writeFileSync(join(folder, "t.v"), netlist);
    writeFileSync(join(folder, "t.sdc"), sdc);
    writeFileSync(
      join(folder, "t.tcl"),
      `read_liberty t.lib
read_verilog t.v
link_design ${top}
read_sdc t.sdc
report_checks -path_delay max
write_sdc out.sdc
`,
    );
    const { stdout, stderr } = spawnSync("sta", ["-exit", "-no_splash", "t.tcl"], {
      cwd: folder,
      encoding: "utf8",
    });
    expect(`${stdout}${stderr}`).not.toMatch(/error|warning/i);
    expect(stdout).toMatch(/2\.00 +2\.00 \S input external delay/);
    expect(stdout).toMatch(/5\.90 +slack/);
    const written = readFileSync(join(folder, "out.sdc"), "utf8");
    const bits = (list: readonly TopPort[]) => list.reduce((sum, { width }) => sum + width, 0);
    expect(written.match(/^set_input_delay/gm)).toHaveLength(bits(named("input")) - 1);
    expect(written.match(/^set_output_delay/gm)).toHaveLength(bits(named("output")));
  },
);

test("the array's AXI ports in Icarus: lanes, rows and signs are where they belong", () => {
  needs("iverilog");
  const folder = mkdtempSync(join(root, "array-"));
  const entry = catalogue.find(({ name }) => name === "array")!;
  const size = { rows: 3, columns: 2 };
  const { design, around } = packageOf(entry.build({ ...size, activation: "int8" }), {
    ports: "axi",
  });
  const tile = Uint8Array.of(0x41, 0xc7, 0x12, 0x7f, 0xff, 0x05);
  const vector = Int32Array.of(-128, 127, -3);
  const { sums } = arrayResults(size, tile, vector);
  const hex = (bytes: Iterable<number>) =>
    [...bytes]
      .reverse()
      .map((byte) => (byte & 255).toString(16).padStart(2, "0"))
      .join("");
  const weights = [2, 1, 0].map((row) => `16'h${hex(tile.subarray(2 * row, 2 * row + 2))}`);
  const bench = `module bench;
  reg aclk = 0, aresetn = 0, start = 0, w_valid = 0, a_valid = 0;
  always #5 aclk = !aclk;
  reg [15:0] w_data = 0;
  wire w_ready, a_ready, valid, last;
  wire [127:0] data;
  wire [15:0] keep;
  array_axi dut(
    .aclk(aclk), .aresetn(aresetn), .start(start), .tiles(32'd1), .vectors(32'd1), .busy(),
    .s_axis_weight_tvalid(w_valid), .s_axis_weight_tready(w_ready), .s_axis_weight_tdata(w_data),
    .s_axis_weight_tkeep(2'b11), .s_axis_activation_tvalid(a_valid),
    .s_axis_activation_tready(a_ready), .s_axis_activation_tdata(24'h${hex(vector)}),
    .s_axis_activation_tkeep(3'b111), .m_axis_result_tvalid(valid), .m_axis_result_tready(1'b1),
    .m_axis_result_tdata(data), .m_axis_result_tkeep(keep), .m_axis_result_tlast(last),
    .m_axis_result_tuser()
  );
  task weight(input [15:0] codes);
    begin
      w_valid = 1;
      w_data = codes;
      while (!w_ready) @(negedge aclk);
      @(negedge aclk);
      w_valid = 0;
    end
  endtask
  initial begin
    repeat (2) @(negedge aclk);
    aresetn = 1;
    start = 1;
    @(negedge aclk) start = 0;
    a_valid = 1;
${weights.map((codes) => `    weight(${codes});`).join("\n")}
    while (!a_ready) @(negedge aclk);
    @(negedge aclk) a_valid = 0;
    while (!valid) @(negedge aclk);
    $display("%0d %0d %b %b", $signed(data[63:0]), $signed(data[127:64]), last, keep);
    $finish;
  end
endmodule
`;
  const files = [...design.files, ...around, { name: "bench.v", text: bench }];
  for (const { name, text } of files) writeFileSync(join(folder, name), text);
  const sources = files.map(({ name }) => name).filter((name) => name.endsWith(".v"));
  const run = (command: string, ...args: string[]) =>
    spawnSync(command, args, { cwd: folder, encoding: "utf8", timeout: 20_000 });
  expect(run("iverilog", "-g2005", "-s", "bench", "-o", "b.vvp", ...sources).stderr).toBe("");
  expect(run("vvp", "-n", "b.vvp").stdout.trim()).toBe(`${sums[0]} ${sums[1]} 1 ${"1".repeat(16)}`);
});
