import type { Constant, NormParameters } from "../../model/core/index.ts";
import { codeRows, shorts } from "./contents.ts";
import {
  type Descriptor,
  descriptor,
  FACTOR_BYTES,
  type FieldName,
  flags,
  type Operation,
} from "./descriptor.ts";
import { type Address, Layout, roundUp } from "./layout.ts";
import type { CoreMatrix } from "./matrix.ts";
import { Vectors } from "./vectors.ts";

/** A vector, or elements of it from a place on. */
export interface Part {
  readonly vector: string;
  readonly start: number;
}

export const whole = (vector: string): Part => ({ vector, start: 0 });

/** A step of a program. */
export interface Step {
  readonly descriptor: Descriptor;
  /** What it does, for the listing. */
  readonly note: string;
  /** Of the network; absent where it belongs to none. */
  readonly layer?: number;
}

/** The vectors of a norm. */
export interface NormVectors {
  readonly source: Part;
  readonly target: Part;
  readonly columns: number;
}

interface Stored {
  readonly address: Address;
  readonly flags: number;
  readonly stride: number;
}

/** A program while it grows: steps whose addresses are found when all parts of the memory are known. */
export class Builder {
  readonly lanes: number;
  readonly contents: Layout;
  readonly cache: Layout;
  readonly vectors: Vectors;
  /** Whose steps are added. */
  layer: number | undefined;
  readonly #steps: (() => Step)[] = [];
  readonly #matrices = new Map<CoreMatrix, Stored>();
  readonly #tables = new Map<Int32Array, Address>();

  constructor(lanes: number, vectorLanes: number) {
    this.lanes = lanes;
    this.vectors = new Vectors(vectorLanes);
    this.contents = new Layout(lanes);
    this.cache = new Layout(lanes);
  }

  get length(): number {
    return this.#steps.length;
  }

  /** The steps, when the layouts are placed. */
  steps(): Step[] {
    return this.#steps.map((step) => step());
  }

  /** Adds a step. */
  emit(
    operation: Operation,
    note: string,
    operands: { target?: Part; source?: Part; other?: Part },
    values: () => Partial<Record<FieldName, number>> = () => ({}),
  ): void {
    const { target, source, other } = operands;
    const { layer } = this;
    this.#steps.push(() => ({
      note,
      ...(layer !== undefined && { layer }),
      descriptor: descriptor(operation, {
        ...(target && this.#operand("target", target)),
        ...(source && this.#operand("source", source)),
        ...(other && this.#operand("other", other)),
        ...values(),
      }),
    }));
  }

  #operand(which: "target" | "source" | "other", { vector, start }: Part) {
    const { register, word } = this.vectors.at(vector);
    return { [`${which}Vector`]: register, [which]: word + start };
  }

  /** Puts a matrix in memory, once. */
  matrix(matrix: CoreMatrix): Stored {
    const known = this.#matrices.get(matrix);
    if (known) return known;
    const { name, rows, columns, factors } = matrix;
    const stride = roundUp(columns + (factors ? FACTOR_BYTES : 0), this.lanes);
    const stored: Stored = {
      stride,
      flags: factors ? flags.factors : 0,
      address: this.contents.add({
        name,
        bytes: rows * stride,
        contents: () => codeRows(matrix, stride),
      }),
    };
    this.#matrices.set(matrix, stored);
    return stored;
  }

  /** Puts rows of numbers of 16 bits in memory, once. @param length of a row; each begins where a beat does */
  table(name: string, values: Int32Array, length: number): Address {
    const known = this.#tables.get(values);
    if (known) return known;
    const stride = this.tableStride(length);
    const address = this.contents.add({
      name,
      bytes: (values.length / length) * stride,
      contents: () => shorts(values, length, stride),
    });
    this.#tables.set(values, address);
    return address;
  }

  /** Bytes from a row of a table to the next. */
  tableStride(length: number): number {
    return roundUp(2 * length, this.lanes);
  }

  /** target = numbers of 16 bits from memory. */
  load(name: string, values: Int32Array, exponent: number, target: Part): void {
    const address = this.table(name, values, values.length);
    this.vectors.reserve(target.vector, target.start + values.length);
    this.emit("load", name, { target }, () => ({
      address: address(),
      columns: values.length,
      exponent,
    }));
  }

  /** target = matrix · source; only the largest result's row where there is no target. */
  product(matrix: CoreMatrix, source: Part, target: Part | undefined): void {
    const { address, flags: ofRows, stride } = this.matrix(matrix);
    const { name, rows, columns, exponent, shift } = matrix;
    if (target) this.vectors.reserve(target.vector, target.start + rows);
    this.emit("product", name, { source, ...(target && { target }) }, () => ({
      rows,
      columns,
      exponent,
      shift,
      stride,
      address: address(),
      flags: ofRows | (target ? 0 : flags.largest),
    }));
  }

  /** target = norm of source; the gain passes through a vector of its own. */
  norm(
    name: string,
    { group, gain, epsilon }: NormParameters,
    { source, target, columns }: NormVectors,
  ): void {
    this.load(name, gain.values, gain.exponent, whole("gain"));
    this.vectors.reserve(target.vector, target.start + columns);
    this.emit("norm", name, { source, target, other: whole("gain") }, () => ({
      rows: group,
      columns,
      ...constantFields(epsilon),
    }));
  }
}

export const constantFields = ({ mantissa, exponent }: Constant) => ({
  mantissa,
  constantExponent: exponent,
});
