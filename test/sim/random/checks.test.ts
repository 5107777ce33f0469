import type { ir, Module } from "@chisel-ts/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type CheckResult, engines } from "../../../sim/index.ts";
import { build } from "./build.ts";
import { nodesOf } from "./nodes.ts";
import { cases } from "./recipe.ts";
import { stimulusOf } from "./stimulus.ts";
import { cycles } from "./trace.ts";

const kinds = ["assert", "assume", "cover"] as const;

/** Whether any bit of a value is 1. */
const any = (node: ir.Node): ir.Node => ({
  kind: "operation",
  operation: "reduceOr",
  operands: [node],
  parameters: [],
  width: 1,
  location: node.location,
});

/** A circuit with a check on every output of the top, and on some values of every module below. */
function withChecks(top: Module): Module {
  const known = new Map<ir.ModuleIr, ir.ModuleIr>();
  const changed = (module: ir.ModuleIr): ir.ModuleIr => {
    const found = known.get(module);
    if (found) return found;
    const nodes = [...nodesOf(module)].filter(({ kind }) => kind !== "constant");
    const conditions =
      module === top
        ? module.outputs
        : nodes.filter((_, i) => i % Math.ceil(nodes.length / 3) === 0);
    const checks = conditions.map((node, i): ir.Check => {
      const kind = kinds[i % 3]!;
      return { kind, label: `check_${i}`, condition: any(node), location: node.location };
    });
    const instances = module.instances.map((item) => ({ ...item, module: changed(item.module) }));
    const made = { ...module, checks, instances };
    known.set(module, made);
    return made;
  };
  return { ...top, ...changed(top) };
}

/** Without what is compared by other means: columns differ in nothing but identity. */
const seen = (results: readonly CheckResult[]) =>
  results.map(({ first, ...site }) => ({
    ...site,
    cycle: first?.cycle,
    wave: first?.wave.signals.map(({ name, column }) => [name, Array.from(column, BigInt)]),
  }));

test("random circuits: wasm and the interpreter see the same checks, those of outputs as the outputs say", () => {
  let failing = 0;
  const property = fc.property(cases, ({ recipe, seed }) => {
    const circuit = withChecks(build(recipe));
    const stimulus = stimulusOf(circuit, seed, cycles);
    const runs = [engines.interpreter, engines.wasm].map((engine) => {
      const dut = engine.open(circuit, { checks: "collect" });
      const columns = dut.batch(stimulus, cycles);
      const whole = seen(dut.checks());
      dut.step(3);
      dut.reset();
      dut.step(2);
      return { columns, whole, all: seen(dut.checks()) };
    });
    const [{ columns, whole, all }, other] = runs as [(typeof runs)[0], (typeof runs)[0]];
    expect(other.whole).toEqual(whole);
    expect(other.all).toEqual(all);
    circuit.outputs.forEach(({ name }, i) => {
      const values = Array.from(columns[name]!, BigInt);
      const isCover = kinds[i % 3] === "cover";
      const hits = values.filter((value) => (value !== 0n) === isCover).length;
      const first = isCover ? -1 : values.indexOf(0n);
      const { wave, ...rest } = whole.find(
        ({ instance, label }) => instance === "" && label === `check_${i}`,
      )!;
      expect(rest).toMatchObject({ count: hits, cycle: first < 0 ? undefined : first });
      if (first < 0) return;
      failing += 1;
      const shown = new Map(wave as [string, bigint[]][]);
      expect(shown.get(name)).toEqual(values.slice(Math.max(0, first - 7), first + 1));
    });
  });
  fc.assert(property, { seed: 1, numRuns: 30 });
  expect(failing).toBeGreaterThan(15);
});
