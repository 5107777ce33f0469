/** Texts by file name. */
export type Sources = Readonly<Record<string, string>>;

export interface Outcome {
  /** Everything that yosys printed. */
  readonly printed: string;
  /** The text files that it wrote. */
  readonly files: Sources;
}

/**
 * Runs yosys (WebAssembly) on a script over some files. A script that fails, as a failing proof does,
 * still has an outcome.
 *
 * @param onPrint told every piece of text as it is printed.
 */
export async function yosys(
  sources: Sources,
  script: string,
  onPrint: (text: string) => void = () => {},
): Promise<Outcome> {
  // 38 MB of WebAssembly: read only when it is to run.
  const { Exit, runYosys } = await import("@yowasp/yosys");
  const decoder = new TextDecoder();
  let printed = "";
  const take = (bytes: Uint8Array | null): void => {
    const text = bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode();
    printed += text;
    onPrint(text);
  };
  try {
    const files = await runYosys(["-p", script], { ...sources }, { stdout: take, stderr: take });
    return { printed, files: texts(files ?? {}) };
  } catch (error) {
    printed += `\nyosys ended: ${error instanceof Error ? error.message : String(error)}`;
    return { printed, files: error instanceof Exit ? texts(error.files) : {} };
  }
}

const texts = (files: object): Sources =>
  Object.fromEntries(
    Object.entries(files).filter(
      (entry): entry is [string, string] => typeof entry[1] === "string",
    ),
  );
