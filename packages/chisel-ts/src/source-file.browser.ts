/** The script that holds this package, or its folder where it is not bundled. */
const own = bare(import.meta.url).replace(/[^/]*source-file\.browser\.[jt]s$/, "");

/**
 * How the script of a stack frame is shown: by its name, which is what a `sourceURL` comment says or the last part of its
 * address.
 *
 * @returns undefined for the scripts of this package, and for what is none.
 */
export function shownFile(file: string): string | undefined {
  if (file === "<anonymous>" || file === "native code") return undefined;
  const script = bare(file);
  return script.startsWith(own) ? undefined : script.replace(/^.*\//, "");
}

function bare(address: string): string {
  return address.replace(/[?#].*$/, "");
}
