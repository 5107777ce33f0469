// every_operation
`default_nettype none

module every_operation (
  input  wire [7:0]  a,
  input  wire [7:0]  b,
  input  wire [4:0]  c,           // SInt
  input  wire [4:0]  d,           // SInt
  input  wire [2:0]  s,
  input  wire        f,
  output wire [7:0]  bitwise,
  output wire [8:0]  sum,
  output wire [8:0]  difference,  // SInt
  output wire [25:0] products,
  output wire [7:0]  compared,
  output wire [19:0] shifted,
  output wire [4:0]  arithmetic,  // SInt
  output wire [4:0]  nested,      // SInt
  output wire [2:0]  reduced,
  output wire [12:0] extended,    // SInt
  output wire [19:0] scaled,      // SInt
  output wire [3:0]  repeated,
  output wire [7:0]  chosen
);
  wire [15:0] multiplyUnsigned_1 = {8'd0, a} * {8'd0, b};  // test/verilog/circuits.ts
  wire [9:0] multiplySigned_1 = $signed({{5{c[4]}}, c}) * $signed({{5{d[4]}}, d});  // test/verilog/circuits.ts
  wire [4:0] shiftRightSigned_1 = $signed(c) >>> s;  // test/verilog/circuits.ts
  wire [5:0] signExtend_1 = {c[4], c};  // test/verilog/circuits.ts
  wire [6:0] add_1 = {signExtend_1[5], signExtend_1} + {{2{d[4]}}, d};  // test/verilog/circuits.ts
  wire [9:0] multiplySigned_2 = $signed({{5{c[4]}}, c}) * $signed({{5{d[4]}}, d});  // test/verilog/circuits.ts
  wire [9:0] constant_1 = 10'h3f9;  // test/verilog/circuits.ts

  assign bitwise = ~((a & b) | (a ^ ~b));
  assign sum = {1'd0, a} + {1'd0, b};
  assign difference = {1'd0, a} - {1'd0, b};
  assign products = {multiplyUnsigned_1, multiplySigned_1};
  assign compared = {
    a == b, a != b, a < b, a >= b, $signed(c) < $signed(d), $signed(c) >= $signed(d),
    $signed(d) >= $signed(c), !f
  };
  assign shifted = {{3'd0, a} << s[1:0], a >> s, f};
  assign arithmetic = $signed(c) >>> s;
  assign nested = f ? shiftRightSigned_1 + d : d;
  assign reduced = {&a, |a, ^a};
  assign extended = {{6{add_1[6]}}, add_1};
  assign scaled = $signed({{10{multiplySigned_2[9]}}, multiplySigned_2}) * $signed({{10{constant_1[9]}}, constant_1});
  assign repeated = {4{f}};
  assign chosen = f ? ((a < b) ? a : b) : c[4] ? {5'd0, s} : a;
endmodule

`default_nettype wire
