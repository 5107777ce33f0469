import { builder } from "./builder.ts";
import { CircuitError } from "./errors.ts";
import type * as ir from "./ir.ts";
import { Location } from "./location.ts";
import { slice } from "./operate.ts";
import { buildShape, type ResetsOf, type Shape, type TargetsOf } from "./shape.ts";
import { Bool, operandNode, Signal, type Target, type UInt, wrap } from "./signal.ts";
import type { Driven } from "./statements.ts";
import type { Operand } from "./types.ts";
import { type HardwareType, type SignalOf, toBits, typeName, uint } from "./types.ts";

/** The signal of a node that `set` drives. */
export function target<T extends HardwareType>(type: T, node: Driven): Target<SignalOf<T>> {
  const set = (value: unknown): void =>
    builder("set").drive(node, operandNode(type, value, node.name));
  return Object.assign(wrap(type, node), { set }) as unknown as Target<SignalOf<T>>;
}

/**
 * A combinational signal that may be read before the line that drives it, or one for each type of a shape: their
 * names continue `name` with `_` and the key or index.
 */
export function wire<T extends HardwareType>(name: string, type: T): Target<SignalOf<T>>;
export function wire<S extends Shape>(name: string, shape: S): TargetsOf<S>;
export function wire(name: string, shape: Shape): unknown {
  const location = Location.capture();
  const { wires } = builder("wire");
  return buildShape(shape, name, (type, own) => {
    const node: ir.Wire = Object.freeze({
      kind: "wire",
      name: own,
      type,
      width: type.width,
      location,
    });
    wires.add(node);
    return target(type, node);
  });
}

/**
 * A rising-edge register. Reading it gives the present value, `set` the next one; where nothing sets
 * it, it keeps its value. A shape makes one register for each of its types, whose names continue `name` with `_` and
 * the key or index.
 *
 * @param options.reset loaded while the synchronous, active-high reset is 1; without it the register
 *   starts unknown. For a shape: one number for all of it, or values in its form.
 * @example
 * const taken = register("taken", { weight: uint(8), last: bool() }, { reset: 0 });
 */
export function register<T extends HardwareType>(
  name: string,
  type: T,
  options?: { readonly reset?: number | bigint | boolean },
): Target<SignalOf<T>>;
export function register<S extends Shape>(
  name: string,
  shape: S,
  options?: { readonly reset?: ResetsOf<S> },
): TargetsOf<S>;
export function register(
  name: string,
  shape: Shape,
  { reset }: { readonly reset?: ResetsOf<Shape> } = {},
): unknown {
  const location = Location.capture();
  const { registers } = builder("register");
  return buildShape(shape, name, (type, own, path) => {
    const value = reset === undefined ? undefined : resetAt(reset, path, own, location);
    const node: ir.Register = Object.freeze({
      kind: "register",
      name: own,
      type,
      width: type.width,
      reset: value === undefined ? undefined : toBits(type, value, `\`${own}\` at reset`, location),
      location,
    });
    registers.add(node);
    return target(type, node);
  });
}

/** The reset value of a part of a shape: its own, or that of the whole. */
function resetAt(
  reset: unknown,
  path: readonly string[],
  name: string,
  location: Location,
): number | bigint | boolean {
  let value = reset;
  for (const key of path) {
    if (typeof value !== "object" || value === null) break;
    value = Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
  }
  // A register of one type: whatever it is, its type says whether it fits.
  const isOwn = path.length === 0 || (typeof value !== "object" && value !== undefined);
  if (isOwn) return value as number | bigint | boolean;
  throw new CircuitError(
    `\`${name}\` has no reset value where others of its shape have one`,
    location,
  );
}

/** A memory: `depth` words of one type, addressed by `addressWidth` bits. */
export interface MemoryPort<T extends HardwareType> {
  readonly addressWidth: number;
  /**
   * A synchronous read port: the word appears one cycle after its address and stays while `enable`
   * is 0. `collision` says what a read of the word being written gives.
   */
  read(name: string, address: Operand<HardwareType<"uint">>, enable?: Bool): SignalOf<T>;
  /** Writes at the clock edge; inside `when`, where its condition holds. The later of two wins. */
  write(address: Operand<HardwareType<"uint">>, data: Operand<T>, enable?: Bool): void;
  /**
   * As `write`, but of the word only the lanes whose bit of `mask` is 1: bit 0 is the lane of the least significant
   * bits. The lanes are of one width: a mask of as many bits as the word has is one of bits, a quarter of the word a
   * lane where it has 4.
   *
   * @throws CircuitError when the word cannot be divided into that many lanes.
   * @example
   * words.writeMasked(io.address, io.data, io.byteEnables, io.write);
   */
  writeMasked(
    address: Operand<HardwareType<"uint">>,
    data: Operand<T>,
    mask: UInt,
    enable?: Bool,
  ): void;
}

