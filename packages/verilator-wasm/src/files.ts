import { VerilatorError } from "./errors.ts";

/** Files by relative path: text or bytes. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

/** @throws VerilatorError when a path would leave the folder or be read as an option. */
export function checkPaths(files: Files): void {
  for (const path of Object.keys(files)) {
    const parts = path.split("/");
    if (parts.some((part) => part === "" || part === "." || part === "..") || path.startsWith("-"))
      throw new VerilatorError(
        `${JSON.stringify(path)} is no relative path of a file, such as mac.v or rtl/mac.v`,
      );
  }
}

const decoder = new TextDecoder();
export const textOf = (data: string | Uint8Array): string =>
  typeof data === "string" ? data : decoder.decode(data);
