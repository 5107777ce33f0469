// queue_8x3: First-in first-out queue between two valid/ready streams
//   width = 8
//   depth = 3
`default_nettype none

module queue_8x3 (
  input  wire       clock,         // rising edge
  input  wire       reset,         // synchronous, active high
  input  wire       source_valid,  // bits holds a word
  output wire       source_ready,  // the consumer accepts the word
  input  wire [7:0] source_bits,   // the word
  output wire       sink_valid,    // bits holds a word
  input  wire       sink_ready,    // the consumer accepts the word
  output wire [7:0] sink_bits      // the word
);
  reg [1:0] count;   // test/verilog/circuits.ts
  reg [7:0] word_0;  // test/verilog/circuits.ts
  reg [7:0] word_1;  // test/verilog/circuits.ts
  reg [7:0] word_2;  // test/verilog/circuits.ts

  wire and_1 = sink_ready & (count != 2'd0);  // test/verilog/circuits.ts
  wire and_2 = source_valid & (count != 2'd3);  // test/verilog/circuits.ts
  wire [1:0] mux_1 = and_1 ? count - 2'd1 : count;  // test/verilog/circuits.ts

  assign source_ready = count != 2'd3;
  assign sink_valid = count != 2'd0;
  assign sink_bits = word_0;

  always @(posedge clock) begin
    if (reset) begin
      count <= 2'd0;
      word_0 <= 8'd0;
      word_1 <= 8'd0;
      word_2 <= 8'd0;
    end
    else begin
      if (and_1 & !and_2) count <= count - 2'd1;
      else if (and_2 & !and_1) count <= count + 2'd1;
      if (and_2 & (mux_1 == 2'd0)) word_0 <= source_bits;
      else if (and_1) word_0 <= word_1;
      if (and_2 & (mux_1 == 2'd1)) word_1 <= source_bits;
      else if (and_1) word_1 <= word_2;
      if (and_2 & (mux_1 == 2'd2)) word_2 <= source_bits;
    end
  end
endmodule

`default_nettype wire
