// machine: Counts `limit` cycles after start
//   limit_bits = 8
//   mode       = once
// Latency: 1 cycle.
`default_nettype none

module machine (
  input  wire       clock,  // rising edge
  input  wire       reset,  // synchronous, active high
  input  wire       start,  // begins a run
  input  wire [7:0] limit,  // cycles to count
  output wire       busy,   // a run is under way
  output wire [7:0] count   // cycles so far
);
  localparam [1:0] STATE_BUSY = 2'd1;
  localparam [1:0] STATE_IDLE = 2'd0;
  localparam [1:0] STATE_DONE = 2'd2;

  reg [1:0] state;    // test/verilog/circuits.ts
  reg [7:0] counter;  // test/verilog/circuits.ts
  reg [7:0] last;     // test/verilog/circuits.ts

  wire equal_1 = state == STATE_IDLE;  // test/verilog/circuits.ts
  wire equal_2 = state == STATE_BUSY;  // test/verilog/circuits.ts
  wire equal_3 = state == STATE_DONE;  // test/verilog/circuits.ts

  assign busy = state == STATE_BUSY;
  assign count = (state == STATE_IDLE) ? last : counter;

  always @(posedge clock) begin
    if (reset) begin
      state <= 2'd0;
      counter <= 8'd0;
    end
    else if (equal_1) begin
      if (start) begin
        state <= STATE_BUSY;
        counter <= 8'd0;
      end
    end
    else if (equal_2) begin
      if (counter == limit) state <= STATE_DONE;
      else counter <= counter + 8'd1;
    end
    else if (equal_3) state <= STATE_IDLE;
  end

  always @(posedge clock) begin
    if (!equal_1 && !equal_2 && equal_3 && start && limit[0]) last <= counter;
  end

`ifdef FORMAL
  always @(posedge clock) if (!reset) counter_stays_below_limit: assert ((limit >= counter) | (state != STATE_BUSY));
  always @(posedge clock) if (!reset) limit_is_small: assume (limit < 8'd200);
  always @(posedge clock) if (!reset) a_run_ends: cover (state == STATE_DONE);
`endif
endmodule

`default_nettype wire
