import { emitDesign } from "@chisel-ts/core";
import { lint } from "verilator-wasm";
import { expect, test } from "vitest";
import { controlRegisters } from "../../../hdl/core/control.ts";
import { type DecoderCorePorts, decoderCore } from "../../../hdl/core/decoder-core.ts";
import { engines, type Simulation } from "../../../sim/index.ts";
import {
  CoreMachine,
  type CoreProgram,
  compileCore,
  coreNetwork,
  imageOf,
} from "../../../src/accelerator/core/index.ts";
import { seededRandom } from "../../../src/format/index.ts";
import { rf8Model } from "../../../src/network/index.ts";
import { randomDecoder, smallConfig } from "../../network/random-decoder.ts";

const network = coreNetwork(rf8Model(randomDecoder({ ...smallConfig, num_hidden_layers: 1 }, 3)), {
  activation: "int16",
  context: 6,
});
const program = (batch: number, lanes: number): CoreProgram =>
  compileCore(network, { lanes, terms: 2, batch });

/** Where the image is: so that requests cross boundaries of 4 KiB. */
const BASE = 4096 - 1024;

/** A memory on the AXI master that stalls at random, and monitors the protocol. */
class AxiMemory {
  readonly bytes: Uint8Array;
  readonly longestBurst = { beats: 0 };
  readonly #lanes: number;
  readonly #stalls: () => boolean;
  readonly #bursts: { address: number; beats: number }[] = [];
  /** Write address and data, in any order, and answers that are due. */
  #address: number | undefined;
  #data: { value: bigint; strobe: bigint } | undefined;
  #answers = 0;
  #held = new Map<string, string>();
  /** Addresses whose beats are errors. */
  error = (_address: number): boolean => false;
  /** Channels that give and take nothing. */
  readonly dead = new Set<"ar" | "r" | "aw" | "w" | "b">();

  constructor(bytes: Uint8Array, lanes: number, stalls: () => boolean) {
    this.bytes = bytes;
    this.#lanes = lanes;
    this.#stalls = stalls;
  }

