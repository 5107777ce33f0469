import type { AcceleratorModel } from "../../model/index.ts";
import { axiLiteTasks } from "./axi-lite-tasks.ts";
import type { PortStyle } from "./ports.ts";
import type { TestVectors } from "./vectors.ts";

/**
 * A testbench of the accelerator in Verilog-2005 and `$fatal`, which runs in Icarus and Verilator: it writes registers on AXI4-Lite, streams
 * the vectors of the hexadecimal files, with pseudo-random stalls where a job has them, and compares every result, the
 * status, the interrupt and, without stalls, the cycles, all by ===, so that an X is no match. The last line it prints is PASS, or FAIL before `$fatal`, with which simulators end in an exit status other than 0.
 *
 * @param top the module's name
 * @param style how its ports are called
 */
export function testbench(
  top: string,
  { activation, lanes, rows }: AcceleratorModel,
  jobs: readonly TestVectors[],
  style: PortStyle = "plain",
): string {
  const [a, w, r] = [(activation === "int8" ? 8 : 16) * lanes, 8 * lanes * rows, 64 * rows];
  const total = (of: (job: TestVectors) => readonly string[]): number =>
    jobs.reduce((sum, job) => sum + of(job).length, 0);
  const [as, ws, rs] = [
    total((job) => job.activations),
    total((job) => job.weights),
    total((job) => job.results),
  ];
  const word = (value: number): string => `32'd${value}`;
  const calls = jobs.map(
    ({ beats, groups, weights, control, status, stalls, cycles, abortAfter }) => {
      const size = [beats, groups, weights.length, control].map(word).join(", ");
      const isStalled = `1'b${Number(stalls)}`;
      return abortAfter !== undefined
        ? `    abort_job(${size}, ${isStalled}, ${abortAfter});`
        : `    run_job(${size}, ${word(status)}, ${isStalled}, ${word(cycles)});`;
    },
  );
  return `\`default_nettype none

// Self-checking testbench of ${top}: ${jobs.length} jobs, ${rs} groups of results.
module ${top}_tb;
  reg clock = 0;
  reg reset = 1;
  always #5 clock = ~clock;

  reg [${a - 1}:0] activations [0:${as - 1}];
  reg [${w - 1}:0] weights [0:${ws - 1}];
  reg [${r - 1}:0] results [0:${rs - 1}];
  initial begin
    $readmemh("activations.hex", activations);
    $readmemh("weights.hex", weights);
    $readmemh("results.hex", results);
  end

  reg         awvalid = 0, wvalid = 0, arvalid = 0;
  reg  [5:0]  awaddr = 0, araddr = 0;
  reg  [31:0] wdata = 0;
  wire        awready, wready, bvalid, arready, rvalid, irq;
  wire [1:0]  bresp, rresp;
  wire [31:0] rdata;

  reg            activation_tvalid = 0, activation_tlast = 0;
  reg  [${a - 1}:0] activation_tdata = 0;
  wire           activation_tready;
  reg            weight_tvalid = 0, weight_tlast = 0;
  reg  [${w - 1}:0] weight_tdata = 0;
  wire           weight_tready;
  reg            result_tready = 0;
  wire           result_tvalid, result_tlast;
  wire [${r - 1}:0] result_tdata;

  ${top} dut (
${dutPorts[style](a, w)}
  );

  // Positions in the files, and where the present job ends.
  integer a = 0, a_end = 0, w = 0, w_end = 0, r = 0, r_end = 0;
  integer errors = 0, checked = 0;
  reg        stalls = 0, aborting = 0;
  reg [31:0] random = 32'h1;
  always @(posedge clock) random <= {random[30:0], random[31] ^ random[21] ^ random[1] ^ random[0]};

  // A source keeps its beat until it is taken.
  always @(posedge clock) begin
    if (!activation_tvalid || activation_tready) begin
      activation_tvalid <= 0;
      if (a < a_end && !(stalls && random[0])) begin
        activation_tvalid <= 1;
        activation_tdata <= activations[a];
        activation_tlast <= a == a_end - 1;
        a <= a + 1;
      end
    end
    if (!weight_tvalid || weight_tready) begin
      weight_tvalid <= 0;
      if (w < w_end && !(stalls && random[5])) begin
        weight_tvalid <= 1;
        weight_tdata <= weights[w];
        weight_tlast <= w == w_end - 1;
        w <= w + 1;
      end
    end
    result_tready <= !(stalls && random[9]);
    if (result_tvalid && result_tready && !reset && !aborting) begin
      checked <= checked + 1;
      r <= r + 1;
      if (result_tdata !== results[r] || result_tlast !== (r == r_end - 1)) begin
        errors <= errors + 1;
        $display("result %0d: %h, last %b; %h is right", r, result_tdata, result_tlast, results[r]);
      end
    end
  end

${axiLiteTasks}
  reg [31:0] value;
  integer waited;
  task run_job(input [31:0] beats, input [31:0] groups, input [31:0] weight_beats,
               input [31:0] control, input [31:0] status, input stall, input [31:0] cycles);
    begin
      stalls = stall;
      write_register(6'h14, beats);
      write_register(6'h18, groups);
      @(negedge clock);
      a_end = a_end + beats;
      w_end = w_end + weight_beats;
      r_end = r_end + groups;
      write_register(6'h0c, control);
      waited = 0;
      while (irq !== 1 && waited < 100 * (w_end + 100)) begin
        @(negedge clock);
        waited = waited + 1;
      end
      if (irq !== 1) fault("the job does not end");
      read_register(6'h10, value);
      if (value !== status) begin
        errors = errors + 1;
        $display("status %h, %h is right", value, status);
      end
      read_register(6'h20, value);
      if (!stall && value !== cycles) begin
        errors = errors + 1;
        $display("%0d cycles, %0d is right", value, cycles);
      end
      write_register(6'h10, 32'hff);
      if (irq !== 0) fault("the interrupt stays");
    end
  endtask

  // The results of an aborted job say nothing; the job behind it must be right.
  task abort_job(input [31:0] beats, input [31:0] groups, input [31:0] weight_beats,
                 input [31:0] control, input stall, input integer after);
    begin
      stalls = stall;
      aborting = 1;
      write_register(6'h14, beats);
      write_register(6'h18, groups);
      @(negedge clock);
      a_end = a_end + beats;
      w_end = w_end + weight_beats;
      write_register(6'h0c, control);
      repeat (after) @(negedge clock);
      write_register(6'h0c, (control & ~32'h1) | 32'h2);
      waited = 0;
      while (irq !== 1 && waited < 100 * (w_end + 100)) begin
        @(negedge clock);
        waited = waited + 1;
      end
      if (irq !== 1) fault("the aborted job does not end");
      read_register(6'h10, value);
      if ((value & ~32'h0c) !== 32'h82) fault("the status of the aborted job is wrong");
      if (a != a_end || w != w_end) fault("the aborted job leaves beats");
      write_register(6'h10, 32'hff);
      aborting = 0;
    end
  endtask

  initial begin
    repeat (4) @(negedge clock);
    reset = 0;
${calls.join("\n")}
    if (checked != ${rs}) fault("results are missing");
    $display("%0d results checked, %0d errors", checked, errors);
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

const lite = (name: string): string => `
    .${name}_awvalid(awvalid), .${name}_awready(awready), .${name}_awaddr(awaddr),
    .${name}_wvalid(wvalid), .${name}_wready(wready), .${name}_wdata(wdata), .${name}_wstrb(4'hf),
    .${name}_bvalid(bvalid), .${name}_bready(1'b1), .${name}_bresp(bresp),
    .${name}_arvalid(arvalid), .${name}_arready(arready), .${name}_araddr(araddr),
    .${name}_rvalid(rvalid), .${name}_rready(1'b1), .${name}_rdata(rdata), .${name}_rresp(rresp),`;

const stream = (port: string, name: string): string => `
    .${port}_tvalid(${name}_tvalid), .${port}_tready(${name}_tready),
    .${port}_tdata(${name}_tdata), .${port}_tlast(${name}_tlast),`;

const dutPorts: Readonly<Record<PortStyle, (activation: number, weight: number) => string>> = {
  plain: () => `    .clock(clock), .reset(reset),${lite("control")}${[
    "activation",
    "weight",
    "result",
  ]
    .map((name) => stream(name, name))
    .join("")}
    .irq(irq)`,
  axi: (activation, weight) => `    .aclk(clock), .aresetn(!reset),${lite("s_axi")}
    .s_axi_awprot(3'd0), .s_axi_arprot(3'd0),${stream("s_axis_activation", "activation")}${stream("s_axis_weight", "weight")}${stream("m_axis_result", "result")}
    .s_axis_activation_tkeep({${activation / 8}{1'b1}}), .s_axis_weight_tkeep({${weight / 8}{1'b1}}),
    .m_axis_result_tkeep(), .irq(irq)`,
};
