import fc from "fast-check";
import { expect, test } from "vitest";
import { requireEqual } from "../../../src/cost/synthesis/equal.ts";
import type { Netlist, NetlistCell } from "../../../src/cost/synthesis/netlist.ts";
import { generic } from "../libraries.ts";

const { library } = generic();

const netlist = (cells: readonly NetlistCell[]): Netlist => ({
  inputs: { clock: [2], a: [3], b: [4], c: [5] },
  outputs: { y: [6] },
  names: new Map(),
  cells: [{ name: "state", type: "DFF_X1", pins: { CK: [2], D: [7], Q: [8] } }, ...cells],
});
const gate = (type: string, pins: Record<string, number>): NetlistCell => ({
  name: type,
  type,
  pins: Object.fromEntries(Object.entries(pins).map(([pin, net]) => [pin, [net]])),
});

const logic = netlist([
  gate("$_MUX_", { A: 3, B: 4, S: 5, Y: 6 }),
  gate("$_ANDNOT_", { A: 6, B: 8, Y: 7 }),
]);
const inverted = gate("INV_X1", { A: 9, Y: 6 });
const check = (cells: readonly NetlistCell[]) => () =>
  requireEqual("top", logic, netlist(cells), library);

test("the same function in other cells is equal", () => {
  const cells = [
    gate("MUXI2_X1", { A: 3, B: 4, S: 5, Y: 9 }),
    ...[inverted, gate("NOR2_X2", { A: 9, B: 8, Y: 7 })],
  ];
  expect(check(cells)).not.toThrow();
});

test("another function at an output, or before a flip-flop, is not", () => {
  const mux = gate("MUXI2_X1", { A: 4, B: 3, S: 5, Y: 9 });
  expect(check([mux, inverted, gate("NOR2_X2", { A: 9, B: 8, Y: 7 })])).toThrow(
    /^top: abc mapped y\[0\] wrongly/,
  );
  const right = gate("MUXI2_X1", { A: 3, B: 4, S: 5, Y: 9 });
  expect(check([right, inverted, gate("OR2_X1", { A: 9, B: 8, Y: 7 })])).toThrow(
    /^top: abc mapped state\.D wrongly/,
  );
});

test("a wrong case of a function of seven inputs is found", () => {
  // An AND of inputs that differs in one case of 128 only.
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom("$_AND_", "$_ANDNOT_"), { minLength: 6, maxLength: 6 }),
      (types) => {
        const chain = (kinds: readonly string[]): Netlist => ({
          inputs: { a: [10, 11, 12, 13, 14, 15, 16] },
          outputs: { y: [26] },
          names: new Map(),
          cells: kinds.map((type, at) => ({
            name: `${at}`,
            type,
            pins: { A: [at === 0 ? 10 : 20 + at], B: [11 + at], Y: [21 + at] },
          })),
        });
        const other = [...types];
        other[5] = types[5] === "$_AND_" ? "$_ANDNOT_" : "$_AND_";
        expect(() => requireEqual("top", chain(types), chain(types), library)).not.toThrow();
        expect(() => requireEqual("top", chain(types), chain(other), library)).toThrow(/y\[0\]/);
      },
    ),
  );
});
