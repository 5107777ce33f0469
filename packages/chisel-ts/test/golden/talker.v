// talker
`default_nettype none

module talker (
  input  wire        clock,  // rising edge
  input  wire        reset,  // synchronous, active high
  input  wire [8:0]  a,
  input  wire [6:0]  b,      // SInt
  input  wire [69:0] wide,
  input  wire        go,
  output wire [8:0]  y
);
  reg [8:0] count;  // test/verilog/circuits.ts

  wire [8:0] sum = count + a;  // test/verilog/circuits.ts

  assign y = count;

  always @(posedge clock) begin
    if (reset) count <= 9'd3;
    else count <= sum;
  end

  wire _unused = &{1'b0, b, wide, go};

`ifdef FORMAL
  wire [13:0] multiplySigned_1 = $signed({{7{b[6]}}, b}) * $signed({{7{b[6]}}, b});  // test/verilog/circuits.ts
  always @(posedge clock) if (!reset) square: assert (!go | ($signed(multiplySigned_1) >= $signed(14'd0)));
`endif

`ifdef DISPLAY
  wire [13:0] multiplySigned_2 = $signed({{7{b[6]}}, b}) * $signed({{7{b[6]}}, b});  // test/verilog/circuits.ts
  always @(posedge clock) if (!reset) begin
    $display("%0d %h %b %0d %h %b %%d %0d", a, a, a, $signed(b), b, b, wide);
    if (go) $display("go: a \"quoted\" \\ text, 100%% of %h", wide ^ {3'd0, wide[69:3]});
    if (go & a[0]) $display("%0d + %0d", sum, $signed(15'd0 - {multiplySigned_2[13], multiplySigned_2}));
    if (go & !a[0]) $display("%b", go);
    $display("five is %0d, minus one %0d", 3'd5, $signed(4'd15));
  end
`endif
endmodule

`default_nettype wire
