// stage: Adds with a carry
`default_nettype none

module stage (
  input  wire [3:0] in_x,
  input  wire [3:0] in_y,
  output wire [3:0] sum,
  output wire       carry
);
  wire [4:0] total = {1'd0, in_x} + {1'd0, in_y};  // test/verilog/circuits.ts

  assign sum = total[3:0];
  assign carry = total[4];
endmodule

`default_nettype wire
