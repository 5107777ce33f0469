import { argv } from "node:process";

/** A command line as a shell reads it. */
export const commandLine = (args: readonly string[]): string =>
  ["rf8", ...args]
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(" ");

/** The running command: what a document says it was made by. */
export const ownCommandLine = (): string =>
  commandLine(argv.slice(2).filter((word) => word !== "--json"));
