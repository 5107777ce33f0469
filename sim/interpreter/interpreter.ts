import { type Bundle, type Module, mask, operationRow } from "@chisel-ts/core";
import type { Backend } from "../backend.ts";
import { type Column, toElement } from "../columns.ts";
import type { Engine } from "../engine.ts";
import { type Cell, cellAt, type FlatDesign, type FlatMemory, flatten } from "../flatten.ts";
import { simulate } from "../simulate.ts";
import { fromBits, type ir } from "@chisel-ts/core";
import type { NamedSignal } from "../signals.ts";

/** Evaluates the operation table on bigints. Slow, short and without cleverness: the witness. */
export const interpreter: Engine = {
  name: "interpreter",
  open: <P extends Bundle>(module: Module<P>) => simulate(module, new Interpreter(module)),
};

class Interpreter implements Backend {
  readonly #design: FlatDesign;
  readonly #ports: { readonly inputs: readonly ir.PortInfo[]; readonly outputs: readonly ir.PortInfo[] };
  /** The bit pattern of every cell, by its id; those of operations hold when `#settled`. */
  readonly #values: bigint[];
  readonly #memories: ReadonlyMap<FlatMemory, bigint[]>;
  readonly #evaluations: readonly (() => void)[];
  #settled = false;

  constructor(module: ir.ModuleIr) {
    const design = flatten(module);
    this.#design = design;
    this.#ports = {
      inputs: module.portList.filter((port) => port.direction === "input"),
      outputs: module.portList.filter((port) => port.direction === "output"),
    };
    this.#values = design.cells.map((cell) => (cell.kind === "constant" ? cell.value : 0n));
    this.#memories = new Map(
      design.memories.map((flat) => {
        const { depth, contents = [] } = flat.memory;
        return [flat, Array.from({ length: depth }, (_, address) => contents[address] ?? 0n)];
      }),
    );
    this.#evaluations = design.cells.flatMap((cell) => this.#evaluation(cell) ?? []);
  }

  setInput(index: number, bits: bigint): void {
    const cell = this.#design.inputs[index];
    if (cell) this.#values[cell.id] = bits;
    this.#settled = false;
  }

  output(index: number): bigint {
    const cell = this.#design.outputs[index];
    return cell ? this.#settledValue(cell) : 0n;
  }

  peek({ path, node }: NamedSignal): bigint {
    return this.#settledValue(cellAt(this.#design, path, node));
  }

  step(cycles: number): void {
    for (let cycle = 0; cycle < cycles; cycle++) this.#edge(false);
  }

  reset(): void {
    this.#edge(true);
  }

  batch(inputs: readonly Column[], outputs: readonly Column[], cycles: number): void {
    for (let cycle = 0; cycle < cycles; cycle++) {
      this.#ports.inputs.forEach(({ type }, port) => {
        this.setInput(port, BigInt.asUintN(type.width, BigInt(inputs[port]?.[cycle] ?? 0)));
      });
      this.#ports.outputs.forEach(({ type }, port) => {
        const column = outputs[port];
        if (column) column[cycle] = toElement(type, fromBits(type, this.output(port)));
      });
      this.#edge(false);
    }
  }

  close(): void {}

  #settledValue(cell: Cell): bigint {
    if (!this.#settled) {
      for (const evaluate of this.#evaluations) evaluate();
      this.#settled = true;
    }
    return this.#values[cell.id] ?? 0n;
  }

  /** Computes every next state from the present one, then makes them the present one. */
  #edge(reset: boolean): void {
    const value = (cell: Cell): bigint => this.#settledValue(cell);
    const { registers, reads, memories } = this.#design;
    const next: (readonly [number, bigint])[] = [
      ...registers.map(
        (cell) => [cell.id, reset && cell.reset !== undefined ? cell.reset : value(cell.next)] as const,
      ),
      ...reads.map((cell) => {
        const word = this.#memories.get(cell.memory)?.[Number(value(cell.address))] ?? 0n;
        return [cell.id, value(cell.enable) === 1n ? word : value(cell)] as const;
      }),
    ];
    for (const memory of memories) {
      const words = this.#memories.get(memory) ?? [];
      for (const { address, data, enable } of memory.writes) {
        const place = Number(value(address));
        if (value(enable) === 1n && place < words.length) words[place] = value(data);
      }
    }
    for (const [id, bits] of next) this.#values[id] = bits;
    this.#settled = false;
  }

  #evaluation(cell: Cell): (() => void) | undefined {
    if (cell.kind !== "operation") return undefined;
    const { id, width, node, operands } = cell;
    const { evaluate } = operationRow(node.operation);
    const values = this.#values;
    const ids = operands.map((operand) => operand.id);
    const widths = operands.map((operand) => operand.width);
    const all = mask(width);
    return () => {
      values[id] = evaluate(ids.map((operand) => values[operand] ?? 0n), widths, node.parameters) & all;
    };
  }
}
