import {
  ConsoleStdout,
  Directory,
  File,
  type Inode,
  OpenFile,
  PreopenDirectory,
  WASI,
} from "@bjorn3/browser_wasi_shim";
import { artefact } from "./artefact.ts";
import { VerilatorError } from "./errors.ts";
import { checkPaths, type Files } from "./files.ts";
import type { Run } from "./run-result.ts";
import { type WasmModule, webAssembly } from "./webassembly.ts";

let compiled: Promise<WasmModule> | undefined;

/** Verilator itself, compiled once. */
function program(): Promise<WasmModule> {
  compiled ??= artefact("verilator.wasm").then((bytes) => webAssembly.compile(bytes));
  // A failure is not kept: the next call tries again.
  compiled.catch(() => {
    compiled = undefined;
  });
  return compiled;
}

/**
 * Runs one command line of Verilator on files in memory.
 *
 * @param args as on the command line, without the program's name.
 * @throws VerilatorError when the program ends abnormally, for want of memory for instance.
 */
export async function runVerilator(args: readonly string[], files: Files): Promise<Run> {
  checkPaths(files);
  try {
    return await runHere(args, files);
  } catch (error) {
    if (!(error instanceof VerilatorError && isStackOverflow(error.cause))) throw error;
    // Verilator's passes recurse along chains of choices. Only Node gives a thread a larger stack.
    const thread = await import("./large-stack.ts").catch(() => undefined);
    if (!thread) throw error;
    return thread.runInThread(args, files);
  }
}

const isStackOverflow = (cause: unknown): boolean =>
  cause instanceof RangeError && /call stack/.test(cause.message);

/** One run on the stack of this thread. */
export async function runHere(args: readonly string[], files: Files): Promise<Run> {
  const module = await program();
  // --lint-only writes what it would emit to /dev/null; Verilator looks for its own package of SystemVerilog.
  const root = tree({ ...files, "dev/null": "", "share/verilator/include/verilated_std.sv": "" });
  const [stdout, stderr] = [new Text(), new Text()];
  const descriptors = [
    new OpenFile(new File([])),
    new ConsoleStdout((bytes) => stdout.add(bytes)),
    new ConsoleStdout((bytes) => stderr.add(bytes)),
    new PreopenDirectory("/", root),
  ];
  const wasi = new WASI(
    ["verilator_bin", ...args],
    ["VERILATOR_ROOT=/share/verilator"],
    descriptors,
    {
      debug: false,
    },
  );
  const instance = new webAssembly.Instance(module, { wasi_snapshot_preview1: wasi.wasiImport });
  let code: number;
  try {
    code = wasi.start(instance as Parameters<typeof wasi.start>[0]);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new VerilatorError(
      `Verilator ended abnormally (${reason}): the design may need more memory than WebAssembly has, 4 GiB`,
      stderr.text,
      { cause },
    );
  }
  return { code, stdout: stdout.text, stderr: stderr.text, files: flat(root) };
}

/** Bytes that arrive in pieces, as text. */
class Text {
  text = "";
  readonly #decoder = new TextDecoder();

  add(bytes: Uint8Array): void {
    this.text += this.#decoder.decode(bytes, { stream: true });
  }
}

const encoder = new TextEncoder();

function tree(files: Files): Map<string, Inode> {
  const root = new Map<string, Inode>();
  for (const [path, data] of Object.entries(files)) {
    const parts = path.split("/");
    const name = parts.pop() ?? path;
    let folder = root;
    for (const part of parts) {
      let inner = folder.get(part);
      if (!(inner instanceof Directory)) {
        inner = new Directory(new Map());
        folder.set(part, inner);
      }
      folder = (inner as Directory).contents;
    }
    folder.set(name, new File(typeof data === "string" ? encoder.encode(data) : data));
  }
  return root;
}

function flat(folder: ReadonlyMap<string, Inode>, prefix = ""): Record<string, Uint8Array> {
  const files: Record<string, Uint8Array> = {};
  for (const [name, entry] of folder) {
    if (entry instanceof Directory) Object.assign(files, flat(entry.contents, `${prefix}${name}/`));
    else if (entry instanceof File) files[prefix + name] = entry.data;
  }
  return files;
}
