import { elementBytes } from "../column.ts";
import type { MemoryCell, Netlist } from "../netlist.ts";
import { type Access, assemble, Code } from "./encoder.ts";
import type { Layout } from "./layout.ts";
import { compileOperation } from "./operations.ts";
import { Values } from "./values.ts";

const loads: Readonly<Record<number, Access>> = {
  1: "i64.load8_u",
  2: "i64.load16_u",
  4: "i64.load32_u",
};
const stores: Readonly<Record<number, Access>> = {
  1: "i64.store8",
  2: "i64.store16",
  4: "i64.store32",
};

/**
 * Compiles a netlist to functions on one memory:
 * `settle()` computes outputs and watched signals from inputs and state;
 * `edges(cycles, reset)` lets clock edges pass with the inputs in memory;
 * `batch(cycles)` does so with inputs from columns and outputs to columns.
 *
 * The cycle itself is a function of its own: inside a loop every value would be one more variable that
 * the engine's optimiser carries around it, which makes large circuits very slow to compile.
 */
export function compile(
  netlist: Netlist,
  layout: Layout,
  watched: readonly number[],
): Uint8Array<ArrayBuffer> {
  const values = (code: Code): Values => new Values(code, netlist, layout);
  const outputs = netlist.outputs.map((port) => port.slot);

  const settle = values(new Code([]));
  loadInputs(settle);
  loadState(settle);
  computeCells(settle);
  for (const slot of new Set([...outputs, ...watched])) settle.save(slot);

  const edge = values(new Code(["i32"]));
  loadInputs(edge);
  loadState(edge);
  computeCells(edge);
  commit(edge, 0);
  saveState(edge);

  const row = values(new Code([]));
  const columns = columnsOf(row);
  loadState(row);
  columns.read();
  computeCells(row);
  columns.write();
  commit(row, undefined);
  saveState(row);

  const edges = new Code(["i32", "i32"]);
  repeat(edges, () => edges.get(1).call(1));
  const batch = new Code(["i32"]);
  repeat(batch, () => batch.call(2));
  return assemble({ settle: settle.code, edge: edge.code, row: row.code, edges, batch });
}

/** Runs `body` as often as parameter 0 says. */
function repeat(code: Code, body: () => void): void {
  code.emit("block").get(0).emit("i32.eqz").branch("br_if", 0).emit("loop");
  body();
  code.get(0).i32(1).emit("i32.sub").tee(0).branch("br_if", 0).emit("end", "end");
}

const loadInputs = (values: Values): void => {
  for (const { slot } of values.netlist.inputs) values.load(slot);
};

const stateSlots = ({ registers, memories }: Netlist): number[] => [
  ...registers.map(({ slot }) => slot),
  ...memories.flatMap(({ reads }) => reads.map(({ slot }) => slot)),
];

const loadState = (values: Values): void => {
  for (const slot of stateSlots(values.netlist)) values.load(slot);
};

const saveState = (values: Values): void => {
  for (const slot of stateSlots(values.netlist)) values.save(slot);
};

const computeCells = (values: Values): void => {
  for (const cell of values.netlist.cells) compileOperation[cell.operation](values, cell);
};

/** Reads the columns' elements into the inputs and the outputs into theirs, and moves on by one. */
function columnsOf(values: Values): { read(): void; write(): void } {
  const { code, layout, netlist } = values;
  const columns = layout.pointers.map(({ port, address }) => {
    const pointer = code.local("i32");
    code.i32(0).memory("i32.load", address).set(pointer);
    return { pointer, address, slot: port.slot, bytes: elementBytes(port.type.width) };
  });
  const advance = ({ pointer, address, bytes }: (typeof columns)[number]): unknown =>
    code.i32(0).get(pointer).i32(bytes).emit("i32.add").memory("i32.store", address);
  return {
    read() {
      for (const column of columns.slice(0, netlist.inputs.length)) {
        const { pointer, slot, bytes } = column;
        values.store(slot, true, (word) =>
          code.get(pointer).memory(loads[bytes] ?? "i64.load", 8 * word),
        );
        advance(column);
      }
    },
    write() {
      for (const column of columns.slice(netlist.inputs.length)) {
        const { pointer, slot, bytes } = column;
        for (let word = 0; word < values.words(slot); word++) {
          code.get(pointer);
          values.push(slot, 64 * word).memory(stores[bytes] ?? "i64.store", 8 * word);
        }
        advance(column);
      }
    },
  };
}

/** One bit of state to come: where its words are until all are known, and where they go. */
interface Pending {
  store(): void;
}

/** The clock edge: every next state is computed before any state or memory word is replaced. */
function commit(values: Values, resetParameter: number | undefined): void {
  const { netlist, layout } = values;
  const pending: Pending[] = netlist.registers.map(({ slot, next, reset }) =>
    hold(values, slot, (word) => {
      if (resetParameter === undefined || reset === undefined) {
        values.push(next, 64 * word);
        return;
      }
      values.code.i64(reset >> BigInt(64 * word));
      values
        .push(next, 64 * word)
        .get(resetParameter)
        .emit("select");
    }),
  );
  for (const cell of netlist.memories) {
    for (const { slot, address, enable } of cell.reads) {
      const inside = guardedAddress(values, cell, address);
      pending.push(
        hold(values, slot, (word) => {
          const { code } = values;
          code.get(inside.address).memory("i64.load", (layout.memories.get(cell) ?? 0) + 8 * word);
          code.i64(0n).get(inside.inside).emit("select");
          values.push(slot, 64 * word);
          values.push(enable).emit("i32.wrap_i64", "select");
        }),
      );
    }
  }
  for (const cell of netlist.memories) {
    for (const { address, data, enable } of cell.writes) {
      const { code } = values;
      const inside = guardedAddress(values, cell, address);
      code.get(inside.inside);
      values.push(enable).emit("i32.wrap_i64", "i32.and", "if");
      for (let word = 0; word < values.words(data); word++) {
        code.get(inside.address);
        values.push(data, 64 * word);
        code.memory("i64.store", (layout.memories.get(cell) ?? 0) + 8 * word);
      }
      code.emit("end");
    }
  }
  for (const { store } of pending) store();
}

/** Computes a next state into a local or the shadow, and returns what moves it into place. */
function hold(values: Values, slot: number, push: (word: number) => void): Pending {
  const { code, layout } = values;
  const shadow = layout.shadows.get(slot);
  if (shadow === undefined) {
    const local = code.local("i64");
    push(0);
    code.set(local);
    return { store: () => values.store(slot, false, () => code.get(local)) };
  }
  for (let word = 0; word < values.words(slot); word++) {
    code.i32(0);
    push(word);
    code.memory("i64.store", shadow + 8 * word);
  }
  return {
    store: () =>
      values.store(slot, false, (word) => code.i32(0).memory("i64.load", shadow + 8 * word)),
  };
}

/** Locals with the byte offset of an address, 0 where it is outside, and whether it is inside. */
function guardedAddress(
  values: Values,
  { memory }: MemoryCell,
  address: number,
): { readonly address: number; readonly inside: number } {
  const { code } = values;
  const [offset, inside] = [code.local("i32"), code.local("i32")];
  values.push(address).i64(BigInt(memory.depth)).emit("i64.lt_u").set(inside);
  values.push(address).emit("i32.wrap_i64").get(inside).emit("i32.mul");
  code
    .i32(8 * Math.ceil(memory.width / 64))
    .emit("i32.mul")
    .set(offset);
  return { address: offset, inside };
}
