// decoder
`default_nettype none

module decoder (
  input  wire       clock,       // rising edge
  input  wire       reset,       // synchronous, active high
  input  wire [6:0] opcode,
  input  wire [3:0] digit,
  output wire [6:0] segments,
  output wire [1:0] kind,
  output wire [1:0] even_prime,
  output wire [2:0] light,
  output wire       go
);
  localparam [6:0] OPCODE_LOAD   = 7'd3;
  localparam [6:0] OPCODE_STORE  = 7'd35;
  localparam [6:0] OPCODE_BRANCH = 7'd99;
  localparam [2:0] LIGHT_GREEN   = 3'd2;
  localparam [6:0] OPCODE_JUMP   = 7'd111;
  localparam [2:0] LIGHT_RED     = 3'd1;
  localparam [2:0] LIGHT_YELLOW  = 3'd4;

  reg [4:0] last;   // test/verilog/circuits.ts
  reg [2:0] state;  // test/verilog/circuits.ts

  reg [6:0] segments_1;  // test/verilog/circuits.ts
  always @*
    case (digit)
      4'd0: segments_1 = 7'd63;
      4'd1: segments_1 = 7'd6;
      4'd2, 4'd3: segments_1 = 7'd91;
      4'd4, 4'd5, 4'd6, 4'd7, 4'd8, 4'd9: segments_1 = 7'd102;
      default: segments_1 = 7'd64;
    endcase

  assign segments = segments_1;
  assign kind = last[1:0];
  assign even_prime =
    (opcode == OPCODE_LOAD) ? 2'd0 :
    (opcode == OPCODE_STORE) ? 2'd1 :
    (opcode == OPCODE_BRANCH) ? 2'd2 :
    2'd3;
  assign light = state;
  assign go = state == LIGHT_GREEN;

  always @(posedge clock) begin
    if (reset) begin
      last <= 5'd0;
      state <= 3'd1;
    end
    else begin
      case (opcode)
        OPCODE_LOAD, OPCODE_STORE: last <= 5'd1;
        7'd64, 7'd65, 7'd66, 7'd67, 7'd68, 7'd69, 7'd70, 7'd71, 7'd72, 7'd73, 7'd74, 7'd75, 7'd76,
        7'd77, 7'd78, 7'd79, 7'd80, 7'd81, 7'd82, 7'd83, 7'd84, 7'd85, 7'd86, 7'd87, 7'd88, 7'd89,
        7'd90, 7'd91, 7'd92, 7'd93, 7'd94, 7'd95, 7'd96, 7'd97, 7'd98, 7'd99, 7'd100, 7'd101, 7'd102,
        7'd103: last <= 5'd2;
        OPCODE_JUMP: last <= last + 5'd1;
        default: ;
      endcase
      if (state == LIGHT_RED) state <= LIGHT_GREEN;
      else if (state == LIGHT_GREEN) state <= LIGHT_YELLOW;
      else if (state == LIGHT_YELLOW) state <= LIGHT_RED;
    end
  end
endmodule

`default_nettype wire
