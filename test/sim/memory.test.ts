import {
  type Bool,
  bool,
  emitDesign,
  input,
  type Module,
  memory,
  module,
  output,
  uint,
} from "@chisel-ts/core";
import { describe, expect, test } from "vitest";
import { buffer } from "../../hdl/accelerator/buffer.ts";
import { controller } from "../../hdl/accelerator/controller.ts";
import { type Columns, type Engine, engines } from "../../sim/index.ts";
import { synthesizeFpga, verilogOf } from "../../src/cost/index.ts";
import { seededRandom } from "../../src/format/index.ts";
import { yosys } from "../../tools/yosys.ts";

type Collision = "old" | "new" | "never";

const ports = {
  write: input(bool()),
  read: input(bool()),
  to: input(uint(4)),
  from: input(uint(4)),
  data: input(uint(70)),
  word: output(uint(70)),
};

/** A memory with a port for reading and two for writing, of which the second writes the inverse where bit 0 of data is 1. */
const ram = (collision: Collision, depth: number, may?: (read: Bool, write: Bool) => Bool) =>
  module({ name: `ram_${collision}`, ports }, (io) => {
    const contents = new Array<number>(depth).fill(0);
    const words = memory("words", { depth, type: uint(70), collision, contents });
    words.write(io.to, io.data, io.write);
    if (!may) words.write(io.from, io.data.not(), io.write.and(io.data.bit(0)));
    io.word.set(words.read("word_read", io.from, may ? may(io.read, io.write) : io.read));
  });

const CYCLES = 400;

function stimulus(seed: number, apart: boolean): Columns {
  const generator = seededRandom(seed);
  const below = (n: number) => (generator.next() >>> 0) % n;
  const column = (n: number) => Uint8Array.from({ length: CYCLES }, () => below(n));
  const [write, to, from] = [column(2), column(16), column(16)];
  const read = apart
    ? write.map((w, i) => Number(below(2) === 1 && (w === 0 || to[i] !== from[i])))
    : column(2);
  const data = BigUint64Array.from({ length: CYCLES }, () => BigInt(below(2 ** 30)));
  return { write, read, to, from, data: Array.from(data) };
}

/** The words that the port shows, from the rule alone. */
function expected(collision: Collision, depth: number, columns: Columns, two: boolean): bigint[] {
  const words = new Array<bigint>(16).fill(0n);
  const mask = (1n << 70n) - 1n;
  let shown = 0n;
  return Array.from({ length: CYCLES }, (_, cycle) => {
    const [write, read, to, from] = ["write", "read", "to", "from"].map((name) =>
      Number(columns[name]![cycle]),
    ) as [number, number, number, number];
    const data = BigInt(columns.data![cycle]!);
    const before = shown;
    const old = from < depth ? words[from]! : 0n;
    if (write && to < depth) words[to] = data;
    if (two && write && data % 2n === 1n && from < depth) words[from] = mask ^ data;
    const now = from < depth ? words[from]! : 0n;
    if (read) shown = collision === "new" ? now : old;
    return before;
  });
}

function expectWords(
  dut: ReturnType<typeof ram>,
  columns: Columns,
  right: readonly bigint[],
  chosen: readonly Engine[] = Object.values(engines),
) {
  for (const engine of chosen) {
    const simulation = engine.open(dut);
    // The port shows nothing before its first read.
    simulation.in.read = true;
    simulation.step();
    expect([...simulation.batch(columns, CYCLES).word!], engine.name).toEqual(right);
    simulation.close();
  }
}

describe("what a read gives of the word that is written at the same edge, in every engine", () => {
  test.each([
    ["old", 16],
    ["old", 11],
    ["new", 16],
    ["new", 11],
  ] as const)("the %s one, %d words", (collision, depth) => {
    const columns = stimulus(depth, false);
    const right = expected(collision, depth, columns, true);
    // One depth of each in Verilator, whose models take seconds to build.
    const { verilator: _, ...quick } = engines;
    expectWords(
      ram(collision, depth),
      columns,
      right,
      Object.values(depth === 16 ? quick : engines),
    );
  });

  const alone = ram("never", 16, (read) => read);
  test("never: where they do not meet, the engines agree", () => {
    const columns = stimulus(3, true);
    expectWords(alone, columns, expected("old", 16, columns, false));
  });

  test("never: where they meet, in-process engines report it and read the old word as Verilator does, Icarus reads X", () => {
    for (const engine of Object.values(engines)) {
      const simulation = engine.open(alone);
      const { in: inputs } = simulation;
      [inputs.write, inputs.data] = [true, 5n];
      simulation.step();
      [inputs.read, inputs.data] = [true, 6n];
      if (!("checks" in simulation)) simulation.step();
      else expect(() => simulation.step()).toThrow("words_word_read_apart fails in cycle 1");
      if (engine.name === "icarus") expect(() => simulation.out.word).toThrow("word");
      else expect(simulation.out.word, engine.name).toBe(5n);
      simulation.close();
    }
  });
});

