import { CircuitError } from "../errors.ts";
import { checkKeys } from "../keys.ts";
import { Location } from "../location.ts";
import { needed } from "../needed.ts";
import { checkType, fromBits, type HardwareType } from "../types.ts";

/**
 * The contents of a memory or table from the text of a memory file, as Verilog's `$readmemh` reads it (IEEE 1364-2005, 17.2.9): hexadecimal
 * bit patterns between white space, `@` with a hexadecimal address before words that stand elsewhere, comments, underscores. Words between
 * that the file does not give are 0.
 *
 * @param options.depth words that the memory has
 * @param options.type of a word
 * @throws CircuitError for text that is no memory file, X and Z digits, a word wider than the type, and an address beyond the depth, each with its line.
 *
 * @example
 * const bytes = { depth: 8, type: uint(8) };
 * console.log(readmemh("1f // the first word\n@3 2a 2b", bytes).join()); // 31,0,0,42,43
 */
export function readmemh(
  text: string,
  options: { readonly depth: number; readonly type: HardwareType },
): bigint[] {
  checkKeys("readmemh", options, ["depth", "type"]);
  const { depth, type } = options;
  checkType(type);
  if (typeof text !== "string")
    throw needed("the text of a memory file", text, 'readmemh("00 1f", …)');
  const location = Location.capture();
  if (!Number.isSafeInteger(depth) || depth < 1)
    throw new CircuitError(`readmemh takes a depth of 1 or more words, not ${depth}`, location);
  const words: bigint[] = [];
  let address = 0;
  for (const { token, line } of tokensOf(text, location)) {
    const refused = (why: string): CircuitError =>
      new CircuitError(`memory file, line ${line}: ${shown(token)} ${why}`, location);
    const digits = token.replace(/^@/, "").replaceAll("_", "");
    if (!/^[0-9a-f]+$/i.test(digits)) throw refused("is no hexadecimal number");
    const value = BigInt(`0x${digits}`);
    if (token.startsWith("@")) {
      if (value >= BigInt(depth)) throw refused(`is beyond the ${depth} words of the memory`);
      address = Number(value);
      continue;
    }
    if (address >= depth) throw refused(`is one word more than the ${depth} of the memory`);
    if (value >> BigInt(type.width) !== 0n) throw refused(`has more than ${type.width} bits`);
    while (words.length < address) words.push(0n);
    words[address] = fromBits(type, value);
    address += 1;
  }
  return words;
}

/** Words and addresses with their lines, without comments. */
function* tokensOf(text: string, location: Location): Generator<{ token: string; line: number }> {
  let line = 1;
  for (const [part] of text.matchAll(/\n|\/\/[^\n]*|\/\*.*?\*\/|[^\s/]+|\/\*?/gs)) {
    if (part === "/" || part === "/*")
      throw new CircuitError(
        `memory file, line ${line}: ${part === "/" ? "a / that begins no comment" : "a comment that does not end"}`,
        location,
      );
    if (part === "\n") line += 1;
    else if (part.startsWith("/")) line += part.split("\n").length - 1;
    else yield { token: part, line };
  }
}

const shown = (token: string): string => (token.length > 24 ? `${token.slice(0, 24)}…` : token);
