import { CircuitError } from "./errors.ts";
import { literal } from "./literal.ts";
import { Location } from "./location.ts";
import { mux as muxSignals } from "./mux.ts";
import { needed } from "./needed.ts";
import { Bool, Signal, UInt } from "./signal.ts";

/** One signal, or several: a vector or a record of values. */
export type Value = Signal | Vec<Value> | { readonly [name: string]: Value };

/**
 * Values in a fixed order, such as the lanes of a dot product: iterable, and indexed from 0. Reading an element that
 * is not there throws; so does everything else that would drop or invent one.
 *
 * @example
 * const dot = module({ name: "dot_2", ports: { a: vec(2, input(uint(4))), b: vec(2, input(uint(4))), y: output(uint(9)) } }, (io) => {
 *   const products = io.a.zip(io.b).map(([a, b]) => a.mul(b));
 *   io.y.set(products.reduceTree((a, b) => a.add(b)));
 * });
 * const dut = engines.wasm.open(dot);
 * [dut.in.a[0], dut.in.b[0], dut.in.a[1], dut.in.b[1]] = [2n, 3n, 4n, 5n];
 * console.log(dut.out.y); // 26
 */
export class Vec<V> implements Iterable<V> {
  readonly [index: number]: V;
  declare readonly length: number;

  constructor(elements: Iterable<V>) {
    const all = [...elements];
    Object.assign(this, all);
    // Not enumerable: the keys of a vector are its indexes.
    Object.defineProperty(this, "length", { value: all.length });
  }

  *[Symbol.iterator](): Iterator<V> {
    for (let index = 0; index < this.length; index++) yield this.at(index);
  }

  /**
   * The element at an index. A signal as the index makes a tree of muxes, which gives 0 beyond the last element.
   *
   * @throws CircuitError for a number that is no index, and for a signal where the vector is empty.
   */
  at(index: number | UInt): V {
    if (index instanceof UInt) return chosen(this as unknown as Vec<Value>, index) as V;
    // A miss ends in the prototype of this class, which throws.
    return this[index] as V;
  }

  /** What `each` makes of every element, in order. */
  map<W>(each: (element: V, index: number) => W): Vec<W> {
    checkCallback(each, "vector.map((element) => …)");
    return new Vec([...this].map(each));
  }

  /** Pairs of an element and that of another vector. @throws CircuitError when their lengths differ. */
  zip<W>(other: Vec<W> | readonly W[]): Vec<readonly [V, W]> {
    if (!(other instanceof Vec || Array.isArray(other)))
      throw needed("a vector or an array", other, "a.zip(b)");
    checkLength(this.length, other.length);
    const others = new Vec(other);
    return this.map((element, index) => [element, others.at(index)] as const);
  }

  /** One value from all elements: `initial` with the first, the result with the second, and so on. */
  reduce<W>(combine: (result: W, element: V, index: number) => W, initial: W): W {
    checkCallback(combine, "vector.reduce((result, element) => …, initial)");
    return [...this].reduce(combine, initial);
  }

  /**
   * One value from all elements in a balanced tree, whose left half is never the shorter one.
   *
   * @param combine makes one value of two neighbours, which together stand for `terms` elements.
   * @throws CircuitError for an empty vector.
   */
  reduceTree(combine: (left: V, right: V, terms: number) => V): V {
    checkCallback(combine, "vector.reduceTree((a, b) => a.add(b))");
    const tree = (elements: readonly V[]): V => {
      if (elements.length === 1) return elements[0] as V;
      const half = Math.ceil(elements.length / 2);
      return combine(tree(elements.slice(0, half)), tree(elements.slice(half)), elements.length);
    };
    if (this.length === 0)
      throw new CircuitError("an empty vector has no value to reduce to", Location.capture());
    return tree([...this]);
  }

  /** The elements from `start` up to but without `end`. @throws CircuitError when some are not there. */
  slice(start: number, end: number = this.length): Vec<V> {
    for (const place of [start, end])
      if (!Number.isInteger(place)) throw needed("an index", place, "vector.slice(0, 2)");
    return new Vec(Array.from({ length: end - start }, (_, offset) => this.at(start + offset)));
  }

  /** The elements, the last one first. */
  reverse(): Vec<V> {
    return new Vec([...this].reverse());
  }
}

function checkCallback(given: unknown, remedy: string): void {
  if (typeof given !== "function") throw needed("a function", given, remedy);
}

