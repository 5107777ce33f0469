/** Texts and block comments, in which `//` begins nothing, or the comment to the end of a line. */
const pieces = /("(?:[^"\\\n]|\\.)*"|\/\*[\s\S]*?\*\/)|\/\/.*$/gm;

/** Verilog without its line comments: they name lines of TypeScript, and a line that moves changes no logic. */
export const withoutComments = (verilog: string): string =>
  verilog.replaceAll(pieces, (_, kept = "") => kept);
