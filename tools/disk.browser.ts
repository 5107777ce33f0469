/** A browser has no files by path: whatever needs them says so. */
const noFiles = (): never => {
  throw new Error("a browser reads and writes no files by path; open what you have as bytes");
};

export {
  noFiles as closeSync,
  noFiles as fstatSync,
  noFiles as fsyncSync,
  noFiles as mkdirSync,
  noFiles as openSync,
  noFiles as readdirSync,
  noFiles as readSync,
  noFiles as renameSync,
  noFiles as rmSync,
  noFiles as statSync,
  noFiles as writeFileSync,
  noFiles as writeSync,
  noFiles as copyFile,
  noFiles as resolve,
  noFiles as workingFolder,
};

export const constants = { O_RDONLY: 0 };

// Paths are names here: what is beside a file that was opened as bytes is never there.
export const existsSync = (_path: string): boolean => false;
export const basename = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
export const dirname = (path: string): string =>
  path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : ".";
export const join = (...parts: readonly string[]): string => parts.join("/");
