// The loops of a group: evaluation, clock edge and reset.

import { at, mask } from "@chisel-ts/core";
import type { Cell } from "../../cells.ts";
import { type Block, branched } from "../branches/schedule.ts";
import { Code } from "../encoder.ts";
import type { VectorName } from "../instructions.ts";
import type { LaneArray, LaneInput } from "../lane-layout.ts";
import type { GroupLayout } from "../layout.ts";
import { type ElementBytes, instruction, lanesPerBlock } from "./element.ts";
import type { StoredForms } from "./forms.ts";
import { compileLookup } from "./lookup.ts";
import { compileOperation } from "./operations.ts";
import { type Form, LaneValues, type Vectors } from "./vectors.ts";

/** Cells that a branch leaves out, at least and at most. */
const [minGuarded, maxGuarded] = [4, 4096];

const splatLoads: Readonly<Record<ElementBytes, VectorName>> = {
  1: "v128.load8_splat",
  2: "v128.load16_splat",
  4: "v128.load32_splat",
  8: "v128.load64_splat",
};

/** `name(first, end)` computes results of the lanes from `first` up to `end`, both whole blocks. */
export const evaluation = (
  name: string,
  layout: GroupLayout,
  results: readonly number[],
  forms: StoredForms,
): Code =>
  loop({ name, layout, targets: results, forms }, (values, store) => {
    for (const slot of results) {
      const array = layout.values.get(slot);
      if (!array) continue;
      const form = forms.stored(layout, slot, values.at(slot).form);
      store(array, values.want(slot, array.bytes, form));
    }
  });

/** `name(first, end)` lets a clock edge pass in the lanes: each reads only its own state, so it may replace it. */
export const clockEdge = (name: string, layout: GroupLayout, forms?: StoredForms): Code =>
  recordedEdge(name, layout, [], forms);

/** A result that a loop leaves complete, as an element of a column. */
export interface RecordedArray extends LaneArray {
  readonly slot: number;
  readonly signed: boolean;
}

/** `name(first, end, …)` records results as they are before a clock edge, and lets it pass. */
export function recordedEdge(
  name: string,
  layout: GroupLayout,
  recorded: readonly RecordedArray[],
  forms?: StoredForms,
): Code {
  const { registers } = layout.group.kernel;
  const targets = [...recorded.map(({ slot }) => slot), ...registers.map(({ next }) => next)];
  return loop({ name, layout, targets, forms }, (values, store) => {
    const results = recorded.map((array) => {
      const form = array.signed ? "sign" : "zero";
      return { array, locals: values.want(array.slot, array.bytes, form) };
    });
    const states = registers.flatMap(({ slot, next }) => {
      const array = layout.values.get(slot);
      return array ? [{ array, locals: values.want(next, array.bytes, "dirty") }] : [];
    });
    for (const { array, locals } of [...results, ...states]) store(array, locals);
  });
}

/** `name(first, end)` gives the registers of the lanes their reset values. */
export const resetState = (name: string, layout: GroupLayout): Code =>
  loop({ name, layout, targets: [] }, (values, store) => {
    for (const { slot, reset } of layout.group.kernel.registers) {
      const array = layout.values.get(slot);
      if (!array || reset === undefined) continue;
      store(array, new Array<number>(array.bytes).fill(values.splat(array.bytes, reset)));
    }
  });

type Store = (array: LaneArray, locals: readonly number[]) => void;

/** A loop over the lanes of a group that computes the cells behind some slots. */
interface Loop {
  readonly name: string;
  readonly layout: GroupLayout;
  readonly targets: readonly number[];
  /** The forms of inputs that other loops stored. */
  readonly forms?: StoredForms | undefined;
}

