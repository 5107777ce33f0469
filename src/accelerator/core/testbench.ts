import { bitsFor } from "@chisel-ts/core";
import { controlRegisters } from "../../../hdl/core/control.ts";
import { axiLiteTasks } from "../package/axi-lite-tasks.ts";
import type { CoreProgram } from "./compile.ts";
import { imageOf } from "./image.ts";
import { CoreMachine } from "./machine.ts";

/** A file of text. */
interface TextFile {
  readonly name: string;
  readonly text: string;
}

/**
 * A testbench of the core with its AXI interfaces: registers are written, a memory on the AXI master stalls at random and watches
 * the protocol, and every next token is compared with the machine of descriptors. It is decoder_core_axi_tb.v, memory.hex (the image and
 * the empty cache) and tokens.hex.
 *
 * @param first token of the sequence
 * @param count tokens that are read
 *
 * @example
 * const files = coreTestbench(tinyProgram("int8", 8), 1, 2);
 * console.log(files.map(({ name }) => name).join(", ")); // decoder_core_axi_tb.v, memory.hex, tokens.hex
 */
export function coreTestbench(program: CoreProgram, first: number, count: number): TextFile[] {
  const machine = new CoreMachine(imageOf(program));
  const tokens = [first];
  for (let token = first; tokens.length <= count; tokens.push(token))
    token = machine.next(token).token;
  return [
    { name: "decoder_core_axi_tb.v", text: verilog(program, count) },
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

const address = (name: keyof typeof controlRegisters): string =>
  `6'd${controlRegisters[name].address}`;

function verilog({ core: { lanes }, header }: CoreProgram, count: number): string {
  const beats = Math.ceil(header.memoryBytes / lanes);
  const beat = (address: string): string =>
    `memory[${address}[${Math.log2(lanes)} +: ${bitsFor(beats - 1)}]]`;
  return `\`default_nettype none

// Self-checking testbench of decoder_core_axi: ${count} tokens of the program in memory.hex, each compared with tokens.hex.
module decoder_core_axi_tb;
  localparam LANES = ${lanes};
  localparam BEATS = ${beats};
  localparam COUNT = ${count};

  reg clock = 1'b0;
  reg reset = 1'b1;
  always #5 clock = ~clock;

  reg [8*LANES-1:0] memory [0:BEATS-1];
  reg [31:0] tokens [0:COUNT];
  integer errors = 0;

  reg [31:0] random = 32'h1;
  always @(posedge clock) random <= {random[30:0], random[31] ^ random[21] ^ random[1] ^ random[0]};

  reg         awvalid = 0, wvalid = 0, arvalid = 0;
  reg  [5:0]  awaddr = 0, araddr = 0;
  reg  [31:0] wdata = 0;
  wire        awready, wready, bvalid, arready, rvalid, irq;
  wire [1:0]  bresp, rresp;
  wire [31:0] rdata;

  // One burst and one write at a time; addresses and data of a write come in any order.
  wire        m_arvalid, m_rready, m_awvalid, m_wvalid, m_wlast, m_bready;
  wire [39:0] m_araddr, m_awaddr;
  wire [7:0]  m_arlen, m_awlen;
  wire [2:0]  m_arsize, m_awsize;
  wire [1:0]  m_arburst, m_awburst;
  wire [8*LANES-1:0] m_wdata;
  wire [LANES-1:0] m_wstrb;
  reg         reading = 0, gives = 0, addressed = 0, given = 0, answers = 0;
  reg  [39:0] read_address = 0, write_address = 0;
  reg  [8:0]  left = 0;
  reg  [8*LANES-1:0] write_data = 0;
  reg  [LANES-1:0] strobes = 0;
  reg         silent = 0;
  wire        m_arready = !reading && random[3] && !silent;
  wire        m_awready = !addressed && random[7] && !silent;
  wire        m_wready = !given && random[11] && !silent;
  wire        m_rvalid = reading && gives && !silent;
  integer b;

  always @(posedge clock) begin
    if (!m_rvalid || m_rready) gives <= random[5] || random[14];
    if (m_arvalid && m_arready) begin
      reading <= 1;
      read_address <= m_araddr;
      left <= m_arlen + 1;
      if (m_araddr % LANES != 0 || m_arburst != 1 || (1 << m_arsize) != LANES) fault("a read burst is none of whole beats");
      if ((m_araddr >> 12) != ((m_araddr + LANES * m_arlen) >> 12)) fault("a burst crosses 4 KiB");
      if (m_araddr / LANES + {32'd0, m_arlen} >= BEATS) fault("a read is beyond the memory");
      if (addressed || given || answers) fault("a read passes a write");
    end
    if (m_rvalid && m_rready) begin
      read_address <= read_address + LANES;
      left <= left - 1;
      if (left == 1) reading <= 0;
    end
    if (m_awvalid && m_awready) begin
      addressed <= 1;
      write_address <= m_awaddr;
      if (m_awlen != 0 || m_awaddr % LANES != 0) fault("a write is more than a beat");
    end
    if (m_wvalid && m_wready) begin
      given <= 1;
      write_data <= m_wdata;
      strobes <= m_wstrb;
      if (!m_wlast) fault("the only beat of a write is not the last");
    end
    if (addressed && given && !answers && random[9] && !silent) begin
      for (b = 0; b < LANES; b = b + 1)
        if (strobes[b]) ${beat("write_address")}[8*b +: 8] <= write_data[8*b +: 8];
      addressed <= 0;
      given <= 0;
      answers <= 1;
    end
    if (answers && m_bready) answers <= 0;
  end

  // What is valid and not taken stays as it is.
  reg held_ar = 0, held_aw = 0, held_w = 0;
  reg [47:0] ar_before = 0;
  reg [39:0] aw_before = 0;
  reg [9*LANES-1:0] w_before = 0;
  always @(posedge clock) begin
    if (held_ar && (!m_arvalid || ar_before != {m_araddr, m_arlen})) fault("a read address changes");
    if (held_aw && (!m_awvalid || aw_before != m_awaddr)) fault("a write address changes");
    if (held_w && (!m_wvalid || w_before != {m_wdata, m_wstrb})) fault("write data changes");
    held_ar <= m_arvalid && !m_arready;
    held_aw <= m_awvalid && !m_awready;
    held_w <= m_wvalid && !m_wready;
    ar_before <= {m_araddr, m_arlen};
    aw_before <= m_awaddr;
    w_before <= {m_wdata, m_wstrb};
  end

  decoder_core_axi dut (
    .clock(clock), .reset(reset),
    .control_awvalid(awvalid), .control_awready(awready), .control_awaddr(awaddr),
    .control_wvalid(wvalid), .control_wready(wready), .control_wdata(wdata), .control_wstrb(4'hf),
    .control_bvalid(bvalid), .control_bready(1'b1), .control_bresp(bresp),
    .control_arvalid(arvalid), .control_arready(arready), .control_araddr(araddr),
    .control_rvalid(rvalid), .control_rready(1'b1), .control_rdata(rdata), .control_rresp(rresp),
    .memory_arvalid(m_arvalid), .memory_arready(m_arready), .memory_araddr(m_araddr), .memory_arlen(m_arlen),
    .memory_arsize(m_arsize), .memory_arburst(m_arburst),
    .memory_rvalid(m_rvalid), .memory_rready(m_rready), .memory_rdata(${beat("read_address")}),
    .memory_rresp(2'd0), .memory_rlast(left == 1),
    .memory_awvalid(m_awvalid), .memory_awready(m_awready), .memory_awaddr(m_awaddr), .memory_awlen(m_awlen),
    .memory_awsize(m_awsize), .memory_awburst(m_awburst),
    .memory_wvalid(m_wvalid), .memory_wready(m_wready), .memory_wdata(m_wdata), .memory_wstrb(m_wstrb), .memory_wlast(m_wlast),
    .memory_bvalid(answers), .memory_bready(m_bready), .memory_bresp(2'd0),
    .irq(irq)
  );

${axiLiteTasks}
  integer i;
  integer cycles;
  reg [31:0] value, product, vector, waits, sequencing;
  initial begin
    $readmemh("memory.hex", memory);
    $readmemh("tokens.hex", tokens);
    repeat (4) @(negedge clock);
    reset = 0;
    write_register(${address("positions")}, 32'd${header.context});
    for (i = 0; i < COUNT; i = i + 1) begin
      write_register(${address("token")}, tokens[i]);
      write_register(${address("position")}, i);
      write_register(${address("cache")}, 0);
      write_register(${address("control")}, 32'd5);
      cycles = 0;
      while (irq !== 1 && cycles < 100000000) begin
        @(negedge clock);
        cycles = cycles + 1;
      end
      read_register(${address("status")}, value);
      if (value !== 32'd2) begin
        errors = errors + 1;
        read_register(${address("place")}, product);
        $display("status %h at descriptor %0d", value, product);
      end
      read_register(${address("next")}, value);
      if (value !== tokens[i + 1]) begin
        errors = errors + 1;
        $display("token %0d gives %0d, not %0d", i, value, tokens[i + 1]);
      end
      $display("token %0d in %0d cycles", value, cycles);
      write_register(${address("status")}, 32'd2);
      if (irq !== 0) fault("the interrupt stays");
    end
    read_register(${address("product")}, product);
    read_register(${address("vector")}, vector);
    read_register(${address("memory")}, waits);
    read_register(${address("sequencing")}, sequencing);
    $display("cycles: product %0d, vector %0d, memory %0d, sequencing %0d", product, vector, waits, sequencing);
    // A memory that does not answer for 2^8 cycles: the batch ends at its first descriptor.
    silent = 1;
    write_register(${address("control")}, 32'h00080005);
    cycles = 0;
    while (irq !== 1 && cycles < 1000) begin
      @(negedge clock);
      cycles = cycles + 1;
    end
    read_register(${address("status")}, value);
    read_register(${address("place")}, product);
    if (value !== 32'h42 || product !== 0) begin
      errors = errors + 1;
      $display("a silent memory: status %h at descriptor %0d", value, product);
    end
    if (errors != 0) begin
      $display("FAIL");
      $fatal(1);
    end
    $display("PASS");
    $finish;
  end
endmodule

\`default_nettype wire
`;
}
