// Reads the encoded instructions back.

import { type Instruction, instructions } from "./instructions.ts";

const byOpcode = new Map<string, Instruction>(
  [...instructions.values()].map((item) => [`${item.prefix ?? ""}:${item.opcode}`, item]),
);

/** An instruction at its place in the code. */
export interface Placed {
  readonly at: number;
  readonly item: Instruction;
  /** Where what follows the opcode stands, and its text with a space before it. */
  readonly immediateAt: number;
  readonly immediate: string;
}

/** The instructions that the encoder wrote, one after the other. */
export function* readInstructions(bytes: Uint8Array): Generator<Placed> {
  const reader = new Reader(bytes);
  while (reader.at < bytes.length) {
    const { at } = reader;
    const { opcode, prefix } = reader.opcode();
    const item = byOpcode.get(`${prefix ?? ""}:${opcode}`);
    if (!item) throw new Error(`no instruction ${prefix ?? ""} ${opcode}`);
    const immediateAt = reader.at;
    yield { at, item, immediateAt, immediate: reader.immediate(item) };
  }
}

/** Reads back what the encoder wrote. */
class Reader {
  at = 0;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  opcode(): { opcode: number; prefix: number | undefined } {
    const first = this.#byte();
    const prefixed = first === 0xfc || first === 0xfd;
    return { opcode: prefixed ? this.#unsigned() : first, prefix: prefixed ? first : undefined };
  }

  /** The text of what follows an opcode, with a space before it. */
  immediate({ immediate }: Instruction): string {
    switch (immediate) {
      case "none":
        return "";
      case "block":
        this.at += 1;
        return "";
      case "copy":
        this.at += 2;
        return "";
      case "index":
        return ` ${this.#unsigned()}`;
      case "function":
        this.at += 5;
        return "";
      case "signed":
        return ` ${this.#signed()}`;
      case "address":
        this.at += 1;
        return ` offset=${this.#unsigned()}`;
      case "bytes": {
        const bytes = this.#bytes.slice(this.at, this.at + 16);
        this.at += 16;
        return ` ${bytes.join(" ")}`;
      }
    }
  }

  #byte(): number {
    const byte = this.#bytes[this.at];
    if (byte === undefined) throw new Error("the code ends within an instruction");
    this.at += 1;
    return byte;
  }
  #unsigned(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.#byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  }
  #signed(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.#byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(Number(shift) + 7, value);
    }
  }
}
