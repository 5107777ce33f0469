import { existsSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** This package's own frames, as source maps name them and as they run. */
const own = ["../src/", "../dist/"].map((folder) =>
  fileURLToPath(new URL(folder, import.meta.url)),
);
const packageRoots = new Map<string, string>();

/**
 * How a file of a stack frame is shown: relative to the package that holds it, so that emitted text is the same on every
 * machine.
 *
 * @param file a path or a `file:` URL.
 * @returns undefined for the files of this package, and for what is no file.
 */
export function shownFile(file: string): string | undefined {
  if (!/^(file:\/\/|\/|[A-Za-z]:\\)/.test(file)) return undefined;
  const path = file.startsWith("file:") ? fileURLToPath(file) : file;
  if (own.some((folder) => path.startsWith(folder))) return undefined;
  return relative(packageRoot(dirname(path)), path)
    .split(sep)
    .join("/");
}

/** The nearest folder with a package.json. */
function packageRoot(folder: string): string {
  const known = packageRoots.get(folder);
  if (known !== undefined) return known;
  const parent = dirname(folder);
  const root =
    existsSync(join(folder, "package.json")) || parent === folder ? folder : packageRoot(parent);
  packageRoots.set(folder, root);
  return root;
}
