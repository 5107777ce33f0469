// memories
`default_nettype none

module memories (
  input  wire        clock,    // rising edge
  input  wire        reset,    // synchronous, active high
  input  wire [2:0]  address,
  input  wire [2:0]  other,
  input  wire [15:0] data,     // SInt
  input  wire        enable,
  output wire [15:0] first,    // SInt
  output wire [15:0] second,   // SInt
  output wire [5:0]  square
);
  reg [15:0] first_read;   // test/verilog/circuits.ts
  reg [15:0] second_read;  // test/verilog/circuits.ts
  reg [5:0]  square_read;  // test/verilog/circuits.ts
  reg [15:0] words [0:4];  // test/verilog/circuits.ts
  reg [5:0] squares [0:7];  // test/verilog/circuits.ts

  wire [2:0] add_1 = other + 3'd1;  // test/verilog/circuits.ts

  assign first = first_read;
  assign second = second_read;
  assign square = square_read;

  initial begin
    words[0] = 16'd7;
    words[1] = 16'hffff;
    words[2] = 16'd300;
    words[3] = 16'd4;
    words[4] = 16'hfff7;
  end

  always @(posedge clock) begin
    if (enable && (address < 3'd5)) words[address] <= data;
    if (data[0] && (add_1 < 3'd5)) words[add_1] <= data + 16'd1;
    first_read <= (address < 3'd5) ? words[address] : 16'd0;
    if (enable) second_read <= (other < 3'd5) ? words[other] : 16'd0;
  end

  initial begin
    squares[0] = 6'd0;
    squares[1] = 6'd1;
    squares[2] = 6'd4;
    squares[3] = 6'd9;
    squares[4] = 6'd16;
    squares[5] = 6'd25;
    squares[6] = 6'd36;
    squares[7] = 6'd49;
  end

  always @(posedge clock) begin
    square_read <= squares[other];
  end

  wire _unused = &{1'b0, reset};
endmodule

`default_nettype wire
