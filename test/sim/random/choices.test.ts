import { type Bundle, bool, type ir, type Module } from "@chisel-ts/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { engines } from "../../../sim/index.ts";
import { build } from "./build.ts";
import { expectationOf, pairOf } from "./choices.ts";
import { type Case, cases } from "./recipe.ts";
import { blocks, patience, replayed, share } from "./share.ts";
import { stimulusOf } from "./stimulus.ts";
import { cycles } from "./trace.ts";

/** A module with the conditions of its checks as outputs of these names. */
function withConditions(top: Module): Module {
  const wires = top.checks.map(({ label, condition, location }): [ir.Wire, ir.Node] => [
    Object.freeze({ kind: "wire", name: `is_${label}`, type: bool(), width: 1, location }),
    condition,
  ]);
  const ports = wires.map(
    ([{ name, type }]): ir.PortInfo => ({
      name,
      path: [name],
      direction: "output",
      type,
      description: undefined,
    }),
  );
  return {
    ...top,
    portList: [...top.portList, ...ports],
    outputs: [...top.outputs, ...wires.map(([wire]) => wire)],
    drivers: new Map([...top.drivers, ...wires]),
  };
}

/** Every module below a top, with the instance names on one way to it. */
function* places(module: ir.ModuleIr, prefix = ""): Generator<[ir.ModuleIr, string]> {
  yield [module, prefix];
  for (const { name, module: child } of module.instances) yield* places(child, `${prefix}${name}.`);
}

/** Pairs of names that must be equal in every cycle: of choices anywhere, of checks at the top. */
function pairsOf(top: ir.ModuleIr): [string, string][] {
  const chosen = [...places(top)].flatMap(([{ registers, reads }, prefix]) =>
    [...registers.keys(), ...reads.map(({ node }) => node)].flatMap(({ name }) => {
      const mirror = pairOf(name);
      return mirror === undefined ? [] : [[`${prefix}${name}`, `${prefix}${mirror}`] as const];
    }),
  );
  const named = new Set(top.named.map(({ name }) => name));
  const conditions = top.checks.flatMap(({ label, condition }) => {
    const expectation = expectationOf(label);
    // Constants have no names: where the one is constant, the other must be.
    if (named.has(expectation)) return [[`is_${label}`, expectation] as const];
    expect({ label, kind: condition.kind }).toEqual({ label, kind: "constant" });
    return [];
  });
  return [...chosen, ...conditions].map(([a, b]) => [a, b]);
}

function compare({ recipe, seed }: Case): number {
  // A gated top's checks have one more condition than its named values say.
  const circuit = withConditions(build({ ...recipe, gate: 0 })) as Module<Bundle>;
  const pairs = pairsOf(circuit);
  if (pairs.length === 0) return 0;
  const dut = engines.interpreter.open(circuit, {
    watch: [...new Set(pairs.flat())],
    checks: "collect",
  });
  const found = dut.batch(stimulusOf(circuit, seed, cycles), cycles);
  for (const [one, other] of pairs) {
    const [a, b] = [one, other].map((name) => Array.from(found[name] ?? [], BigInt));
    const cycle = a!.findIndex((value, i) => value !== b![i]);
    if (cycle >= 0 || a!.length !== cycles) {
      throw new Error(`cycle ${cycle}: ${one} is ${a![cycle]}, ${other} ${b![cycle]}`);
    }
  }
  return pairs.length;
}

// The engines get a choice resolved; here its meaning is compared with the same said by mux, and, or and not.
test.each(blocks(Math.ceil(share.wasm / 4), 250))(
  "choices, memory writes in them and checks mean what they say, $title",
  ({ seed, count }) => {
    let pairs = 0;
    const property = fc.property(cases, (one) => {
      pairs += compare(one);
    });
    fc.assert(property, { seed, numRuns: replayed ? 1 : count });
    if (!replayed && count >= 100) expect(pairs).toBeGreaterThan(count / 10);
  },
  patience,
);
