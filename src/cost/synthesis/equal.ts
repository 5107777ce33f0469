import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { CostError } from "../error.ts";
import { type BooleanFunction, parseFunction } from "../liberty/function.ts";
import type { Library } from "../liberty/library.ts";
import type { Bit, Netlist } from "./netlist.ts";

/** Rounds of 32 random cases. */
const rounds = 128;

/** Yosys' own gates, as Liberty would write them; the output is Y. */
const gates: Readonly<Record<string, string>> = {
  $_BUF_: "A",
  $_NOT_: "!A",
  $_AND_: "A&B",
  $_NAND_: "!(A&B)",
  $_OR_: "A|B",
  $_NOR_: "!(A|B)",
  $_XOR_: "A^B",
  $_XNOR_: "!(A^B)",
  $_ANDNOT_: "A&!B",
  $_ORNOT_: "A|!B",
  $_MUX_: "(A&!S)|(B&S)",
};

/**
 * Compares a netlist with the logic that it was mapped from, on random values of the inputs and of the
 * flip-flops' outputs: the outputs and what the flip-flops take must be equal. abc has mapped wrongly
 * before, and a wrong netlist has a wrong area.
 *
 * @throws CostError naming a place that differs.
 */
export function requireEqual(top: string, logic: Netlist, mapped: Netlist, library: Library): void {
  const generator = xoroshiro128plus(1);
  generator.jump();
  const [expected, found] = [logic, mapped].map((netlist) => new Evaluation(netlist, library));
  for (let round = 0; round < rounds; round += 1) {
    const drawn = new Map<string, number>();
    const draw = (source: string): number => {
      const value = drawn.get(source) ?? generator.next() | 0;
      drawn.set(source, value);
      return value;
    };
    const values = found?.values(draw);
    for (const [place, value] of expected?.values(draw) ?? []) {
      if (values?.get(place) !== value) {
        throw new CostError(
          `${top}: abc mapped ${place} wrongly; try another goal, or report the circuit to yosys`,
        );
      }
    }
  }
}

interface Source {
  readonly name: string;
  /** What gives the value; none for an input or a flip-flop. */
  readonly gate?: { readonly compute: BooleanFunction; pin(name: string): Bit };
}

class Evaluation {
  readonly #sources = new Map<Bit, Source>();
  /** Nets that are looked at, by name. */
  readonly #places = new Map<string, Bit>();

  constructor(netlist: Netlist, library: Library) {
    const ports = (bits: Netlist["inputs"], visit: (name: string, bit: Bit) => void): void => {
      for (const [port, list] of Object.entries(bits)) {
        list.forEach((bit, at) => {
          visit(`${port}[${at}]`, bit);
        });
      }
    };
    ports(netlist.inputs, (name, bit) => this.#sources.set(bit, { name }));
    ports(netlist.outputs, (name, bit) => this.#places.set(name, bit));
    for (const { name, type, pins } of netlist.cells) {
      const cell = library.cells.get(type);
      const pin = (wanted: string): Bit => pins[wanted]?.[0] ?? "x";
      for (const [pinName, [bit = "x"]] of Object.entries(pins)) {
        const isOutput = cell ? cell.pins.get(pinName)?.direction === "output" : pinName === "Y";
        const place = `${name}.${pinName}`;
        if (!isOutput) {
          if (cell?.sequential) this.#places.set(place, bit);
          continue;
        }
        const written = cell?.sequential
          ? undefined
          : (cell?.pins.get(pinName)?.function ?? gates[type]);
        const compute = written === undefined ? undefined : parseFunction(written);
        this.#sources.set(bit, { name: place, ...(compute && { gate: { compute, pin } }) });
      }
    }
  }

  /** The value of every place for values of the sources. */
  values(draw: (source: string) => number): Map<string, number> {
    const known = new Map<Bit, number>([
      ["0", 0],
      ["1", -1],
      ["x", 0],
      ["z", 0],
    ]);
    const evaluate = (bit: Bit): number => {
      const value = known.get(bit);
      if (value !== undefined) return value;
      const { name, gate } = this.#sources.get(bit) ?? { name: `net ${bit}` };
      const fresh = gate ? gate.compute((pin) => evaluate(gate.pin(pin))) : draw(name);
      known.set(bit, fresh);
      return fresh;
    };
    return new Map([...this.#places].map(([place, bit]) => [place, evaluate(bit)]));
  }
}
