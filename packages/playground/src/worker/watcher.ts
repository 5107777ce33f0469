import { type ir, record } from "rf8";
import type { WaveData } from "../protocol.ts";
import { waveData } from "./waves.ts";

export type Module = Parameters<typeof record>[1];
type Recording = ReturnType<typeof record>;

export const isModule = (value: unknown): value is Module =>
  typeof value === "object" && value !== null && "portList" in value && "registers" in value;

/** What the program hands to these is what it is about. */
const watched = new Set(["emitDesign", "verify", "mutate", "verilogOf", "checkProperties"]);

/** More recordings would be more than anybody looks at. */
const maxWaves = 4;

/** The library as a program sees it: what is simulated is recorded as well. */
export class Watcher {
  readonly modules = new Set<Module>();
  readonly #recordings: { module: Module; recording: Recording }[] = [];

  waves(): WaveData[] {
    return this.#recordings.map(({ module, recording }) =>
      waveData(recording.wave(), module as ir.ModuleIr),
    );
  }

  watch(library: object): object {
    const names = Object.entries(library).map(([name, value]) => [name, this.#seen(name, value)]);
    return Object.fromEntries(names);
  }

  #seen(name: string, value: unknown): unknown {
    if (name === "record") return this.#record;
    if (name === "engines") return this.#engines(value as Record<string, Engine>);
    if (!watched.has(name) || typeof value !== "function") return value;
    return (...given: readonly unknown[]) => {
      for (const item of given) if (isModule(item)) this.modules.add(item);
      return value(...given);
    };
  }

  readonly #record: typeof record = (engine, module, signals) => {
    const recording = record(engine, module, signals);
    this.#keep(module as Module, recording as Recording);
    return recording;
  };

  #keep(module: Module, recording: Recording): void {
    this.modules.add(module);
    if (this.#recordings.length < maxWaves) this.#recordings.push({ module, recording });
  }

  /** An engine whose simulations are recorded, where what they offer beside is not asked for. */
  #engines(all: Record<string, Engine>): Record<string, Engine> {
    const recorded = (engine: Engine): Engine => ({
      ...engine,
      open: (module: Module, options?: object) => {
        this.modules.add(module);
        if (options || this.#recordings.length >= maxWaves) return engine.open(module, options);
        const recording = record(engine as never, module);
        this.#keep(module, recording);
        return recording.dut;
      },
    });
    return Object.fromEntries(
      Object.entries(all).map(([name, engine]) => [name, recorded(engine)]),
    );
  }
}

interface Engine {
  open(module: Module, options?: object): unknown;
}
