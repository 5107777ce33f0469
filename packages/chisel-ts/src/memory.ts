import { builder } from "./builder.ts";
import { checkSignal } from "./check-signal.ts";
import { CircuitError } from "./errors.ts";
import type * as ir from "./ir.ts";
import { checkKeys } from "./keys.ts";
import { operandNode } from "./literal.ts";
import { Location } from "./location.ts";
import { addressWidthOf, lookup, wordsOf } from "./lookup.ts";
import { slice } from "./operate.ts";
import type { Signal, UInt } from "./signal.ts";
import { type Operand, type SignalOf, wrap } from "./signal-of.ts";
import { bool, checkType, type HardwareType, uint } from "./types.ts";

/** A memory: `depth` words of one type, addressed by `addressWidth` bits. */
export interface MemoryPort<T extends HardwareType> {
  readonly addressWidth: number;
  /**
   * A synchronous read port: the word appears one cycle after its address and stays while `enable`
   * is 0. `collision` says what a read of the word being written gives.
   */
  read(
    name: string,
    address: Operand<HardwareType<"uint">>,
    enable?: Operand<HardwareType<"bool">>,
  ): SignalOf<T>;
  /**
   * The word at an address in the same cycle: what the memory holds before the clock edge, 0 beyond its last word. A
   * memory that is read so is made of registers or of distributed RAM, never of block RAM.
   *
   * @example
   * io.operand.set(registers.readCombinational(io.source));
   */
  readCombinational(address: Operand<HardwareType<"uint">>): SignalOf<T>;
  /** Writes at the clock edge; inside `when`, where its condition holds. The later of two wins. */
  write(
    address: Operand<HardwareType<"uint">>,
    data: Operand<T>,
    enable?: Operand<HardwareType<"bool">>,
  ): void;
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
    enable?: Operand<HardwareType<"bool">>,
  ): void;
}

/**
 * A memory with synchronous and combinational reads. Reads beyond `depth` give 0, writes beyond it do nothing.
 *
 * @param options.contents the words at power-up, from address 0.
 * @param options.collision what a read gives of the word that is written at the same edge. `old` (the default) and `new`
 *   cost a bypass around most block RAMs. `never` costs nothing: an assertion, `NAME_READ_apart`, states that it does not
 *   happen; if it does, a four-state simulator reads X, the others the old word, and hardware any word.
 * @throws CircuitError when the depth is no positive whole number or the contents do not fit.
 *
 * @example
 * const scratch = module(
 *   { name: "scratch", ports: { address: input(uint(2)), data: input(uint(8)), write: input(bool()), word: output(uint(8)) } },
 *   (io) => {
 *     const words = memory("words", { type: uint(8), depth: 4 });
 *     words.write(io.address, io.data, io.write);
 *     io.word.set(words.readCombinational(io.address));
 *   },
 * );
 * const dut = engines.wasm.open(scratch);
 * [dut.in.address, dut.in.data, dut.in.write] = [2n, 77n, true];
 * dut.step();
 * console.log(dut.out.word); // 77
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
  checkKeys("a memory", options, ["depth", "type", "contents", "collision"]);
  const { depth, type, contents, collision = "old" } = options;
  checkType(type);
  const location = Location.capture();
  const owner = builder("memory");
  if (!Number.isSafeInteger(depth) || depth < 1) {
    throw new CircuitError(
      `the depth of \`${name}\` must be a whole number ≥ 1, it is ${depth}`,
      location,
    );
  }
  const words = contents && wordsOf(name, type, contents, location);
  if (words && words.length > depth) {
    throw new CircuitError(`\`${name}\` holds ${depth} words, ${words.length} are given`, location);
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
    contents: words,
    location,
  });
  owner.memories.push(node);
  const addressWidth = addressWidthOf(depth);
  const addressNode = (address: unknown): ir.Node =>
    operandNode(uint(addressWidth), address, `${name} address`);

  /** A constant is an enable too: what is false never writes. */
  const enableNode = (enable: unknown): ir.Node | undefined =>
    enable === undefined ? undefined : operandNode(bool(), enable, `${name} enable`);

  const addWrite = (
    address: unknown,
    data: ir.Node,
    enable: unknown,
    lanes: ir.MemoryWritePort["lanes"],
  ): void => {
    const port = {
      memory: node,
      address: addressNode(address),
      data,
      lanes,
      enable: owner.guarded(enableNode(enable)),
      location: Location.capture(),
    };
    owner.block.statements.push({ kind: "write", port });
  };

  return {
    addressWidth,
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
        enable: owner.guarded(enableNode(enable)),
      });
      return wrap(type, read);
    },
    readCombinational: (address) => wrap(type, lookup(node, addressNode(address))),
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
function lanesOf(name: string, data: ir.Node, given: Signal): ir.WriteLane[] {
  const { node: mask } = checkSignal(given, "words.writeMasked(address, data, mask)");
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