  step(dut: Simulation<DecoderCorePorts>): void {
    const { memory: inputs } = dut.in;
    const { memory: outputs } = dut.out;
    const [burst] = this.#bursts;
    const { dead } = this;
    inputs.arready = !this.#stalls() && !dead.has("ar");
    inputs.awready = this.#address === undefined && !this.#stalls() && !dead.has("aw");
    inputs.wready = this.#data === undefined && !this.#stalls() && !dead.has("w");
    inputs.rvalid = burst !== undefined && !this.#stalls() && !dead.has("r");
    inputs.rresp = burst && this.error(burst.address) ? 3n : 0n;
    inputs.bvalid = this.#answers > 0 && !this.#stalls() && !dead.has("b");
    inputs.bresp = 0n;
    if (inputs.rvalid && burst) {
      inputs.rdata = this.#beat(burst.address);
      inputs.rlast = burst.beats === 1;
    }
    this.#stable("ar", outputs.arvalid, Boolean(inputs.arready), [outputs.araddr, outputs.arlen]);
    this.#stable("aw", outputs.awvalid, Boolean(inputs.awready), [outputs.awaddr]);
    this.#stable("w", outputs.wvalid, Boolean(inputs.wready), [outputs.wdata, outputs.wstrb]);
    if (outputs.arvalid && inputs.arready) {
      const [address, beats] = [Number(outputs.araddr), Number(outputs.arlen) + 1];
      expect(address % this.#lanes).toBe(0);
      const end = address + beats * this.#lanes - 1;
      expect(Math.floor(address / 4096)).toBe(Math.floor(end / 4096));
      expect([2 ** Number(outputs.arsize), outputs.arburst]).toEqual([this.#lanes, 1n]);
      // Nothing is read before it has been written.
      expect([this.#address, this.#data, this.#answers]).toEqual([undefined, undefined, 0]);
      this.longestBurst.beats = Math.max(this.longestBurst.beats, beats);
      this.#bursts.push({ address, beats });
    }
    if (outputs.awvalid && inputs.awready) this.#address = Number(outputs.awaddr);
    if (outputs.wvalid && inputs.wready) {
      expect(outputs.wlast).toBe(true);
      this.#data = { value: outputs.wdata, strobe: outputs.wstrb };
    }
    if (inputs.bvalid && outputs.bready) this.#answers -= 1;
    if (burst && inputs.rvalid && outputs.rready) {
      burst.address += this.#lanes;
      burst.beats -= 1;
      if (burst.beats === 0) this.#bursts.shift();
    }
    this.#write();
    dut.step();
  }

  /** What was valid and not taken stays as it is. */
  #stable(name: string, valid: boolean, ready: boolean, payload: readonly bigint[]): void {
    const now = `${valid} ${payload.join(" ")}`;
    const before = this.#held.get(name);
    if (before !== undefined) expect(now).toBe(before);
    if (valid && !ready) this.#held.set(name, now);
    else this.#held.delete(name);
  }

  #write(): void {
    if (this.#address === undefined || !this.#data) return;
    for (let i = 0; i < this.#lanes; i++)
      if ((this.#data.strobe >> BigInt(i)) & 1n)
        this.bytes[this.#address + i] = Number((this.#data.value >> BigInt(8 * i)) & 255n);
    [this.#address, this.#data] = [undefined, undefined];
    this.#answers += 1;
  }

  #beat(address: number): bigint {
    let word = 0n;
    for (let i = this.#lanes - 1; i >= 0; i--)
      word = (word << 8n) | BigInt(this.bytes.at(address + i) ?? 0);
    return word;
  }
}

class Host {
  readonly dut: Simulation<DecoderCorePorts>;
  readonly memory: AxiMemory;

  constructor(dut: Simulation<DecoderCorePorts>, memory: AxiMemory) {
    this.dut = dut;
    this.memory = memory;
    dut.reset();
    Object.assign(dut.in.control, { bready: true, rready: true });
  }

  write(name: keyof typeof controlRegisters, value: number): void {
    const bus = this.dut.in.control;
    const awaddr = BigInt(controlRegisters[name].address);
    Object.assign(bus, { awvalid: true, wvalid: true, awaddr, wdata: BigInt(value), wstrb: 15n });
    this.memory.step(this.dut);
    Object.assign(bus, { awvalid: false, wvalid: false });
    while (!this.dut.out.control.bvalid) this.memory.step(this.dut);
    expect(this.dut.out.control.bresp).toBe(0n);
    this.memory.step(this.dut);
  }

  read(name: keyof typeof controlRegisters): number {
    const bus = this.dut.in.control;
    Object.assign(bus, { arvalid: true, araddr: BigInt(controlRegisters[name].address) });
    this.memory.step(this.dut);
    bus.arvalid = false;
    while (!this.dut.out.control.rvalid) this.memory.step(this.dut);
    const value = Number(this.dut.out.control.rdata);
    this.memory.step(this.dut);
    return value;
  }

  /** Reads tokens of a sequence together. @returns what comes behind each */
  batch(tokens: readonly number[], position: number, onCycle?: () => void): number[] {
    tokens.forEach((token, slot) => {
      this.write("slot", slot);
      this.write("token", token);
      this.write("position", position + slot);
      this.write("cache", 0);
    });
    this.write("control", ((tokens.length - 1) << 8) | 5);
    for (let cycles = 0; !this.dut.out.irq; cycles++) {
      if (cycles > 200_000) throw new Error("no interrupt");
      onCycle?.();
      this.memory.step(this.dut);
    }
    return tokens.map((_, slot) => {
      this.write("slot", slot);
      return this.read("next");
    });
  }
}

function host(of: CoreProgram, stalled: number): Host {
  const { lanes } = of.core;
  const bytes = new Uint8Array(BASE + of.header.memoryBytes + 4096);
  bytes.set(imageOf(of), BASE);
  const random = seededRandom(7);
  const memory = new AxiMemory(bytes, lanes, () => (random.next() >>> 0) / 2 ** 32 < stalled);
  const one = new Host(engines.wasm.open(decoderCore(of.core)), memory);
  one.write("base", BASE / 64);
  one.write("positions", of.header.context);
  return one;
}

test.each([
  { batch: 1, lanes: 8, stalled: 0 },
  { batch: 2, lanes: 16, stalled: 0.4 },
])("tokens through registers and a monitored AXI memory are the machine's, %j", (given) => {
  const compiled = program(given.batch, given.lanes);
  const one = host(compiled, given.stalled);
  const machine = new CoreMachine(imageOf(compiled));
  const prompt = [1, 5, 9, 2].slice(0, 2 * given.batch);
  for (let position = 0; position < prompt.length; position += given.batch) {
    const some = prompt.slice(position, position + given.batch);
    expect(one.batch(some, position)).toEqual(some.map((token) => machine.next(token).token));
    expect(one.read("status")).toBe(2);
    one.write("status", 2);
    expect(one.dut.out.irq).toBe(false);
  }
  expect(one.memory.bytes.subarray(BASE, BASE + machine.memory.length)).toEqual(machine.memory);
  expect(one.memory.longestBurst.beats).toBeGreaterThan(1);
  const { lanes, batch } = compiled.core;
  expect(one.read("identification")).toBe(0x52463843);
  expect(one.read("shape")).toBe((16 << 24) | (batch << 16) | (1 << 8) | lanes);
  one.dut.close();
});

test("errors of the memory, refusals and writes to what cannot be written are told", () => {
  const one = host(program(1, 8), 0);
  one.batch([1], 6);
  expect([one.read("status"), one.read("place")]).toEqual([0b10010, 0]);
  // A descriptor that comes with an error is none, and ends the batch.
  one.memory.error = () => true;
  one.batch([1], 0);
  expect([one.read("status"), one.read("place")]).toEqual([0b100010, 0]);
  expect(() => one.write("next", 1)).toThrow();
  one.dut.close();
});

test("an error among the weights has the place of its product, and the batch goes on", () => {
  const compiled = program(1, 8);
  const one = host(compiled, 0.2);
  const index = compiled.steps.findIndex(({ descriptor }) => descriptor.operation === "product");
  const { address, stride } = compiled.steps[index]!.descriptor;
  one.memory.error = (at) => at === BASE + address + stride;
  one.batch([1], 0);
  expect([one.read("status"), one.read("place")]).toEqual([0b100010, index]);
  one.write("status", 0b100000);
  expect(one.read("status")).toBe(0b10);
  expect(one.read("place")).toBe(compiled.steps.length - 1);
  one.memory.error = () => false;
  one.batch([1], 0);
  expect(one.read("status")).toBe(0b10);
  one.dut.close();
});

const operations = ["embed", "load", "product", "store", "add", "means", "end"] as const;

test.each([
  ...operations.map((operation) => ["ar", operation] as const),
  ...operations.map((operation) => ["r", operation] as const),
  ["aw", "store"] as const,
  ["w", "store"] as const,
  // The descriptor behind waits until all that was written is answered.
  ["b", "store", 1] as const,
])(
  "a memory whose channel %s is silent from %s on: status, place and interrupt, until a reset",
  (channel, operation, behind: number = 0) => {
    const compiled = program(1, 8);
    const one = host(compiled, 0);
    one.write("control", 7 << 16);
    expect(one.read("control") >> 16).toBe(7);
    const { steps } = compiled;
    const index = steps.findIndex(({ descriptor }) => descriptor.operation === operation);
    const place = index + behind;
    let [cycles, died] = [0, 0];
    one.batch([1], 0, () => {
      cycles += 1;
      const { arvalid, araddr } = one.dut.out.memory;
      if (!arvalid || Number(araddr) !== BASE + 64 * (index + 1)) return;
      one.memory.dead.add(channel);
      died ||= cycles;
    });
    // What is under way is done with zeros.
    expect(cycles - died).toBeGreaterThan(128);
    expect(cycles - died).toBeLessThan(2000);
    expect([one.read("status"), one.read("place")]).toEqual([0b1000010, place]);
    // It stays lost, whatever comes too late.
    one.memory.dead.clear();
    one.write("status", 0b1100010);
    one.batch([1], 0);
    expect([one.read("status"), one.read("place")]).toEqual([0b1000010, place]);
    one.dut.reset();
    expect(one.read("status")).toBe(0);
    one.dut.close();
  },
);

test("a memory that is slow but answers within the limit is not lost", () => {
  const compiled = program(1, 8);
  const one = host(compiled, 0.9);
  one.write("control", 8 << 16);
  const machine = new CoreMachine(imageOf(compiled));
  expect(one.batch([1], 0)).toEqual([machine.next(1).token]);
  expect(one.read("status")).toBe(2);
  one.dut.close();
});

test("Verilator finds nothing to warn of", async () => {
  const { files } = emitDesign(decoderCore(program(2, 16).core));
  const sources = Object.fromEntries(files.map(({ name, text }) => [name, text]));
  expect((await lint(sources, { top: "decoder_core_axi" })).log).toBe("");
});
