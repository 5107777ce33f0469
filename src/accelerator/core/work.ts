import type { DecoderConfig } from "../../network/index.ts";
import { compileCore, maxVectorLanes } from "./compile.ts";
import { type CoreCounters, Tally } from "./counters.ts";
import { DescriptorCycles, type TokenPlace } from "./cycles.ts";
import type { Descriptor } from "./descriptor.ts";
import type { SteadyMemory } from "./memory.ts";
import { coreShape, type Scale } from "./shape.ts";

/** A core and what is compiled for it, where no weights are needed. */
export interface CoreMachineModel {
  readonly activation: "int8" | "int16";
  readonly lanes: number;
  /** As many as the network's sizes allow where it is absent. */
  readonly vectorLanes?: number;
  /** RF8 codes of a number of the cache. */
  readonly terms: 1 | 2;
  readonly memory: SteadyMemory;
  /** Where it is absent, rows have no factors. */
  readonly scale?: Scale;
}

interface Repeated {
  readonly descriptor: Descriptor;
  readonly count: number;
}

/**
 * What a network's tokens take on a core, from its configuration alone: descriptors that take as many cycles are counted, not
 * listed, so that a large network takes no longer than a small one.
 *
 * @example
 * const config = networkConfig("config.json", { model_type: "llama" });
 * const machine = { activation: "int8", lanes: 64, terms: 2, memory: { latency: 20, outstanding: 16 } };
 * const { product_cycles } = new CoreWork(config, machine, 2048).cycles([{ position: 0, token: 1 }]);
 * console.log(product_cycles); // 103501824
 */
export class CoreWork {
  readonly vectorLanes: number;
  /** Of a token wherever it is, and of a batch. */
  readonly #fixed = new Tally();
  readonly #shared = new Tally();
  readonly #moving: readonly Repeated[];
  readonly #cycles: DescriptorCycles;

  /**
   * @param context positions of the cache
   * @throws InferenceError for what the core does not have; CoreError for vector lanes that the sizes are no multiples of.
   */
  constructor(config: DecoderConfig, machine: CoreMachineModel, context: number) {
    const { activation, lanes, terms, memory, scale = "none" } = machine;
    const kinds = layerKinds(config);
    const layers = kinds.map(({ layer }) => layer);
    const alike = { ...config, layers, num_hidden_layers: layers.length };
    const network = coreShape(alike, { activation, context, scale });
    this.vectorLanes = machine.vectorLanes ?? maxVectorLanes(network, lanes);
    const { steps } = compileCore(network, { lanes, terms, vectorLanes: this.vectorLanes });
    const repeated = new Map<string, Repeated>();
    for (const { descriptor, layer } of steps) {
      const times = layer === undefined ? 1 : (kinds[layer]?.count ?? 0);
      const key = shapeOf(descriptor);
      repeated.set(key, { descriptor, count: times + (repeated.get(key)?.count ?? 0) });
    }
    this.#cycles = new DescriptorCycles({ lanes, vectorLanes: this.vectorLanes }, memory);
    const all = [...repeated.values()];
    this.#moving = all.filter(({ descriptor }) => dependsOnPlace(descriptor));
    const fixed = all.filter(({ descriptor }) => !dependsOnPlace(descriptor));
    this.#sum(this.#fixed, fixed, { position: 0, token: 0 });
    for (const { descriptor, count } of all) {
      const one = new Tally();
      this.#cycles.addShared(one, descriptor);
      this.#shared.add(one, count);
    }
  }

  /** The cycles of tokens that share each pass over the weights, as the circuit counts them. */
  cycles(batch: readonly TokenPlace[]): CoreCounters {
    const tally = new Tally();
    tally.add(this.#shared);
    tally.add(this.#fixed, batch.length);
    for (const place of batch) this.#sum(tally, this.#moving, place);
    return tally.counters;
  }

  #sum(tally: Tally, some: readonly Repeated[], place: TokenPlace): void {
    for (const { descriptor, count } of some) {
      const one = new Tally();
      this.#cycles.add(one, descriptor, place);
      tally.add(one, count);
    }
  }
}

/** Layers that look back and turn alike, and how many there are of each. */
function layerKinds({ layers }: DecoderConfig) {
  const kinds = new Map<string, { layer: DecoderConfig["layers"][number]; count: number }>();
  for (const layer of layers) {
    const { window, rotary, experts } = layer;
    const key = `${window} ${rotary?.frequencies.length} ${experts !== null}`;
    const known = kinds.get(key);
    if (known) known.count += 1;
    else kinds.set(key, { layer, count: 1 });
  }
  return [...kinds.values()];
}

/** What the cycles of a descriptor depend on, besides the place of the token. */
const shapeOf = ({ operation, columns, rows, positions, flags, positionStride }: Descriptor) =>
  [operation, columns, rows, positions, flags, positionStride === 0].join(" ");

/** Of a constant, the position says only how many steps the address takes. */
const dependsOnPlace = ({ operation }: Descriptor): boolean =>
  ["embed", "load", "scores", "softmax", "means", "store"].includes(operation);
