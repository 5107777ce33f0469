import { Code } from "../encoder.ts";
import type { VectorName } from "../instructions.ts";
import type { GroupLayout, LaneArray } from "../layout.ts";
import { type ElementBytes, instruction, lanesPerBlock } from "./element.ts";
import { compileOperation } from "./operations.ts";
import { LaneValues } from "./vectors.ts";

const splatLoads: Readonly<Record<ElementBytes, VectorName>> = {
  1: "v128.load8_splat",
  2: "v128.load16_splat",
  4: "v128.load32_splat",
  8: "v128.load64_splat",
};

/** `name(first, end)` computes results of the lanes from `first` up to `end`, both whole blocks. */
export const evaluation = (name: string, layout: GroupLayout, results: readonly number[]): Code =>
  loop(name, layout, results, (values, store) => {
    for (const slot of results) {
      const array = layout.values.get(slot);
      if (array) store(array, values.want(slot, array.bytes, "dirty"));
    }
  });

/** `name(first, end)` lets a clock edge pass in the lanes: each reads only its own state, so it may replace it. */
export function clockEdge(name: string, layout: GroupLayout): Code {
  const { registers } = layout.group.kernel;
  const nexts = registers.map(({ next }) => next);
  return loop(name, layout, nexts, (values, store) => {
    const pending = registers.flatMap(({ slot, next }) => {
      const array = layout.values.get(slot);
      return array ? [{ array, locals: values.want(next, array.bytes, "dirty") }] : [];
    });
    for (const { array, locals } of pending) store(array, locals);
  });
}

/** `name(first, end)` gives the registers of the lanes their reset values. */
export const resetState = (name: string, layout: GroupLayout): Code =>
  loop(name, layout, [], (values, store) => {
    for (const { slot, reset } of layout.group.kernel.registers) {
      const array = layout.values.get(slot);
      if (!array || reset === undefined) continue;
      store(array, new Array<number>(array.bytes).fill(values.splat(array.bytes, reset)));
    }
  });

type Store = (array: LaneArray, locals: readonly number[]) => void;

/** A loop over blocks of lanes that computes the cells behind some slots and then does `finish`. */
function loop(
  name: string,
  layout: GroupLayout,
  targets: readonly number[],
  finish: (values: LaneValues, store: Store) => void,
): Code {
  const { kernel } = layout.group;
  const code = new Code(name, ["i32", "i32"]);
  const body = code.part();
  const values = new LaneValues(body, code, kernel.widths, kernel.constants);
  const offsets = new Map<ElementBytes, number>([[1, 0]]);
  /** The byte offset of the present block in an array of such elements. */
  const offset = (bytes: ElementBytes): number => {
    const local = offsets.get(bytes) ?? code.local("i32");
    offsets.set(bytes, local);
    return local;
  };
  const loadFrom = (slot: number, array: LaneArray): void =>
    values.loaded(slot, () => {
      const locals = values.make(array.bytes, (i) =>
        body.get(offset(array.bytes)).memory("v128.load", array.address + 16 * i),
      );
      return { locals, bytes: array.bytes, form: "dirty", bits: array.width };
    });
  const store: Store = ({ address, bytes }, locals) => {
    locals.forEach((local, i) => {
      body
        .get(offset(bytes))
        .get(local)
        .memory("v128.store", address + 16 * i);
    });
  };

  kernel.inputs.forEach(({ slot }, index) => {
    const input = layout.inputs[index];
    if (input?.shared) loadShared(values, slot, input);
    else if (input) loadFrom(slot, input);
  });
  for (const { slot, name: register } of kernel.registers) {
    const array = layout.values.get(slot);
    if (!array) throw new Error(`register ${register} has no place`);
    loadFrom(slot, array);
  }
  const needed = cellsBehind(layout, targets);
  for (const cell of kernel.cells) {
    if (!needed.has(cell.slot)) continue;
    if (!("operation" in cell)) throw new Error("a module that looks up words has no lanes");
    body.remark(`${cell.operation} -> slot ${cell.slot}, ${values.width(cell.slot)} bits`);
    body.from(cell.location ?? "checks and displays");
    values.define(cell.slot, compileOperation[cell.operation](values, cell));
  }
  body.from(`state and results of ${layout.group.name}`);
  finish(values, store);

  code.from(`the loop of ${layout.group.name}`).emit("loop");
  for (const [bytes, local] of offsets) {
    if (bytes > 1) code.get(0).i32(Math.log2(bytes)).emit("i32.shl").set(local);
  }
  code.append(body).from(`the loop of ${layout.group.name}`);
  code.get(0).i32(lanesPerBlock).emit("i32.add").tee(0).get(1).emit("i32.lt_u");
  return code.branch("br_if", 0).emit("end");
}

/** One element for all lanes, read once before the loop; a 1-bit one as a mask. */
function loadShared(values: LaneValues, slot: number, { address, bytes, width }: LaneArray): void {
  const local = values.code.local("v128");
  values.before.i32(0).memory(splatLoads[bytes], address);
  if (width === 1) values.before.emit(instruction(bytes, "neg"));
  values.before.set(local);
  values.define(slot, {
    ...{ locals: new Array<number>(bytes).fill(local), bytes, bits: width, uniform: true },
    form: width === 1 ? "sign" : "zero",
  });
}

function cellsBehind({ group }: GroupLayout, targets: readonly number[]): Set<number> {
  const cells = new Map(group.kernel.cells.map((cell) => [cell.slot, cell]));
  const needed = new Set<number>();
  const stack = [...targets];
  for (let slot = stack.pop(); slot !== undefined; slot = stack.pop()) {
    if (needed.has(slot)) continue;
    needed.add(slot);
    stack.push(...(cells.get(slot)?.operands ?? []));
  }
  return needed;
}
