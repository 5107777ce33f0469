import { closeSync, constants, fstatSync, openSync, readSync } from "#host/tools/disk";
import { CheckpointError } from "./error.ts";

/** Bytes that are read by position, with a name for messages. */
export interface ByteSource {
  readonly path: string;
  readonly size: number;
  /** Fills `into`. */
  read(position: number, into: Uint8Array): void;
  close?(): void;
}

/**
 * A file that is in memory already, as a browser has it.
 *
 * @param name tells the format by its end, as a path does: `.gguf`, `.bin`, otherwise safetensors.
 *
 * @example
 * await saveFloats(`${folder}/weights.safetensors`, [{ name: "w", shape: [2], data: Float32Array.of(1, 2) }]);
 * const bytes = process.getBuiltinModule("node:fs").readFileSync(`${folder}/weights.safetensors`);
 * console.log(openCheckpoint(bytesSource("weights.safetensors", bytes)).tensors[0].name); // w
 */
export const bytesSource = (name: string, bytes: Uint8Array): ByteSource => ({
  path: name,
  size: bytes.length,
  read: (position, into) => into.set(bytes.subarray(position, position + into.length)),
});

/** An open file, read by position. */
export class InputFile implements ByteSource {
  readonly path: string;
  readonly size: number;
  readonly #descriptor: number;

  /** @throws NodeJS.ErrnoException when it cannot be opened; CheckpointError when it is no file. */
  constructor(path: string) {
    this.path = path;
    // Without O_NONBLOCK (Windows has none, nor named pipes here) a pipe would wait for a writer indefinitely.
    this.#descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const status = fstatSync(this.#descriptor);
    this.size = status.size;
    if (!status.isFile()) {
      this.close();
      throw new CheckpointError(path, "is not a file");
    }
  }

  /** @throws CheckpointError when the file ends first: it shrank after it was opened. */
  read(position: number, into: Uint8Array): void {
    for (let got = 0; got < into.length; ) {
      const more = readSync(this.#descriptor, into, got, into.length - got, position + got);
      if (more === 0)
        throw new CheckpointError(this.path, `ends at ${position + got} while it is being read`);
      got += more;
    }
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

/**
 * A file in memory.
 *
 * @param limit the most bytes it may have.
 * @throws CheckpointError when it is longer, or no file; NodeJS.ErrnoException when it cannot be read.
 */
export function readWhole(path: string, limit: number): Uint8Array {
  const input = new InputFile(path);
  try {
    if (input.size > limit)
      throw new CheckpointError(path, `is ${input.size} bytes, the limit is ${limit}`);
    const bytes = new Uint8Array(input.size);
    input.read(0, bytes);
    return bytes;
  } finally {
    input.close();
  }
}
