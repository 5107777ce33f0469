// Memories, modules and instances of WebAssembly; a limit that is met is a RangeError.

import type { ir } from "@chisel-ts/core";
import { assemble, type Code } from "./encoder.ts";

const pageBytes = 65_536;

/** @param shared with a worker: then it does not grow. @throws RangeError when the machine does not have the bytes. */
export function allocate(bytes: number, shared = false): WebAssembly.Memory {
  const initial = Math.ceil(bytes / pageBytes);
  try {
    return new WebAssembly.Memory(shared ? { initial, maximum: initial, shared } : { initial });
  } catch (cause) {
    throw new RangeError(
      `the wasm engine needs ${bytes} bytes of memory, which are not to be had`,
      {
        cause,
      },
    );
  }
}

export function grow(memory: WebAssembly.Memory, bytes: number): void {
  try {
    memory.grow(Math.ceil(bytes / pageBytes));
  } catch (cause) {
    throw new RangeError(`the wasm engine needs ${bytes} more bytes, which are not to be had`, {
      cause,
    });
  }
}

export type CompiledFunction = (cycles?: number, first?: number) => void;

export const instantiate = (module: WebAssembly.Module, memory: WebAssembly.Memory) =>
  new WebAssembly.Instance(module, { env: { memory } });

/** @param shared whether its memory is. @throws RangeError when the code is more than V8 compiles. */
export function compiled(
  { name, location }: ir.ModuleIr,
  code: readonly Code[],
  shared = false,
): WebAssembly.Module {
  const bytes = assemble(code, shared);
  try {
    return new WebAssembly.Module(bytes);
  } catch (cause) {
    throw new RangeError(
      `${name} of ${location} is too large for WebAssembly: its code has ${bytes.length} bytes; the ` +
        "interpreter has no such limit",
      { cause },
    );
  }
}