describe("never: the emitted assertion, in yosys", () => {
  async function verdict(modules: readonly Module[], checker: string): Promise<string> {
    const files = modules.flatMap((one) => [...emitDesign(one).files]);
    const sources = {
      "check.v": checker,
      ...Object.fromEntries(files.map(({ name, text }) => [name, text])),
    };
    const script = [
      `read_verilog -formal ${Object.keys(sources).join(" ")}`,
      ...["hierarchy -check -top check", "proc", "flatten", "memory_map", "async2sync"],
      ...["chformal -lower", "opt -full"],
      "sat -verify -prove-asserts -tempinduct -seq 1 -set-at 1 reset 1 -maxsteps 8",
    ];
    const { printed } = await yosys(sources, script.join("; "));
    if (printed.includes("Induction step proven: SUCCESS!")) return "proved";
    return printed.includes("model found for base case: FAIL!") ? "disproved" : printed;
  }
  const around = (name: string) => `module check(
  input clock, input reset, input write, input read, input [3:0] to, input [3:0] from, input [69:0] data
);
  wire [69:0] word;
  ${name} dut(.clock(clock), .reset(reset), .write(write), .read(read), .to(to), .from(from),
    .data(data), .word(word));
endmodule
`;
  test.each([
    [
      "a read that waits for writes is proved",
      (read: Bool, write: Bool) => read.and(write.not()),
      "proved",
    ],
    ["a read at any time is disproved", (read: Bool) => read, "disproved"],
  ] as const)("%s", async (_, may, right) => {
    const dut = ram("never", 16, may);
    expect(await verdict([dut], around(dut.name))).toBe(right);
  });

  const behind = (read: string) => `module check(
  input clock, input reset, input start, input abort, input [31:0] beats, input [31:0] groups,
  input requantize, input av, input al, input wv, input wl, input result_fire, input signed [7:0] x
);
  wire write, read;
  wire [2:0] address;
  wire signed [7:0] word;
  accelerator_controller control(
    .clock(clock), .reset(reset), .command_start(start), .command_abort(abort),
    .command_beats(beats), .command_groups(groups), .command_requantize(requantize),
    .command_relu(1'b0), .activation_tvalid(av), .activation_tlast(al), .weight_tvalid(wv),
    .weight_tlast(wl), .result_fire(result_fire), .buffer_write(write), .buffer_read(read),
    .buffer_address(address)
  );
  activation_buffer dut(
    .clock(clock), .reset(reset), .write(write), .read(${read}), .address(address),
    .write_data_0(x), .read_data_0(word)
  );
endmodule
`;
  test("the activation buffer's holds behind the controller, and not without it", async () => {
    const modules = [
      controller({ words: 5, headerBeats: 8, inFlight: 3 }),
      buffer({ activation: "int8", lanes: 1, terms: 5 }),
    ];
    expect(await verdict(modules, behind("read"))).toBe("proved");
    expect(await verdict(modules, behind("read || wv"))).toBe("disproved");
  });
});

test("an unknown rule is refused", () => {
  expect(() => ram("sometimes" as Collision, 4)).toThrow(
    "the collision rule of `words` must be old, new or never, it is sometimes",
  );
});

describe("never: a block RAM without a bypass", () => {
  const activations = buffer({ activation: "int8", lanes: 16, terms: 4096 });
  const flipFlops = async (collision: Collision) => {
    const bits = { ...ports, to: input(uint(8)), from: input(uint(8)) };
    const dut = module({ name: `ram_${collision}`, ports: bits }, (io) => {
      const words = memory("words", { depth: 256, type: uint(70), collision });
      words.write(io.to, io.data, io.write);
      io.word.set(words.read("word_read", io.from, io.read));
    });
    return (await synthesizeFpga(verilogOf(dut), "ecp5")).flip_flops;
  };

  test.each(["ice40", "ecp5"] as const)("the engine's activation buffer on %s", async (family) => {
    const { luts, flip_flops, block_rams } = await synthesizeFpga(verilogOf(activations), family);
    expect(block_rams).toBe({ ice40: 8, ecp5: 4 }[family]);
    expect(flip_flops).toBe(0);
    expect(luts).toBeLessThanOrEqual(1);
  });
  test("and the other rules with one", async () => {
    expect(await flipFlops("never")).toBe(0);
    expect(await flipFlops("old")).toBeGreaterThan(70);
    expect(await flipFlops("new")).toBeGreaterThan(70);
  });
});
