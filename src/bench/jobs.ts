import {
  at,
  concat,
  input,
  literal,
  type Module,
  module,
  output,
  type UInt,
  uint,
} from "@chisel-ts/core";
import { mac } from "../../hdl/mac.ts";
import { product } from "../../hdl/product/product.ts";
import { streamingArray } from "../../hdl/systolic/stream/array.ts";
import { type Engine, engines, streamSink, streamSource } from "../../sim/index.ts";
import type { Played } from "../../sim/verilator/playback.ts";
import { DrivenMatrix, openDriven } from "../accelerator/stimulus/index.ts";
import { type GateCircuit, gateCircuit } from "../cost/gates/circuit.ts";
import type { Expression } from "../cost/liberty/expression.ts";
import { verilogOf } from "../cost/synthesis/design.ts";
import type { Bit, Netlist } from "../cost/synthesis/netlist.ts";
import { openLibrary, synthesizeNetlist } from "../cost/synthesize.ts";
import { seededRandom } from "../format/index.ts";
import { RandomStimulus } from "../verification/stimulus.ts";
import { recordedInputs } from "./recorded-inputs.ts";

/** Something that a circuit does again and again. */
export interface Job {
  /** What Verilator builds, and the inputs that are played back to it. */
  readonly module: Module;
  readonly played: Played;
  /** Products of weights and activations in the played cycles. */
  readonly products?: number;
  /** Does work in this process, and says of how many cycles, of all stimuli together. */
  run(): number;
}

/** Jobs by what they are of. */
export const jobs: Readonly<Record<string, () => Job | Promise<Job>>> = {
  "accelerator 4x16": () => acceleratorJob(4, 16),
  "accelerator 16x16": () => acceleratorJob(16, 16),
  "accelerator 32x32": () => acceleratorJob(32, 32),
  "streaming array 16x16": arrayJob,
  "mac, 4096 stimuli": () => stimuliJob(mac({}) as Module),
  "product netlist, 4096 stimuli": netlistJob,
};

function acceleratorJob(rows: number, lanes: number): Job {
  const accelerator = { activation: "int16", rows, lanes, terms: 4096, pipeline: 0 } as const;
  const random = seededRandom(1);
  const matrix = {
    rows: 512,
    columns: 1024,
    relu: false,
    weights: Uint8Array.from({ length: 512 * 1024 }, () => random.next() & 0x7f),
  };
  const activations = Int32Array.from({ length: matrix.columns }, () => random.next() >> 17);
  const driven = new DrivenMatrix(accelerator, matrix);
  const { module, ...played } = recordedInputs((engine) =>
    driven.run(openDriven(accelerator, engine), activations),
  );
  const simulation = openDriven(accelerator, engines.wasm);
  return {
    module,
    played,
    products: matrix.rows * matrix.columns,
    run() {
      driven.run(simulation, activations);
      return played.cycles;
    },
  };
}

function arrayJob(): Job {
  const [size, tiles, vectors] = [16, 8, 512];
  const array = streamingArray({ rows: size, columns: size });
  const random = seededRandom(1);
  const bytes = (count: number): Uint8Array =>
    Uint8Array.from({ length: count }, () => random.next() & 0x7f);
  const work = {
    weight: { beats: bytes(size * size * tiles) },
    activation: { beats: bytes(size * tiles * vectors) },
    result: { beats: tiles * vectors },
  };
  const begin = (dut: Pick<ReturnType<typeof open>, "in">): void =>
    void Object.assign(dut.in, { start: true, tiles: BigInt(tiles), vectors: BigInt(vectors) });
  const open = (engine: Engine) =>
    engine.open(array, {
      models: {
        weight: streamSource(array, "weight"),
        activation: streamSource(array, "activation"),
        result: streamSink(array, "result"),
      },
    });
  const limit = 4 * tiles * vectors;
  const { module, ...played } = recordedInputs((engine) => open(engine).run(work, limit), begin);
  const simulation = open(engines.wasm);
  begin(simulation);
  return {
    module,
    played,
    products: size * size * tiles * vectors,
    run: () => simulation.run(work, limit).cycles,
  };
}

/** Many stimuli at once; Verilator is given one after the other. */
function stimuliJob(module: Module): Job {
  const [lanes, cycles] = [4096, 16];
  const { columns } = new RandomStimulus(module, 1).block(lanes * cycles);
  const simulation = engines.wasm.open(module, { lanes });
  return {
    module,
    played: { columns, cycles: lanes * cycles },
    run() {
      simulation.batch(columns, cycles);
      return lanes * cycles;
    },
  };
}

async function netlistJob(): Promise<Job> {
  const { netlist: plain } = await synthesizeNetlist(verilogOf(product({})));
  const netlist = { ...plain, names: new Map(plain.names) };
  const module = gateModule(netlist, gateCircuit(netlist, await openLibrary([])));
  return stimuliJob(module);
}

/** A mapped netlist without registers as a circuit of its gates. */
function gateModule({ inputs, outputs }: Netlist, { gates, valueAt }: GateCircuit): Module {
  const ports = [
    ...Object.entries(inputs).map(([name, bits]) => [name, input(uint(bits.length))] as const),
    ...Object.entries(outputs).map(([name, bits]) => [name, output(uint(bits.length))] as const),
  ];
  const built = module({ name: "netlist", ports: Object.fromEntries(ports) }, (io) => {
    const values = new Map<number, UInt>();
    const port = (name: string): UInt & { set(value: UInt): void } => io[name] as never;
    const of = (bit: Bit): UInt =>
      typeof bit === "number"
        ? at(values, at(valueAt, bit))
        : literal(uint(1), BigInt(bit === "1"));
    for (const [name, bits] of Object.entries(inputs))
      bits.forEach((bit, place) => {
        if (typeof bit === "number") values.set(at(valueAt, bit), port(name).bit(place).asUInt());
      });
    for (const { value, expression } of gates) values.set(value, bitOf(expression, values));
    for (const [name, bits] of Object.entries(outputs))
      port(name).set(concat(...bits.map(of).reverse()));
  });
  return built as unknown as Module;
}

function bitOf(expression: Expression, values: ReadonlyMap<number, UInt>): UInt {
  switch (expression.kind) {
    case "constant":
      return literal(uint(1), BigInt(expression.value));
    case "pin":
      return at(values, Number(expression.name));
    case "not":
      return bitOf(expression.of, values).not();
    default:
      return bitOf(expression.left, values)[expression.kind](bitOf(expression.right, values));
  }
}
