// wide
`default_nettype none

module wide (
  input  wire [69:0]  left,
  input  wire [69:0]  right,
  input  wire [3:0]   select,
  output wire [69:0]  chosen,
  output wire [699:0] gathered,
  output wire [69:0]  mixed,
  output wire [139:0] product
);
  reg [69:0] chosen_1;  // test/verilog/circuits.ts
  always @*
    case (select)
      4'd0: chosen_1 = left ^ 70'h91a2b3c4855e6f78;
      4'd1: chosen_1 = left ^ 70'h91a2b3c4855e6f79;
      4'd2: chosen_1 = left ^ 70'h91a2b3c4855e6f7a;
      4'd3: chosen_1 = left ^ 70'h91a2b3c4855e6f7b;
      4'd4: chosen_1 = left ^ 70'h91a2b3c4855e6f7c;
      4'd5: chosen_1 = left ^ 70'h91a2b3c4855e6f7d;
      4'd6: chosen_1 = left ^ 70'h91a2b3c4855e6f7e;
      4'd7: chosen_1 = left ^ 70'h91a2b3c4855e6f7f;
      4'd8: chosen_1 = left ^ 70'h91a2b3c4855e6f80;
      4'd9: chosen_1 = left ^ 70'h91a2b3c4855e6f81;
      4'd10: chosen_1 = left ^ 70'h91a2b3c4855e6f82;
      4'd11: chosen_1 = left ^ 70'h91a2b3c4855e6f83;
      default: chosen_1 = right;
    endcase
  wire [69:0] concat_1 = {left[0], right[69:1]};  // test/verilog/circuits.ts
  wire [69:0] concat_2 = {left[1:0], right[69:2]};  // test/verilog/circuits.ts
  wire [69:0] concat_3 = {left[2:0], right[69:3]};  // test/verilog/circuits.ts
  wire [69:0] concat_4 = {left[3:0], right[69:4]};  // test/verilog/circuits.ts
  wire [69:0] concat_5 = {left[4:0], right[69:5]};  // test/verilog/circuits.ts
  wire [69:0] concat_6 = {left[5:0], right[69:6]};  // test/verilog/circuits.ts
  wire [69:0] concat_7 = {left[6:0], right[69:7]};  // test/verilog/circuits.ts
  wire [69:0] concat_8 = {left[7:0], right[69:8]};  // test/verilog/circuits.ts
  wire [69:0] concat_9 = {left[8:0], right[69:9]};  // test/verilog/circuits.ts
  wire [69:0] concat_10 = {left[9:0], right[69:10]};  // test/verilog/circuits.ts
  wire [69:0] xor_1 = ((((right ^ (concat_1 & left)) | right) ^ (concat_2 & left)) | right) ^ (concat_3 & left);  // test/verilog/circuits.ts
  wire [69:0] or_1 = ((((xor_1 | right) ^ (concat_4 & left)) | right) ^ (concat_5 & left)) | right;  // test/verilog/circuits.ts
  wire [69:0] xor_2 = ((((or_1 ^ (concat_6 & left)) | right) ^ (concat_7 & left)) | right) ^ (concat_8 & left);  // test/verilog/circuits.ts

  assign chosen = chosen_1;
  assign gathered = {
    concat_1, concat_2, concat_3, concat_4, concat_5, concat_6, concat_7, concat_8, concat_9,
    concat_10
  };
  assign mixed = ((((xor_2 | right) ^ (concat_9 & left)) | right) ^ (concat_10 & left)) | right;
  assign product = {70'd0, left} * {70'd0, right};
endmodule

`default_nettype wire
