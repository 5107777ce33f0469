import { at } from "./at.ts";
import { builder } from "./builder.ts";
import { CircuitError } from "./errors.ts";
import type * as ir from "./ir.ts";
import { Location } from "./location.ts";
import { Signal } from "./signal.ts";
import { fromBits } from "./types.ts";

/**
 * Prints a line at every clock edge outside reset; inside `when`, where its condition holds. The values are those
 * before the edge. The in-process engines print; in the Verilog it is a `$display` under `` `ifdef DISPLAY``.
 *
 * @param text with a place for every value: `%d` decimal, `%x` hexadecimal and `%b` binary with all digits; `%%` is a
 *   per cent sign. Printable ASCII.
 * @throws CircuitError where places and values differ in number, and for any other place or sign.
 *
 * @example
 * const printing = module({ name: "printing", ports: { count: output(uint(8)) } }, (io) => {
 *   const value = register("value", uint(8), { reset: 0 });
 *   value.set(value.addWrap(1));
 *   when(value.eq(2), () => display("the count is %d", value));
 *   io.count.set(value);
 * });
 * const lines = [];
 * engines.wasm.open(printing, { display: ({ text }) => lines.push(text) }).step(5);
 * console.log(lines.join()); // the count is 2
 */
export function display(text: string, ...values: readonly Signal[]): void {
  const owner = builder("display");
  const location = Location.capture();
  const fail = (why: string): never => {
    throw new CircuitError(`display ${why}`, location);
  };
  if (typeof text !== "string") fail(`prints a text, not ${typeof text}`);
  const odd = /[^\x20-\x7e]/.exec(text)?.[0];
  if (odd !== undefined) fail(`prints one line of ASCII; ${JSON.stringify(odd)} is none of it`);
  const parts: ir.DisplayPart[] = [];
  let next = 0;
  for (const piece of text.split(/(%.?)/)) {
    const format = piece.slice(1);
    if (!piece.startsWith("%")) parts.push(piece);
    else if (format === "%") parts.push("%");
    else if (format !== "d" && format !== "x" && format !== "b")
      fail(`has no place \`${piece}\`; places are %d, %x and %b, and %% is a per cent sign`);
    else {
      const value = values[next++];
      if (value instanceof Signal) parts.push({ format, type: value.type, node: value.node });
    }
  }
  if (next !== values.length)
    fail(`has ${counted(next, "place")} and ${counted(values.length, "value")}`);
  const wrong = values.findIndex((value) => !(value instanceof Signal));
  if (wrong >= 0) fail(`prints signals; value ${wrong} is ${typeof values[wrong]}`);
  owner.displays.push({ parts, enable: owner.guarded(undefined), location });
}

const counted = (count: number, what: string): string =>
  `${count} ${what}${count === 1 ? "" : "s"}`;

/**
 * A display's line. @param bits the bit patterns of its values, in order.
 *
 * @example
 * const printing = module({ name: "printing", ports: { count: output(uint(8)) } }, (io) => {
 *   const value = register("value", uint(8), { reset: 0 });
 *   value.set(value.addWrap(1));
 *   display("value is %x", value);
 *   io.count.set(value);
 * });
 * console.log(displayText(printing.displays[0], [255n])); // value is ff
 */
export function displayText({ parts }: ir.Display, bits: readonly bigint[]): string {
  let next = 0;
  return parts
    .map((part) => {
      if (typeof part === "string") return part;
      const value = at(bits, next++);
      const { format, type } = part;
      if (format === "d") return fromBits(type, value).toString();
      return format === "x"
        ? value.toString(16).padStart(Math.ceil(type.width / 4), "0")
        : value.toString(2).padStart(type.width, "0");
    })
    .join("");
}
