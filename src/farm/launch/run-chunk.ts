import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Farm, FarmError } from "../farm.ts";
import type { Piece } from "../kind.ts";
import { Folder, readChunk } from "./folder.ts";

/** Milliseconds between two looks whether the chunk is still wanted. */
const lookInterval = 1000;

/**
 * Does the pieces of a chunk on a farm of this machine, and leaves each outcome in the folder.
 *
 * @param file as `Folder.writeChunk` gave it.
 * @throws FarmError for a chunk of another version, or a file that is none.
 */
export async function runChunk(file: string, version: string, farm: Farm): Promise<void> {
  const chunk = chunkOf(file);
  if (chunk.version !== version) {
    throw new FarmError(
      `${file}: its work is of version ${chunk.version} of rf8, and this is ${version}: install the submitter's version here`,
    );
  }
  const folder = new Folder(join(file, "..", "..", ".."));
  const watch = setInterval(() => {
    if (!existsSync(file)) process.exit(130);
  }, lookInterval);
  const waiting = chunk.pieces.values();
  const lane = async (): Promise<void> => {
    for (const piece of waiting) {
      folder.begin(file, piece.id);
      folder.finish(piece.id, await outcomeOf(piece, folder, farm));
    }
  };
  try {
    await Promise.all(Array.from({ length: await farm.capacity() }, lane));
  } finally {
    clearInterval(watch);
  }
}

async function outcomeOf(piece: Piece, folder: Folder, farm: Farm) {
  const files = folder.filesOf(piece);
  if (!files) {
    const message = "a file that the piece reads is not in the folder any more";
    return { state: "failed", message, isDefect: false } as const;
  }
  await farm.submit(piece, files);
  return farm.result(piece.id);
}

function chunkOf(file: string) {
  try {
    return readChunk(file);
  } catch (error) {
    throw new FarmError((error as Error).message);
  }
}
