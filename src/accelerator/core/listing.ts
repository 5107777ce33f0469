import type { CoreProgram } from "./compile.ts";
import { type Descriptor, fieldNames, flags } from "./descriptor.ts";
import { HEADER_BYTES } from "./header.ts";

const hexadecimal = (value: number): string => `0x${value.toString(16).padStart(8, "0")}`;

const memoryFields: ReadonlySet<string> = new Set(["address"]);
const vectorFields: ReadonlySet<string> = new Set(["target", "source", "other"]);

/**
 * The program as lines to read: number, operation, every field that is not 0, and what it is.
 *
 * @example
 * console.log(programListing(tinyProgram("int8", 8))[0].includes("embed")); // true
 */
export function programListing({ steps, vectors }: CoreProgram): string[] {
  const named = (register: number, word: number): string => {
    const vector = vectors[register];
    const offset = word - (vector?.word ?? 0);
    return `${vector?.name.replaceAll(" ", "-")}${offset > 0 ? `+${offset}` : ""}`;
  };
  const shown = (descriptor: Descriptor): string =>
    fieldNames
      .filter((name) => !vectorFields.has(name) && !name.endsWith("Vector"))
      .filter((name) => descriptor[name] !== 0)
      .map((name) => {
        const value = descriptor[name];
        return `${name}=${memoryFields.has(name) ? hexadecimal(value) : value}`;
      })
      .join(" ");
  return steps.map(({ descriptor, note }, i) => {
    const { operation } = descriptor;
    const keepsNone = (descriptor.flags & flags.largest) !== 0;
    const vectorsOf = operands[operation]
      .filter((which) => !(which === "target" && keepsNone))
      .map((which) => named(descriptor[`${which}Vector`], descriptor[which]));
    const words = [String(i).padStart(5), operation.padEnd(9), ...vectorsOf, shown(descriptor)];
    return `${words.filter((word) => word !== "").join(" ")}  ; ${note}`;
  });
}

/** Vectors of each operation, the result first. */
const operands: Readonly<
  Record<Descriptor["operation"], readonly ("target" | "source" | "other")[]>
> = {
  end: [],
  embed: ["target"],
  load: ["target"],
  product: ["target", "source"],
  scores: ["target", "source"],
  softmax: ["target", "source"],
  means: ["target", "source"],
  norm: ["target", "source", "other"],
  rotate: ["target", "source", "other"],
  store: ["source"],
  function: ["target", "source"],
  multiply: ["target", "source", "other"],
  add: ["target", "source", "other"],
  scale: ["target", "source"],
};

/**
 * The memory and the vector memory as lines to read.
 *
 * @example
 * console.log(layoutListing(tinyProgram("int8", 8))[1].trim()); // address        bytes  contents
 */
export function layoutListing({ header, regions, vectors }: CoreProgram): string[] {
  const line = (address: number, bytes: number, name: string): string =>
    `${hexadecimal(address)} ${String(bytes).padStart(12)}  ${name}`;
  return [
    `memory: ${header.memoryBytes} bytes, of which the image has ${header.imageBytes}`,
    "   address        bytes  contents",
    line(0, HEADER_BYTES, "header"),
    line(
      HEADER_BYTES,
      HEADER_BYTES * header.descriptors,
      `program, ${header.descriptors} descriptors`,
    ),
    ...regions.map(({ address, bytes, name }) => line(address, bytes, name)),
    "",
    `vector memory: ${header.words} words of 32 bits`,
    "      word        words  vector",
    ...vectors.map(({ word, length, name }) => line(word, length, name)),
  ];
}
