/** Verilog texts by file name. */
export type Sources = Readonly<Record<string, string>>;

/**
 * Runs yosys (WebAssembly) on a script over some files.
 *
 * @returns everything that it printed, also when the script failed: a failing proof ends it.
 */
export async function yosys(sources: Sources, script: string): Promise<string> {
  // 38 MB of WebAssembly: read only when something is to be proved.
  const { runYosys } = await import("@yowasp/yosys");
  const decoder = new TextDecoder();
  let printed = "";
  const take = (bytes: Uint8Array | null): void => {
    printed += bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode();
  };
  try {
    await runYosys(["-p", script], { ...sources }, { stdout: take, stderr: take });
  } catch (error) {
    printed += `\nyosys ended: ${error instanceof Error ? error.message : String(error)}`;
  }
  return printed;
}
