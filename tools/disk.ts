/** Files and their paths, as Node has them. */
export {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
export { copyFile } from "node:fs/promises";
export { basename, dirname, join, resolve } from "node:path";

export const workingFolder = (): string => process.cwd();
