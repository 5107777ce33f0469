import { displayText, type ir, isTable, mask, operationRow } from "../../src/index.ts";

/** A direct reading of the IR: the witness that the emitted text is compared with. Unknown bits are 0. */
export class Interpreter {
  readonly #ir: ir.ModuleIr;
  readonly #state = new Map<ir.Node, bigint>();
  readonly #words = new Map<ir.Memory, bigint[]>();
  readonly #children = new Map<string, Interpreter>();

  constructor(module: ir.ModuleIr) {
    this.#ir = module;
    for (const memory of module.memories) this.#words.set(memory, [...(memory.contents ?? [])]);
    for (const { name, module: child } of module.instances) {
      this.#children.set(name, new Interpreter(child));
    }
  }

  /** Output ports for these input ports in the present state. */
  outputs(inputs: ReadonlyMap<string, bigint>): Map<string, bigint> {
    const value = this.#evaluator(inputs);
    return new Map(this.#ir.outputs.map((port) => [port.name, value(port)]));
  }

  /** The lines that displays print at the next rising edge outside reset. */
  printed(inputs: ReadonlyMap<string, bigint>): string[] {
    const value = this.#evaluator(inputs);
    const own = this.#ir.displays
      .filter(({ enable }) => value(enable) === 1n)
      .map((display) =>
        displayText(
          display,
          display.parts.flatMap((part) => (typeof part === "string" ? [] : [value(part.node)])),
        ),
      );
    const below = this.#ir.instances.flatMap((instance) =>
      this.#children
        .get(instance.name)!
        .printed(new Map([...instance.inputs].map(([port, node]) => [port, value(node)]))),
    );
    return [...own, ...below];
  }

  /** One rising edge. */
  step(inputs: ReadonlyMap<string, bigint>, reset: boolean): void {
    const value = this.#evaluator(inputs);
    const next = new Map<ir.Node, bigint>();
    for (const [register, driver] of this.#ir.registers) {
      const loads = reset && register.reset !== undefined;
      next.set(register, loads ? register.reset : value(driver));
    }
    for (const { node, address, enable } of this.#ir.reads) {
      if (value(enable))
        next.set(node, this.#words.get(node.memory)![Number(value(address))] ?? 0n);
    }
    const writes = this.#ir.writes.filter(({ enable }) => value(enable));
    const written = writes.map((port) => ({
      ...port,
      at: value(port.address),
      word: value(port.data),
      bits: port.lanes
        ?.filter(({ enable }) => value(enable))
        .reduce((all, { high, low }) => all | (mask(high - low + 1) << BigInt(low)), 0n),
    }));
    // What instances get of one another is what it was before the edge.
    const below = this.#ir.instances.map(
      ({ inputs: drivers, name }) =>
        [name, new Map([...drivers].map(([port, node]) => [port, value(node)]))] as const,
    );
    for (const [name, given] of below) this.#children.get(name)!.step(given, reset);
    for (const { memory, at, word, bits = mask(memory.width) } of written) {
      const words = this.#words.get(memory)!;
      const kept = (words[Number(at)] ?? 0n) & ~bits;
      if (at < BigInt(memory.depth)) words[Number(at)] = kept | (word & bits);
    }
    for (const [node, bits] of next) this.#state.set(node, bits);
  }

  #evaluator(inputs: ReadonlyMap<string, bigint>): (node: ir.Node) => bigint {
    const known = new Map<ir.Node, bigint>();
    const compute = (node: ir.Node): bigint => {
      switch (node.kind) {
        case "constant":
          return node.value;
        case "input":
          return inputs.get(node.name)!;
        case "wire":
          return value(this.#ir.drivers.get(node)!);
        case "operation": {
          const widths = node.operands.map(({ width }) => width);
          const row = operationRow(node.operation);
          return row.evaluate(node.operands.map(value), widths, node.parameters) & mask(node.width);
        }
        case "lookup": {
          const address = Number(value(node.address));
          const words = isTable(node.from) ? node.from.contents : this.#words.get(node.from)!;
          return words[address] ?? 0n;
        }
        case "instanceOutput": {
          const instance = this.#ir.instances.find(({ name }) => name === node.instance)!;
          const paths = instance.module.combinational.get(node.port)!;
          const child = new Map(
            [...instance.inputs].map(([port, driver]) => [
              port,
              paths.has(port) ? value(driver) : 0n,
            ]),
          );
          return this.#children.get(node.instance)!.outputs(child).get(node.port)!;
        }
        default:
          return this.#state.get(node) ?? 0n;
      }
    };
    const value = (node: ir.Node): bigint => {
      const before = known.get(node) ?? compute(node);
      known.set(node, before);
      return before;
    };
    return value;
  }
}
