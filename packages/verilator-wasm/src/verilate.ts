import { VerilatorError } from "./errors.ts";
import { type Files, textOf } from "./files.ts";
import { type Message, messageLine, messagesIn } from "./messages.ts";
import { runVerilator } from "./run.ts";

export interface VerilateOptions {
  readonly top: string;
  /** The C++ class, `Vdut` if not given; its files begin with it. */
  readonly prefix?: string;
  /** More of Verilator's options, such as `--x-assign`. */
  readonly options?: readonly string[];
}

export interface Verilated {
  /** The C++ that `verilator --cc` writes, by file name. */
  readonly files: Readonly<Record<string, string>>;
  readonly messages: readonly Message[];
}

/**
 * A design as C++: `verilator --cc`.
 *
 * @param files the design's Verilog by relative path.
 * @throws VerilatorError when Verilator refuses the design: the message is its first error, with file and line.
 * @example
 * const { files } = await verilate({ "inverter.v": text }, { top: "inverter" });
 */
export async function verilate(files: Files, options: VerilateOptions): Promise<Verilated> {
  const { top, prefix = "Vdut", options: more = [] } = options;
  const args = ["--cc", "--top-module", top, "--prefix", prefix, "--Mdir", "obj", ...more];
  const run = await runVerilator([...args, ...Object.keys(files)], files);
  const log = run.stdout + run.stderr;
  const messages = messagesIn(log);
  if (run.code !== 0) {
    const first = messages.find(({ severity }) => severity === "error") ?? messages[0];
    const reason = first ? messageLine(first) : `exit status ${run.code}`;
    throw new VerilatorError(`Verilator refuses ${top}: ${reason}`, log);
  }
  const made = Object.entries(run.files).flatMap(([path, bytes]) =>
    /^obj\/.*\.(cpp|h)$/.test(path) ? [[path.slice("obj/".length), textOf(bytes)]] : [],
  );
  return { files: Object.fromEntries(made), messages };
}
