import {
  basename,
  closeSync,
  dirname,
  existsSync,
  fsyncSync,
  join,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  resolve,
  rmSync,
  statSync,
  writeSync,
} from "#host/tools/disk";
import { CheckpointError } from "./error.ts";

/** A file being written, whole or not at all. */
export interface OutputFile {
  write(bytes: Uint8Array): void;
}

/** Errors of calls on a descriptor carry no path; these get one. */
function naming(path: string, action: () => void): void {
  try {
    action();
  } catch (error) {
    throw Object.assign(error as Error, { path });
  }
}

function outputFile(descriptor: number, path: string): OutputFile {
  return {
    write(bytes) {
      naming(path, () => {
        for (let sent = 0; sent < bytes.length; ) sent += writeSync(descriptor, bytes, sent);
      });
    },
  };
}

/** @throws CheckpointError when both are the same file or folder, also through links. */
function refuseSame(input: string, output: string): void {
  if (!existsSync(output)) return;
  const [a, b] = [statSync(input), statSync(output)];
  if (a.dev === b.dev && a.ino === b.ino) {
    throw new CheckpointError(output, `is the input ${input} itself; write to another path`);
  }
}

/**
 * Fills a temporary file or folder beside `output` and renames it into place when `fill` is done. When
 * `fill` fails, or the process gets a signal to end, the temporary is removed and `output` is as it was.
 *
 * @throws CheckpointError when `output` is the input, or a folder that is not empty.
 */
export async function replace(
  input: string,
  output: string,
  kind: "file" | "folder",
  fill: (temporary: string) => Promise<void>,
): Promise<void> {
  refuseSame(input, output);
  const exists = existsSync(output);
  if (
    kind === "folder" &&
    exists &&
    !(statSync(output).isDirectory() && readdirSync(output).length === 0)
  ) {
    throw new CheckpointError(
      output,
      "exists and is not an empty folder; the output of a folder is a new folder",
    );
  }
  if (kind === "file" && exists && statSync(output).isDirectory()) {
    throw new CheckpointError(output, "is a folder; the output of a file is a file");
  }
  const folder = dirname(resolve(output));
  if (!existsSync(folder)) throw new CheckpointError(output, `there is no folder ${folder}`);
  const temporary = join(folder, `.${basename(output)}.${process.pid}.tmp`);
  const remove = (): void => rmSync(temporary, { recursive: true, force: true });
  const interrupted = (signal: NodeJS.Signals): void => {
    remove();
    // With the handler gone the signal has its usual effect.
    process.kill(process.pid, signal);
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.once(signal, interrupted);
  try {
    if (kind === "folder") mkdirSync(temporary);
    await fill(temporary);
    renameSync(temporary, output);
  } catch (error) {
    remove();
    const failed = (error as NodeJS.ErrnoException).path;
    // The user knows the output, not its temporary name.
    if (failed?.startsWith(temporary)) Object.assign(error as Error, { path: output });
    throw error;
  } finally {
    for (const signal of signals) process.off(signal, interrupted);
  }
}

/** Writes a file and forces it to the disk. */
export async function writeFile(
  path: string,
  fill: (file: OutputFile) => Promise<void>,
): Promise<void> {
  const descriptor = openSync(path, "wx");
  try {
    await fill(outputFile(descriptor, path));
    naming(path, () => fsyncSync(descriptor));
  } finally {
    closeSync(descriptor);
  }
}
