import { VerilatorError } from "./errors.ts";

/** Files and folders as @yowasp/clang takes and gives them. */
export type Tree = { [name: string]: Tree | string | Uint8Array };

/** Runs one command line of clang; what it leaves is the tree after it. */
export type Clang = (args: readonly string[], files: Tree) => Promise<Tree>;

/** The version that the runtime objects were compiled with: the parts of one model must fit each other. */
export const clangVersion = "22.0.0-git20542-10";

interface ClangModule {
  runClang(
    args: string[] | null,
    files: Tree,
    options: {
      decodeASCII?: false;
      stdout?: (bytes: Uint8Array | null) => void;
      stderr?: (bytes: Uint8Array | null) => void;
      fetchProgress?: () => void;
    },
  ): Promise<Tree> | Tree | undefined;
}

/**
 * clang as WebAssembly, from the package @yowasp/clang.
 *
 * @throws VerilatorError when the package is not installed.
 */
export async function loadClang(): Promise<Clang> {
  let loaded: ClangModule;
  try {
    loaded = (await import("@yowasp/clang")) as unknown as ClangModule;
  } catch (cause) {
    throw new VerilatorError(
      `a model needs clang as WebAssembly: npm install @yowasp/clang@${clangVersion} (27 MB)`,
      "",
      { cause },
    );
  }
  // No command: it only reads its own files, without a word about it.
  await loaded.runClang(null, {}, { fetchProgress: () => {} });
  return async (args, files) => {
    const decoder = new TextDecoder();
    let log = "";
    const keep = (bytes: Uint8Array | null): void => {
      if (bytes) log += decoder.decode(bytes, { stream: true });
    };
    try {
      const options = { decodeASCII: false as const, stdout: keep, stderr: keep };
      return (await loaded.runClang([...args], files, options)) ?? {};
    } catch (cause) {
      const error = log.split("\n").find((row) => /error:/.test(row));
      const reason =
        error ??
        `${cause instanceof Error ? cause.message.split("\n")[0] : String(cause)}; the design may need more memory ` +
          "than WebAssembly has, 4 GiB";
      throw new VerilatorError(`clang cannot compile the model: ${reason}`, log, { cause });
    }
  };
}
