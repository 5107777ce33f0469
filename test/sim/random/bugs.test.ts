import { type ir, type OperationName, operationRow, operations } from "@chisel-ts/core";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { engines } from "../../../sim/index.ts";
import { bugs, withBug } from "./bugs.ts";
import { build } from "./build.ts";
import { nodesOf } from "./nodes.ts";
import { cases } from "./recipe.ts";
import { blocks } from "./share.ts";
import { stimulusOf } from "./stimulus.ts";
import { cycles, difference, trace } from "./trace.ts";

/** Circuits within which every mistake must show. */
const most = 200;

function operationsBelow(
  module: ir.ModuleIr,
  found = new Set<OperationName>(),
): Set<OperationName> {
  for (const node of nodesOf(module)) if (node.kind === "operation") found.add(node.operation);
  for (const { module: child } of module.instances) operationsBelow(child, found);
  return found;
}

// Built, and run by the compiled engine, while all rows are right: constants are folded with the table.
function prepare() {
  const list = blocks(most, 100).flatMap(({ seed, count }) =>
    fc.sample(cases, { seed, numRuns: count }),
  );
  return list.map(({ recipe, seed }) => {
    const circuit = build(recipe);
    const stimulus = stimulusOf(circuit, seed, cycles);
    const right = trace(engines.wasm, circuit, stimulus);
    return { circuit, stimulus, right, operations: operationsBelow(circuit) };
  });
}

let circuits: ReturnType<typeof prepare> = [];
const report: string[] = [];
beforeAll(() => {
  circuits = prepare();
});
afterAll(() => console.log(`mistakes and circuits until one shows:\n${report.join("\n")}`));

test.each(Object.keys(operations) as OperationName[])("a mistake in %s shows", (name) => {
  const found = circuits.findIndex(
    ({ circuit, stimulus, right, operations: used }) =>
      used.has(name) &&
      withBug(operationRow(name), bugs[name], () =>
        difference(trace(engines.interpreter, circuit, stimulus), right),
      ) !== undefined,
  );
  report.push(`${name.padEnd(18)}${bugs[name].says.padEnd(60)}${found < 0 ? "never" : found + 1}`);
  expect(found).toBeGreaterThanOrEqual(0);
});