/**
 * A memory with synchronous read. Reads beyond `depth` give 0, writes beyond it do nothing.
 *
 * @param options.contents the words at power-up, from address 0.
 * @param options.collision what a read gives of the word that is written at the same edge. `old` (the default) and `new`
 *   cost a bypass around most block RAMs. `never` costs nothing: an assertion, `NAME_READ_apart`, states that it does not
 *   happen; if it does, a four-state simulator reads X, the others the old word, and hardware any word.
 * @throws CircuitError when the depth is no positive whole number or the contents do not fit.
 */
export function memory<T extends HardwareType>(
  name: string,
  options: {
    readonly depth: number;
    readonly type: T;
    readonly contents?: readonly (number | bigint)[];
    readonly collision?: ir.Collision;
  },
): MemoryPort<T> {
  const { depth, type, contents, collision = "old" } = options;
  const location = Location.capture();
  const owner = builder("memory");
  if (!Number.isSafeInteger(depth) || depth < 1) {
    throw new CircuitError(
      `the depth of \`${name}\` must be a whole number ≥ 1, it is ${depth}`,
      location,
    );
  }
  if (contents && contents.length > depth) {
    throw new CircuitError(
      `\`${name}\` holds ${depth} words, ${contents.length} are given`,
      location,
    );
  }
  if (!["old", "new", "never"].includes(collision)) {
    throw new CircuitError(
      `the collision rule of \`${name}\` must be old, new or never, it is ${collision}`,
      location,
    );
  }
  const node: ir.Memory = Object.freeze({
    name,
    depth,
    collision,
    width: type.width,
    contents: contents?.map((word, address) =>
      toBits(type, word, `\`${name}[${address}]\``, location),
    ),
    location,
  });
  owner.memories.push(node);
  const addressType = uint(Math.max(1, Math.ceil(Math.log2(depth))));
  const addressNode = (address: unknown): ir.Node =>
    operandNode(addressType, address, `${name} address`);

  const addWrite = (
    address: unknown,
    data: ir.Node,
    enable: Bool | undefined,
    lanes: ir.MemoryWritePort["lanes"],
  ): void => {
    const port = {
      ...{ memory: node, address: addressNode(address), data, lanes },
      ...{ enable: owner.guarded(enable?.node), location: Location.capture() },
    };
    owner.block.statements.push({ kind: "write", port });
  };

  return {
    addressWidth: addressType.width,
    read(readName, address, enable) {
      const read: ir.MemoryRead = Object.freeze({
        kind: "memoryRead",
        name: readName,
        type,
        width: type.width,
        memory: node,
        location: Location.capture(),
      });
      owner.reads.push({
        node: read,
        address: addressNode(address),
        enable: owner.guarded(enable?.node),
      });
      return wrap(type, read);
    },
    write(address, data, enable) {
      const word = operandNode(type, data, `${name} data`);
      addWrite(address, word, enable, undefined);
    },
    writeMasked(address, data, mask, enable) {
      const word = operandNode(type, data, `${name} data`);
      addWrite(address, word, enable, lanesOf(name, word, mask));
    },
  };
}

/** The lanes into which a mask divides a word. @throws CircuitError when they would not be of one width. */
function lanesOf(name: string, data: ir.Node, { node: mask }: Signal): ir.WriteLane[] {
  const width = data.width / mask.width;
  if (!Number.isInteger(width)) {
    throw new CircuitError(
      `\`${name}\` has words of ${data.width} bits, which a mask of ${mask.width} bits does not divide into equal lanes`,
      Location.capture(),
    );
  }
  return Array.from({ length: mask.width }, (_, lane) => {
    const [low, high] = [width * lane, width * (lane + 1) - 1];
    return { low, high, data: slice(data, high, low), enable: slice(mask, lane, lane) };
  });
}

/** Gives combinational values names that reach the Verilog and the waves. */
export function named<R extends Readonly<Record<string, Signal>>>(signals: R): R {
  const owner = builder("named");
  for (const [name, { type, node }] of Object.entries(signals)) {
    if (node.kind !== "constant") owner.named.push({ name, type, node });
  }
  return signals;
}

/** Says that these signals are not used on purpose. */
export function unused(...signals: readonly Signal[]): void {
  builder("unused").unused.push(...signals.map((signal) => signal.node));
}

const check =
  (kind: ir.Check["kind"]) =>
  (condition: Bool, label: string): void => {
    const owner = builder(kind);
    const location = Location.capture();
    if (!(condition instanceof Bool)) {
      const found = condition as Signal | undefined;
      const type = found instanceof Signal ? typeName(found.type) : typeof found;
      throw new CircuitError(`${kind} needs a Bool, not ${type}`, location);
    }
    const whole =
      kind === "cover" ? owner.guarded(condition.node) : owner.implied(condition.node, location);
    owner.checks.push({ kind, label, condition: whole, location });
  };

/**
 * States that `condition` holds at every clock edge outside reset; inside `when`, wherever the
 * surrounding conditions hold. `label` is an identifier.
 */
export const assert = check("assert");
/**
 * States that the surroundings keep `condition` at every clock edge outside reset; inside `when`,
 * wherever the surrounding conditions hold.
 */
export const assume = check("assume");
/**
 * Asks whether `condition` can ever hold at a clock edge outside reset; inside `when`, together with
 * the surrounding conditions.
 */
export const cover = check("cover");
