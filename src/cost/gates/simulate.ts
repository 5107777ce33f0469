import { CostError } from "../error.ts";
import type { GateCircuit } from "./circuit.ts";
import {
  compileGates,
  type GateLayout,
  layoutOf,
  maxSteps,
  type Probe,
  vectorBytes,
} from "./compile.ts";
import { lanesOf, type Stimulus } from "./lanes.ts";
import { packRecords } from "./pack.ts";

/** What was counted, over all cycles of a stimulus. */
export interface Activity {
  readonly cycles: number;
  /** Changes of each net from one cycle to the next, by the value's number: without glitches. */
  readonly toggles: Float64Array;
  /** Cycles in which each is 1. */
  readonly ones: Float64Array;
  /** Cycles in which each probe holds. */
  readonly probes: Float64Array;
}

const pageBytes = 65_536;

/**
 * Simulates a mapped netlist without delays on 128 parts of a stimulus at once, one for each bit of a vector, and counts.
 * A cycle sets the inputs with the clock's edge, as registers before the circuit would; the stimulus runs in a circle, so
 * that there are as many changes of cycle as cycles.
 *
 * @throws CostError for a port that the circuit does not have, or one of it without values.
 */
export function simulateGates(
  circuit: GateCircuit,
  stimulus: Stimulus,
  probes: readonly Probe[] = [],
): Activity {
  const run = new GateRun(circuit, probes);
  run.feed(stimulus);
  const { counts } = run;
  const nets = circuit.nets.length;
  return {
    cycles: stimulus.cycles,
    toggles: counts.slice(0, nets),
    ones: counts.slice(nets, 2 * nets),
    probes: counts.slice(2 * nets),
  };
}

/** A compiled netlist. */
export class GateRun {
  readonly #ports: readonly (readonly [name: string, bits: readonly number[]])[];
  readonly #layout: GateLayout;
  readonly #memory: WebAssembly.Memory;
  readonly #run: (record: number, steps: number) => void;
  /** Counters so far: changes of each net, ones of each, probes. */
  readonly counts: Float64Array;

  /** @param probes without them nothing is counted, not even changes. */
  constructor(circuit: GateCircuit, probes?: readonly Probe[]) {
    this.#ports = Object.entries(circuit.inputs);
    const bits = this.#ports.flatMap(([, port]) => port);
    const layout = layoutOf(circuit, bits, probes);
    this.#layout = layout;
    this.#memory = new WebAssembly.Memory({ initial: Math.ceil(layout.bytes / pageBytes) });
    const module = new WebAssembly.Module(compileGates(circuit, bits, layout, probes));
    const { exports } = new WebAssembly.Instance(module, { env: { memory: this.#memory } });
    this.#run = exports.run as (record: number, steps: number) => void;
    this.counts = new Float64Array(layout.counterCount);
  }

  /** Runs a whole stimulus. @throws CostError for ports that are not the circuit's. */
  feed(stimulus: Stimulus): void {
    const { columns } = stimulus;
    const known = this.#ports.map(([name]) => name);
    const missing = known.find((name) => columns[name] === undefined);
    const strange = Object.keys(columns).find((name) => !known.includes(name));
    if (missing !== undefined || strange !== undefined)
      throw new CostError(
        `the stimulus has ${missing === undefined ? `the port ${strange}` : `no port ${missing}`}; the netlist has ${known.join(", ")}`,
      );
    const lanes = lanesOf(stimulus);
    const ports = this.#ports.map(([name, bits]) => ({ name, width: bits.length }));
    const steps = Math.max(0, ...lanes.map(({ first, end }) => end - first));
    for (let step = 0; step < steps; step += maxSteps) {
      const count = Math.min(maxSteps, steps - step);
      const { records, recordBytes } = this.#layout;
      const bytes = new Uint8Array(this.#memory.buffer, records, count * recordBytes).fill(0);
      packRecords(bytes, { ports, stimulus, lanes, from: step, count });
      this.#run(this.#layout.records, count);
      this.#flush();
    }
  }

  /** The 128 cases of a value after the last cycle. */
  vector(value: number): Uint8Array {
    return new Uint8Array(this.#memory.buffer, value * vectorBytes, vectorBytes).slice();
  }

  #flush(): void {
    const { counters, counterCount } = this.#layout;
    const bytes = new Uint8Array(this.#memory.buffer, counters, counterCount * vectorBytes);
    for (let counter = 0, at = 0; counter < counterCount; counter++) {
      let sum = 0;
      for (const end = at + vectorBytes; at < end; at++) sum += bytes[at] as number;
      this.counts[counter] = (this.counts[counter] as number) + sum;
    }
    bytes.fill(0);
  }
}
