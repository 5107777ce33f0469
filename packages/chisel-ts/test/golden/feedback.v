// feedback
`default_nettype none

module feedback (
  input  wire       clock,  // rising edge
  input  wire       reset,  // synchronous, active high
  input  wire [3:0] step,
  output wire [3:0] value,
  input  wire [7:0] spare
);
  reg [3:0] held;  // test/verilog/circuits.ts

  wire [3:0] adder_sum;
  wire       adder_carry;

  wire [3:0] back = held;  // test/verilog/circuits.ts

  stage adder (  // test/verilog/circuits.ts
    .in_x(back),
    .in_y(step),
    .sum(adder_sum),
    .carry(adder_carry)
  );

  assign value = held ^ adder_sum;

  always @(posedge clock) begin
    if (reset) held <= 4'd3;
    else held <= adder_sum;
  end

  wire _unused = &{1'b0, spare, adder_carry};
endmodule

`default_nettype wire
