import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { textsByName } from "@chisel-ts/core";

/** Writes files into a folder so that each is either the old or the new one, never a part. */
export function writeFiles(folder: string, files: readonly { name: string; text: string }[]): void {
  // Where the parent exists, a plain mkdir says what is wrong; a recursive one can try without end in /proc.
  if (!existsSync(folder)) mkdirSync(folder, { recursive: !existsSync(dirname(resolve(folder))) });
  const pending = Object.entries(textsByName(files)).map(([name, text]) => ({
    text,
    temporary: join(folder, `.${name}.${process.pid}.tmp`),
    target: join(folder, name),
  }));
  try {
    for (const { temporary, text } of pending) writeFileSync(temporary, text);
    for (const { temporary, target } of pending) renameSync(temporary, target);
  } finally {
    for (const { temporary } of pending) rmSync(temporary, { force: true });
  }
}
