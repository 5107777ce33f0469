import { ChiselError } from "@chisel-ts/core/error";

/** Bad usage or bad input: one line that says what, where and what would be right. Exit status 2. */
export class UsageError extends ChiselError {
  override readonly name = "UsageError";
}

/** A system error, in words a reader knows, naming the path. */
export function systemMessage(error: Error): string {
  const { path, syscall, code, message }: NodeJS.ErrnoException = error;
  const reasons: Record<string, string> = {
    ENOENT: "no such file or folder",
    EACCES: "permission denied",
    EISDIR: "is a folder, a file is needed",
    ENOTDIR: "a part of the path is no folder",
    ENOSPC: "the disk is full",
    EROFS: "the file system is read-only",
    EEXIST: "exists already",
  };
  return `${path ?? syscall ?? "system"}: ${reasons[code ?? ""] ?? message}`;
}
