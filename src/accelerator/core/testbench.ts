import { slotBits } from "../../../hdl/core/registers.ts";
import type { CoreProgram } from "./compile.ts";
import { HEADER_BYTES } from "./header.ts";
import { imageOf } from "./image.ts";
import { CoreMachine } from "./machine.ts";

/** A file of text. */
interface TextFile {
  readonly name: string;
  readonly text: string;
}

/**
 * A testbench that gives the core a memory of one request at a time, reads tokens greedily and compares every next one with the
 * machine of descriptors: decoder_core_tb.v, memory.hex (the image and the empty cache) and tokens.hex.
 *
 * @param first token of the sequence
 * @param count tokens that are read
 */
export function coreTestbench(program: CoreProgram, first: number, count: number): TextFile[] {
  const machine = new CoreMachine(imageOf(program));
  const tokens = [first];
  for (let i = 0; i < count; i++) tokens.push(machine.next(tokens[i] ?? first).token);
  return [
    { name: "decoder_core_tb.v", text: verilog(program, count) },
    { name: "memory.hex", text: memoryText(program) },
    { name: "tokens.hex", text: `${tokens.map((token) => token.toString(16)).join("\n")}\n` },
  ];
}

/** A beat a line, its highest byte first. */
function memoryText(program: CoreProgram): string {
  const { lanes } = program.core;
  const memory = new Uint8Array(Math.ceil(program.header.memoryBytes / lanes) * lanes);
  memory.set(imageOf(program));
  const lines: string[] = [];
  for (let at = 0; at < memory.length; at += lanes) {
    const beat = memory.slice(at, at + lanes).reverse();
    lines.push(Array.from(beat, (byte) => byte.toString(16).padStart(2, "0")).join(""));
  }
  return `${lines.join("\n")}\n`;
}

const zero = (bits: number): string => `${bits}'d0`;

function verilog({ core: { lanes, batch }, header }: CoreProgram, count: number): string {
  const beats = Math.ceil(header.memoryBytes / lanes);
  return `// Testbench of decoder_core: ${count} tokens of the program in memory.hex, each compared with tokens.hex.
\`timescale 1ns / 1ps

module decoder_core_tb;
  localparam LANES = ${lanes};
  localparam BEATS = ${beats};
  localparam COUNT = ${count};

  reg clock = 1'b0;
  reg reset = 1'b1;
  always #1 clock = ~clock;

  reg [8*LANES-1:0] memory [0:BEATS-1];
  reg [31:0] tokens [0:COUNT];

  // One request at a time, a beat a cycle.
  reg pending = 1'b0;
  reg [39:0] address = 40'd0;
  reg [31:0] left = 32'd0;
  wire request_valid;
  wire request_ready = ~pending;
  wire [39:0] request_address;
  wire [31:0] request_beats;
  wire data_ready;
  wire [8*LANES-1:0] data = memory[address / LANES];
  wire store_valid;
  wire [39:0] store_address;
  wire [7:0] store_code;
  reg [8*LANES-1:0] word;

  always @(posedge clock) begin
    if (request_valid && request_ready) begin
      pending <= 1'b1;
      address <= request_address;
      left <= request_beats;
    end
    if (pending && data_ready) begin
      address <= address + LANES;
      left <= left - 32'd1;
      if (left == 32'd1) pending <= 1'b0;
    end
    if (store_valid) begin
      word = memory[store_address / LANES];
      word[8 * (store_address % LANES) +: 8] = store_code;
      memory[store_address / LANES] = word;
    end
  end

  reg given = 1'b0;
  reg start = 1'b0;
  reg [31:0] token = 32'd0;
  reg [31:0] position = 32'd0;
  wire busy;
  wire [31:0] next;
  wire invalid;
  wire saturated;
  wire refused;
  wire [47:0] product, vector, waits, sequencing;

  decoder_core dut (
    .clock(clock),
    .reset(reset),
    .slot_enable(given),
    .slot_index(${zero(slotBits({ batch }))}),
    .slot_token(token),
    .slot_position(position),
    .slot_cache(40'd0),
    .start(start),
    .last_slot(${zero(slotBits({ batch }))}),
    .first_descriptor(40'd${HEADER_BYTES}),
    .positions(32'd${header.context}),
    .busy(busy),
    .next_0(next),
    .invalid(invalid),
    .saturated(saturated),
    .refused(refused),
    .place(),
    .request_valid(request_valid),
    .request_ready(request_ready),
    .request_bits_address(request_address),
    .request_bits_beats(request_beats),
    .data_valid(pending),
    .data_ready(data_ready),
    .data_bits(data),
    .store_valid(store_valid),
    .store_ready(1'b1),
    .store_bits_address(store_address),
    .store_bits_code(store_code),
    .cycles_product(product),
    .cycles_vector(vector),
    .cycles_memory(waits),
    .cycles_sequencing(sequencing)
  );

  integer i;
  integer cycles;
  initial begin
    $readmemh("memory.hex", memory);
    $readmemh("tokens.hex", tokens);
    repeat (3) @(negedge clock);
    reset = 1'b0;
    for (i = 0; i < COUNT; i = i + 1) begin
      token = tokens[i];
      position = i;
      given = 1'b1;
      @(negedge clock);
      given = 1'b0;
      start = 1'b1;
      @(negedge clock);
      start = 1'b0;
      cycles = 0;
      while (busy) begin
        @(negedge clock);
        cycles = cycles + 1;
        if (cycles > 100000000) begin
          $display("FAIL: token %0d does not end", i);
          $fatal;
        end
      end
      if (next !== tokens[i + 1] || invalid || saturated || refused) begin
        $display("FAIL: token %0d gives %0d, not %0d; invalid %b, saturated %b, refused %b",
          i, next, tokens[i + 1], invalid, saturated, refused);
        $fatal;
      end
      $display("token %0d in %0d cycles", next, cycles);
    end
    if (product + vector + waits + sequencing == 0) $fatal;
    $display("PASS: %0d tokens; cycles: product %0d, vector %0d, memory %0d, sequencing %0d",
      COUNT, product, vector, waits, sequencing);
    $finish;
  end
endmodule
`;
}