/** @throws CircuitError when two vectors that belong together differ in length. */
export function checkLength(length: number, other: number): void {
  if (length === other) return;
  throw new CircuitError(
    `a vector of ${length} meets one of ${other}; both must have the same length`,
    Location.capture(),
  );
}

// Own elements are found before the prototypes are asked, so the trap costs nothing where an element is there.
Object.setPrototypeOf(
  Vec.prototype,
  new Proxy(Object.freeze({}), {
    get(target, key, vector) {
      if (typeof key === "symbol" || !/^-?\d|^NaN$|^-?Infinity$/.test(key))
        return Reflect.get(target, key, vector);
      const { length } = vector as Vec<unknown>;
      const range = length === 0 ? "it is empty" : `its elements are 0 to ${length - 1}`;
      throw new CircuitError(`a vector has no element ${key}: ${range}`, Location.capture());
    },
  }),
);

/**
 * `condition ? whenTrue : whenFalse`. Both are signals of one type and width, or vectors or records of such.
 *
 * @throws CircuitError when types, widths, lengths or names differ.
 *
 * @example
 * const larger = module({ name: "larger", ports: { a: input(uint(8)), b: input(uint(8)), y: output(uint(8)) } }, (io) => {
 *   io.y.set(mux(io.a.gt(io.b), io.a, io.b));
 * });
 * const dut = engines.wasm.open(larger);
 * [dut.in.a, dut.in.b] = [7n, 9n];
 * console.log(dut.out.y); // 9
 */
export function mux<V extends Value>(condition: Bool, whenTrue: V, whenFalse: NoInfer<V>): V {
  const remedy = "mux(io.condition, whenTrue, whenFalse)";
  const isOne = whenTrue instanceof Signal || typeof whenTrue !== "object" || whenTrue === null;
  // One signal by another is checked by the mux of signals.
  if (!(isOne || condition instanceof Bool)) throw needed("a Bool", condition, remedy);
  if (!isOne) for (const branch of [whenTrue, whenFalse]) checkValue(branch, remedy);
  return choose(condition, whenTrue, whenFalse) as V;
}

function choose(condition: Bool, whenTrue: Value, whenFalse: Value): Value {
  // What is no value at all is refused by the mux of signals.
  if (whenTrue instanceof Signal || typeof whenTrue !== "object" || whenTrue === null)
    return muxSignals(condition, whenTrue, whenFalse as Signal);
  if (whenTrue instanceof Vec)
    return whenTrue
      .zip(whenFalse as Vec<Value>)
      .map(([one, other]) => choose(condition, one, other));
  const others = whenFalse as { readonly [name: string]: Value };
  checkNames(Object.keys(whenTrue), Object.keys(others));
  return Object.fromEntries(
    Object.entries(whenTrue).map(([name, one]) => [
      name,
      choose(condition, one, others[name] as Value),
    ]),
  );
}

/** @throws CircuitError unless both records have the same names. */
export function checkNames(names: readonly string[], others: readonly string[]): void {
  const odd =
    names.find((name) => !others.includes(name)) ?? others.find((name) => !names.includes(name));
  if (odd === undefined) return;
  throw new CircuitError(
    `\`${odd}\` stands on one side only: the sides have ${names.join(", ")} and ${others.join(", ")}`,
    Location.capture(),
  );
}

/** @throws CircuitError for what is neither a signal nor a vector or record of signals. */
export function checkValue(given: unknown, remedy: string): Value {
  if (given instanceof Signal) return given;
  const isRecord = typeof given === "object" && given !== null && !Array.isArray(given);
  const parts = given instanceof Vec ? [...given] : isRecord ? Object.values(given) : [];
  if (parts.length === 0) throw needed("a signal, a vector or signals by name", given, remedy);
  for (const part of parts) checkValue(part, remedy);
  return given as Value;
}

/** The same shape with every signal 0. */
function zeroOf(value: Value): Value {
  if (value instanceof Signal) return literal(value.type, 0);
  if (value instanceof Vec) return value.map(zeroOf);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, zeroOf(inner)]));
}

/** The element that `index` says, found bit by bit from the top; 0 where there is none. */
function chosen(elements: Vec<Value>, index: UInt): Value {
  const zero = zeroOf(elements.at(0));
  const within = (low: number, bit: number): Value => {
    if (low >= elements.length) return zero;
    if (bit < 0) return elements.at(low);
    return choose(index.bit(bit), within(low + 2 ** bit, bit - 1), within(low, bit - 1));
  };
  return within(0, index.width - 1);
}
