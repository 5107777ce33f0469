import { transform } from "sucrase";
import type { RunResult, WaveData } from "../protocol.ts";
import { isModule, type Module, Watcher } from "./watcher.ts";

/** The name of the program in stacks and in the comments of emitted Verilog. */
export const fileName = "design.ts";

/** The line of the program that an error is about: what its message says, or where it was thrown; 0 otherwise. */
export function lineOf(error: unknown): number {
  if (!(error instanceof Error)) return 0;
  const [, said] = /design\.ts:(\d+)/.exec(error.message) ?? [];
  const [, thrown] = /design\.ts:(\d+):\d+/.exec(error.stack ?? "") ?? [];
  const [, parsed] = /\((\d+):\d+\)$/.exec(error.message) ?? [];
  return Number(said ?? thrown ?? parsed ?? 0);
}

/** What the last program left. */
export interface Program {
  readonly modules: ReadonlyMap<string, Module>;
  readonly exports: Readonly<Record<string, unknown>>;
}

export let program: Program = { modules: new Map(), exports: {} };

const libraries: Readonly<Record<string, () => Promise<object>>> = {
  rf8: () => import("rf8"),
  "rf8/format": () => import("rf8/format"),
  "rf8/verification": () => import("rf8/verification"),
  "rf8/cost": () => import("rf8/cost"),
  "rf8/checkpoint": () => import("rf8/checkpoint"),
  "@chisel-ts/core": () => import("@chisel-ts/core"),
  "fast-check": () => import("fast-check"),
};

/** Runs a program of TypeScript, whose lines stay where they are. */
export async function runProgram(code: string): Promise<RunResult> {
  const started = performance.now();
  const printed: string[] = [];
  const watcher = new Watcher();
  const exports: Record<string, unknown> = {};
  let failure: RunResult["failure"];
  try {
    const { code: script } = transform(code, {
      transforms: ["typescript", "imports"],
      filePath: fileName,
      production: true,
    });
    const loaded = new Map<string, object>();
    for (const [, name = ""] of script.matchAll(/\brequire\('([^']*)'\)/g)) {
      const load = libraries[name];
      if (!load)
        throw new Error(
          `there is no module ${name} here; there are ${Object.keys(libraries).join(", ")}`,
        );
      loaded.set(name, watcher.watch(await load()));
    }
    const print = (...values: readonly unknown[]): void => {
      printed.push(values.map(text).join(" "));
    };
    const console = { log: print, info: print, warn: print, error: print, debug: print };
    // An asynchronous function, so that a program may wait; its text begins on the line of the program's first.
    const body = `(async function (require, exports, console) {${script}\n})\n//# sourceURL=${fileName}`;
    const run = globalThis.eval(body) as (
      require: (name: string) => object | undefined,
      exports: object,
      console: object,
    ) => Promise<void>;
    await run((name) => loaded.get(name), exports, console);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    failure = { message, line: lineOf(error) };
  }
  const exported = Object.values(exports).filter(isModule);
  const modules = new Map(
    [...exported, ...[...watcher.modules].reverse()].map((module) => [module.name, module]),
  );
  program = { modules, exports };
  const waves: WaveData[] = failure ? [] : watcher.waves();
  return {
    ...{ printed, modules: [...modules.keys()], waves },
    ...(failure && { failure }),
    milliseconds: performance.now() - started,
  };
}

function text(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "bigint") return `${value}n`;
  if (value instanceof Error) return value.message;
  if (typeof value !== "object" || value === null) return String(value);
  return JSON.stringify(value, (_, inner) => (typeof inner === "bigint" ? `${inner}n` : inner));
}
