/** Texts by file name. */
export type Sources = Readonly<Record<string, string>>;

/** What a run printed, also when its script failed: a failing proof ends it. */
export interface YosysRun {
  readonly printed: string;
  /** Text files that the script wrote, and those it was given. */
  readonly files: Sources;
  /** Of the run alone, without waiting for a thread. */
  readonly seconds: number;
}

/** Something that runs one script at a time, having loaded yosys (38 MB of WebAssembly) once. */
export interface Thread {
  /** @throws Error when the thread itself ends. */
  run(sources: Sources, script: string, onPrint: (text: string) => void): Promise<YosysRun>;
}

/** The part of `@yowasp/yosys` in use. */
export interface Yosys {
  runYosys: typeof import("@yowasp/yosys").runYosys;
  Exit: typeof import("@yowasp/yosys").Exit;
}

/**
 * One run, in the thread in which this is called. It names nothing outside itself but globals: a thread of Node is given its
 * text.
 */
export async function runScript(
  { runYosys, Exit }: Yosys,
  sources: Sources,
  script: string,
  onPrint: (text: string) => void,
): Promise<YosysRun> {
  const decoder = new TextDecoder();
  let printed = "";
  const take = (bytes: Uint8Array | null): void => {
    const text = bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode();
    printed += text;
    onPrint(text);
  };
  const started = performance.now();
  let files: Awaited<ReturnType<Yosys["runYosys"]>> = {};
  try {
    files = await runYosys(["-p", script], sources, { stdout: take, stderr: take });
  } catch (error) {
    if (error instanceof Exit) files = error.files;
    printed += `\nyosys ended: ${error instanceof Error ? error.message : String(error)}`;
  }
  const seconds = (performance.now() - started) / 1000;
  const texts = Object.entries(files ?? {}).filter(
    (file): file is [string, string] => typeof file[1] === "string",
  );
  return { printed, files: Object.fromEntries(texts), seconds };
}
