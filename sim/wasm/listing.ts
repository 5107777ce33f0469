import type { Code } from "./encoder.ts";
import { type Instruction, instructions } from "./instructions.ts";

const byOpcode = new Map<string, Instruction>(
  [...instructions.values()].map((item) => [`${item.prefix ?? ""}:${item.opcode}`, item]),
);

/** The functions of a compiled module as text, in the notation of WebAssembly's text format, to be read. */
export const listing = (functions: readonly Code[]): string =>
  functions.map(functionListing).join("\n\n");

function functionListing({ name, parameters, locals, bytes, remarks, calls }: Code): string {
  const reader = new Reader(bytes);
  const head = [
    `(func $${name}`,
    ...parameters.map((type, index) => ` (param ${index} ${type})`),
    ` ;; ${locals.length} locals`,
  ].join("");
  const lines = [head];
  let depth = 1;
  while (reader.at < bytes.length) {
    const remark = remarks.get(reader.at);
    const { opcode, prefix } = reader.opcode();
    const item = byOpcode.get(`${prefix ?? ""}:${opcode}`);
    if (!item) throw new Error(`no instruction ${prefix ?? ""} ${opcode}`);
    if (item.name === "end") depth -= 1;
    const indent = "  ".repeat(item.name === "else" ? depth - 1 : depth);
    if (remark !== undefined) lines.push(`${indent};; ${remark}`);
    const callee = calls.get(reader.at);
    const immediate = reader.immediate(item);
    lines.push(`${indent}${item.name}${callee === undefined ? immediate : ` $${callee}`}`);
    if (item.immediate === "block") depth += 1;
  }
  return [...lines, ")"].join("\n");
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