/** A loop over blocks of lanes that does `finish` with what it computed. */
function loop(
  { name, layout, targets, forms }: Loop,
  finish: (values: LaneValues, store: Store) => void,
): Code {
  const { kernel } = layout.group;
  const code = new Code(name, new Array<"i32">(2 + (layout.rows ?? 0)).fill("i32"));
  const body = code.part();
  const values = new LaneValues(body, code, kernel.widths, kernel.constants);
  const offsets = new Map<ElementBytes, number>([[1, 0]]);
  /** The byte offset of the present block in an array of such elements. */
  const offset = (bytes: ElementBytes): number => {
    const local = offsets.get(bytes) ?? code.local("i32");
    offsets.set(bytes, local);
    return local;
  };
  const place = ({ bytes, row }: LaneArray): Code => {
    body.get(offset(bytes));
    return row === undefined ? body : body.get(row).emit("i32.add");
  };
  const loadFrom = (slot: number, array: LaneArray, form: Form = "dirty"): void =>
    values.loaded(slot, () => {
      const locals = values.make(array.bytes, (i) =>
        place(array).memory("v128.load", array.address + 16 * i),
      );
      return { locals, bytes: array.bytes, form, bits: array.width };
    });
  const store: Store = (array, locals) => {
    locals.forEach((local, i) => {
      place(array)
        .get(local)
        .memory("v128.store", array.address + 16 * i);
    });
  };

  kernel.inputs.forEach(({ slot }, index) => {
    const input = layout.inputs[index];
    if (!input) return;
    if (input.lanesEach >= layout.group.lanes.length) loadShared(values, slot, input);
    else if (input.lanesEach > 1) values.loaded(slot, () => loadOfBlocks(values, code, input));
    else loadFrom(slot, input, forms?.input(layout, index));
  });
  for (const { slot, name: register } of kernel.registers) {
    const array = layout.values.get(slot);
    if (!array) throw new Error(`register ${register} has no place`);
    loadFrom(slot, array);
  }
  const needed = cellsBehind(layout, targets);
  const compileCell = (cell: Cell): void => {
    const operation = "operation" in cell ? cell.operation : undefined;
    body.remark(`${operation ?? "lookup"} -> slot ${cell.slot}, ${values.width(cell.slot)} bits`);
    body.from(cell.location ?? "checks and displays");
    const uniform = cell.operands.every((operand) => values.isUniform(operand));
    const result =
      "operation" in cell
        ? compileOperation[cell.operation](values, cell)
        : compileLookup(values, cell);
    values.define(cell.slot, uniform ? { ...result, uniform } : result);
  };
  const compileBlock = (block: Block): void => {
    for (const item of block) {
      if (!("select" in item)) {
        compileCell(item);
        continue;
      }
      const { select, ifOne, ifZero } = item;
      for (const [value, side] of [
        [true, ifOne],
        [false, ifZero],
      ] as const) {
        if (side.length === 0) continue;
        body.get(at(values.want(select, values.at(select, "sign").bytes, "sign"), 0));
        body.emit("v128.any_true");
        if (!value) body.emit("i32.eqz");
        body.emit("if");
        const end = values.branch();
        compileBlock(side);
        end();
        body.emit("end");
      }
    }
  };
  compileBlock(
    branched(
      kernel.cells.filter(({ slot }) => needed.has(slot)),
      targets.map((slot) => [slot]),
      {
        min: minGuarded,
        max: maxGuarded,
        accepts: uniformSlots(layout),
        isBit: (slot) => kernel.widths[slot] === 1,
      },
    ),
  );
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

/** One element for all lanes, read once before the loop. */
function loadShared(values: LaneValues, slot: number, array: LaneArray): void {
  values.before.i32(0);
  values.define(slot, splatOf(values.before, values, array));
}

/** The element of the present block, whose first lane is parameter 0. */
function loadOfBlocks(values: LaneValues, { parameters }: Code, input: LaneInput): Vectors {
  const { bytes, lanesEach } = input;
  const shift = Math.log2(lanesEach) - Math.log2(bytes);
  const [lane] = parameters.keys();
  values.code.get(lane ?? 0).i32(Math.abs(shift));
  values.code.emit(shift < 0 ? "i32.shl" : "i32.shr_u");
  if (shift > 0 && bytes > 1) values.code.i32(-bytes).emit("i32.and");
  return splatOf(values.code, values, input);
}

/** Every lane takes the element whose address, but for the offset, is on the stack. */
function splatOf(code: Code, values: LaneValues, { address, bytes, width }: LaneArray): Vectors {
  const local = code.local("v128");
  code.memory(splatLoads[bytes], address);
  // What an element holds above its value may be anything.
  if (width < 8 * bytes) code.get(values.splat(bytes, mask(width))).emit("v128.and");
  if (width === 1) code.emit(instruction(bytes, "neg"));
  code.set(local);
  return {
    locals: new Array<number>(bytes).fill(local),
    bytes,
    bits: width,
    uniform: true,
    form: width === 1 ? "sign" : "zero",
  };
}

/** Whether a slot of a kernel is the same in all lanes. */
function uniformSlots({ group, inputs }: GroupLayout): (slot: number) => boolean {
  const { kernel, lanes } = group;
  const uniform = new Set(kernel.constants.keys());
  kernel.inputs.forEach(({ slot }, index) => {
    if ((inputs[index]?.lanesEach ?? 1) >= lanes.length) uniform.add(slot);
  });
  for (const { slot, operands } of kernel.cells)
    if (operands.every((operand) => uniform.has(operand))) uniform.add(slot);
  return (slot) => uniform.has(slot);
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
