// register_file
`default_nettype none

module register_file (
  input  wire        clock,        // rising edge
  input  wire        reset,        // synchronous, active high
  input  wire [2:0]  first,
  input  wire [2:0]  second,
  input  wire [2:0]  target,
  input  wire [15:0] value,
  input  wire        write,
  input  wire [2:0]  address,
  output wire [15:0] sum,
  output wire [15:0] second_word,
  output wire [5:0]  square,
  output wire [4:0]  prime         // SInt
);
  reg [15:0] words [0:5];  // test/verilog/circuits.ts

  function [5:0] squares;  // test/verilog/circuits.ts
    input [2:0] address_1;
    case (address_1)
      3'd0: squares = 6'd0;
      3'd1: squares = 6'd1;
      3'd2: squares = 6'd4;
      3'd3: squares = 6'd9;
      3'd4: squares = 6'd16;
      3'd5: squares = 6'd25;
      3'd6: squares = 6'd36;
      3'd7: squares = 6'd49;
    endcase
  endfunction

  function [4:0] primes;  // test/verilog/circuits.ts
    input [2:0] address_1;
    case (address_1)
      3'd0: primes = 5'd2;
      3'd1: primes = 5'd3;
      3'd2: primes = 5'd27;
      3'd3: primes = 5'd7;
      3'd4: primes = 5'd11;
      default: primes = 5'd0;
    endcase
  endfunction

  wire [15:0] one = (first < 3'd6) ? words[first] : 16'd0;  // test/verilog/circuits.ts
  wire [2:0] xor_1 = first ^ target;  // test/verilog/circuits.ts
  wire [15:0] words_word_1 = (xor_1 < 3'd6) ? words[xor_1] : 16'd0;  // test/verilog/circuits.ts
  wire [5:0] squares_word_1 = squares(address + 3'd1);  // test/verilog/circuits.ts

  assign sum = one + words_word_1;
  assign second_word = (second < 3'd6) ? words[second] : 16'd0;
  assign square = squares(address);
  assign prime = primes(squares_word_1[2:0]);

  initial begin
    words[0] = 16'd3;
    words[1] = 16'd1;
    words[2] = 16'd4;
    words[3] = 16'd1;
    words[4] = 16'd5;
    words[5] = 16'd9;
  end

  always @(posedge clock) begin
    if (write && (target < 3'd6)) words[target] <= value;
  end

  wire _unused = &{1'b0, reset, squares_word_1[5:3]};
endmodule

`default_nettype wire
