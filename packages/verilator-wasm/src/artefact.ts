import { VerilatorError } from "./errors.ts";

/** Static, so that bundlers see which files belong to the package. */
const places = {
  "verilator.wasm": new URL("../artefact/verilator.wasm", import.meta.url),
  "runtime.o": new URL("../artefact/runtime.o", import.meta.url),
  "headers.json": new URL("../artefact/headers.json", import.meta.url),
  SHA256SUMS: new URL("../artefact/SHA256SUMS", import.meta.url),
};

export type ArtefactName = Exclude<keyof typeof places, "SHA256SUMS">;

async function bytesAt(url: URL): Promise<Uint8Array<ArrayBuffer>> {
  if (url.protocol === "file:") {
    const { readFile } = await import("node:fs/promises");
    return new Uint8Array(await readFile(url));
  }
  const response = await fetch(url);
  if (!response.ok) throw new Error(`HTTP status ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

async function hashOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * A file of the package's artefact, compared with its SHA-256.
 *
 * @throws VerilatorError when it is missing or damaged.
 */
export async function artefact(name: ArtefactName): Promise<Uint8Array<ArrayBuffer>> {
  const read = async (file: keyof typeof places): Promise<Uint8Array<ArrayBuffer>> => {
    try {
      return await bytesAt(places[file]);
    } catch (cause) {
      throw new VerilatorError(`verilator-wasm: ${file} cannot be read; install it again`, "", {
        cause,
      });
    }
  };
  const [bytes, sums] = await Promise.all([read(name), read("SHA256SUMS")]);
  const line = new TextDecoder()
    .decode(sums)
    .split("\n")
    .find((row) => row.endsWith(`  ${name}`));
  if (line?.slice(0, 64) !== (await hashOf(bytes)))
    throw new VerilatorError(
      `verilator-wasm: ${name} is damaged (its SHA-256 is not the one in SHA256SUMS); install it again`,
    );
  return bytes;
}
