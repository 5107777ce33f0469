import { fromBits, type ir, type Module } from "@chisel-ts/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { withoutChecks } from "../../../formal/checks.ts";
import { type DisplayLine, engines } from "../../../sim/index.ts";
import { build } from "./build.ts";
import { nodesOf } from "./nodes.ts";
import { cases } from "./recipe.ts";
import { stimulusOf } from "./stimulus.ts";
import { cycles } from "./trace.ts";

const formats = ["d", "x", "b"] as const;

/** A circuit with a display of every output of the top, and of some values of every module below that has a clock. */
function withDisplays(top: Module): Module {
  const known = new Map<ir.ModuleIr, ir.ModuleIr>();
  const changed = (module: ir.ModuleIr): ir.ModuleIr => {
    const found = known.get(module);
    if (found) return found;
    const nodes = [...nodesOf(module)].filter(({ kind }) => kind !== "constant");
    const shown: readonly ir.Node[] =
      module === top
        ? module.outputs
        : nodes.filter((_, i) => i % Math.ceil(nodes.length / 3) === 0);
    const always: ir.Node = {
      kind: "constant",
      value: 1n,
      width: 1,
      location: module.location,
    };
    const displays = shown.map((node, i): ir.Display => {
      const type = { kind: i % 2 ? "sint" : "uint", width: node.width } as const;
      const enable = nodes.find(({ width }, place) => width === 1 && place % 2 === i % 2) ?? always;
      const parts = [`${i}: `, { format: formats[i % 3]!, type, node }];
      return { parts, enable: module === top ? always : enable, location: module.location };
    });
    const instances = module.instances.map((item) => ({ ...item, module: changed(item.module) }));
    const made = { ...module, displays: module.clocked ? displays : [], instances };
    known.set(module, made);
    return made;
  };
  return { ...top, ...changed(top) };
}

test("random circuits: wasm and the interpreter print the same lines, those of outputs as the outputs say", () => {
  let printed = 0;
  const property = fc.property(cases, ({ recipe, seed }) => {
    const circuit = withDisplays(withoutChecks(build(recipe)));
    const stimulus = stimulusOf(circuit, seed, cycles);
    const runs = [engines.interpreter, engines.wasm].map((engine) => {
      const lines: DisplayLine[] = [];
      const dut = engine.open(circuit, { display: (line) => lines.push(line) });
      const columns = dut.batch(stimulus, cycles);
      dut.step(3);
      dut.reset();
      dut.step(2);
      return { columns, lines };
    });
    const [{ columns, lines }, other] = runs as [(typeof runs)[0], (typeof runs)[0]];
    expect(other.lines).toEqual(lines);
    printed += lines.length;
    if (!circuit.clocked) return;
    circuit.outputs.forEach(({ name, width }, i) => {
      const text = (value: bigint): string => {
        const bits = BigInt.asUintN(width, value);
        if (i % 3 === 1) return bits.toString(16).padStart(Math.ceil(width / 4), "0");
        if (i % 3 === 2) return bits.toString(2).padStart(width, "0");
        return String(fromBits({ kind: i % 2 ? "sint" : "uint", width }, bits));
      };
      const wanted = Array.from(columns[name]!, BigInt).map((value) => `${i}: ${text(value)}`);
      const found = lines.filter((line) => line.instance === "" && line.text.startsWith(`${i}: `));
      expect(found.slice(0, cycles).map((line) => line.text)).toEqual(wanted);
    });
  });
  fc.assert(property, { seed: 1, numRuns: 30 });
  expect(printed).toBeGreaterThan(3000);
});
