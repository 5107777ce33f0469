import { argv } from "node:process";

/** A command line as a shell reads it. */
export const commandLine = (args: readonly string[]): string =>
  ["rf8", ...args]
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(" ");

/** Flags of where work is done, each with a value: a report is the same wherever, and tells no password of a queue. */
const places = ["--queue", "--launch", "--jobs"];

/** Arguments without what says how and where a command runs, but not what it finds. */
export function withoutPlaces(args: readonly string[]): string[] {
  const isLeft = (word: string, at: number): boolean =>
    word !== "--json" &&
    !places.includes(word) &&
    !places.some((flag) => word.startsWith(`${flag}=`)) &&
    !places.includes(args[at - 1] ?? "");
  return args.filter(isLeft);
}

/** The running command: what a document says it was made by. */
export const ownCommandLine = (): string => commandLine(withoutPlaces(argv.slice(2)));
