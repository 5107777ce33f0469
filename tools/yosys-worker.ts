/** The program of a browser's worker: it loads yosys when it is asked first. */
import { runScript, type Sources } from "./yosys-run.ts";

declare const self: BrowserWorker;

self.onmessage = async ({ data }: BrowserMessage<{ sources: Sources; script: string }>) => {
  const { sources, script } = data;
  const yosys = await import("@yowasp/yosys");
  self.postMessage(await runScript(yosys, sources, script, (text) => self.postMessage(text)));
};
