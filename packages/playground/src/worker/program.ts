import type { ir } from "rf8";
import { transform } from "sucrase";
import { type Failure, isShown, type RunResult } from "../protocol.ts";
import { Printer } from "./printer.ts";
import { isModule, type Module, Watcher } from "./watcher.ts";

/** The name of the program in stacks and in the comments of emitted Verilog. */
export const fileName = "design.ts";

/** What went wrong, and the line of the program that it is about: what its message says, or where it was thrown. */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { message: `the program threw ${error}`, line: 0 };
  const [, said] = /design\.ts:(\d+)/.exec(error.message) ?? [];
  const [, thrown] = /design\.ts:(\d+):\d+/.exec(error.stack ?? "") ?? [];
  const [, parsed] = /\((\d+):\d+\)$/.exec(error.message) ?? [];
  // The line stands beside the message already.
  const message = error.message
    .replace(`Error transforming ${fileName}: `, "")
    .replace(/ \(design\.ts:\d+\)$/, "")
    .replace(/\.? \(\d+:(\d+)\)$/, ", column $1");
  return { message, line: Number(said ?? thrown ?? parsed ?? 0) };
}

/** What a program left. */
export interface Program {
  readonly modules: ReadonlyMap<string, Module>;
  readonly exports: Readonly<Record<string, unknown>>;
}

/** The modules themselves, and those inside of them. */
export function allOf(program: Program): Map<string, Module> {
  const seen = new Set(program.modules.values());
  for (const module of seen)
    for (const { module: inner } of (module as ir.ModuleIr).instances) seen.add(inner as Module);
  return new Map([...seen].reverse().map((module) => [module.name, module]));
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
  const printer = new Printer();
  const watcher = new Watcher();
  const exports: Record<string, unknown> = {};
  let failure: Failure | undefined;
  try {
    const { code: script } = transform(code, {
      transforms: ["typescript", "imports"],
      filePath: fileName,
      production: true,
    });
    const loaded = new Map<string, object>();
    for (const { 1: name = "", index } of script.matchAll(/\brequire\('([^']*)'\)/g)) {
      const load = libraries[name];
      if (!load) {
        const line = script.slice(0, index).split("\n").length;
        throw new Error(
          `there is no package ${name} here; there are ${Object.keys(libraries).join(", ")} (${fileName}:${line})`,
        );
      }
      loaded.set(name, complete(name, watcher.watch(await load())));
    }
    const print = (...values: readonly unknown[]): void => printer.print(values);
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
    failure = failureOf(error);
  }
  const exported = Object.values(exports).filter(isModule);
  const modules = new Map(
    [...exported, ...[...watcher.modules].reverse()].map((module) => [module.name, module]),
  );
  const made: Program = { modules, exports };
  const result: RunResult = {
    printed: printer.lines(),
    modules: [...allOf(made).keys()].reverse(),
    waves: failure ? [] : watcher.waves(),
    ...(failure && { failure }),
    milliseconds: performance.now() - started,
  };
  if (isShown(result)) program = made;
  return result;
}

/** A library that says so when it lacks what is imported from it; the compiled program would call `undefined`. */
function complete(name: string, library: object): object {
  return new Proxy(library, {
    get(exported, key) {
      // The compiled program asks whether it is a module of ES.
      if (typeof key === "string" && key !== "__esModule" && !(key in exported))
        throw new Error(`${name} exports no ${key}`);
      return Reflect.get(exported, key);
    },
  });
}
