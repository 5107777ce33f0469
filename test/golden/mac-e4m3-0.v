// e4m3_product: E4M3 weight times integer activation: rows of the significand and one shift
//   activation = int8
// Latency: 0 cycles.
`default_nettype none

module e4m3_product (
  input  wire [7:0]  weight,      // weight, E4M3 code
  input  wire [7:0]  activation,  // SInt: signed activation
  output wire [25:0] product,     // SInt: weight times activation; 0 where the weight is NaN
  output wire        invalid      // the weight is NaN
);
  wire [3:0] exponent = weight[6:3];  // hdl/product/fp8-fields.ts:27
  wire reduceOr_1 = |exponent;  // hdl/product/fp8-fields.ts:30
  wire [3:0] significand =  // hdl/product/fp8-fields.ts:32
    invalid ? 4'd0 :
    reduceOr_1 ? {reduceOr_1, weight[2:0]} :
    {weight[2:0], 1'b0};
  wire [8:0] operand = weight[7] ? 9'd0 - {activation[7], activation} : {activation[7], activation};  // hdl/product/fp8.ts:64
  wire [9:0] concat_1 = {operand, 1'b0};  // hdl/product/fp8.ts:31
  wire [11:0] mux_1 = significand[1] ? {{2{concat_1[9]}}, concat_1} : 12'd0;  // hdl/product/fp8.ts:33
  wire [10:0] concat_2 = {operand, 2'd0};  // hdl/product/fp8.ts:31
  wire [11:0] add_1 = (significand[0] ? {{3{operand[8]}}, operand} : 12'd0) + mux_1;  // hdl/arithmetic/adder/adders.ts:11
  wire [11:0] add_2 = add_1 + (significand[2] ? {concat_2[10], concat_2} : 12'd0);  // hdl/arithmetic/adder/adders.ts:11
  wire [11:0] sum = add_2 + (significand[3] ? {operand, 3'd0} : 12'd0);  // hdl/arithmetic/adder/adders.ts:11
  wire [26:0] shiftLeft_1 = {{15{sum[11]}}, sum} << exponent;  // hdl/product/fp8.ts:44

  assign product = shiftLeft_1[26:1];
  assign invalid = &weight[6:0];

  wire _unused = &{1'b0, shiftLeft_1[0]};
endmodule

`default_nettype wire

// e4m3_accumulate: Accumulator with clear, enable and sticky invalid and overflow
//   activation  = int8
//   accumulator = exact
//   terms       = 4096
//   overflow    = wrap
//   width       = 38
// Latency: 1 cycle.
`default_nettype none

module e4m3_accumulate (
  input  wire        clock,            // rising edge
  input  wire        reset,            // synchronous, active high
  input  wire        enable,           // add product to the sum at the next rising edge
  input  wire        clear,            // with enable: start a new sum, from 0
  input  wire [25:0] product,          // SInt: term to add
  input  wire        invalid_product,  // an operand of product is NaN
  output wire [37:0] sum,              // SInt: accumulated sum
  output wire        invalid,          // sticky: an operand was NaN since the last clear
  output wire        overflow          // sticky: the sum overflowed since the last clear
);
  reg [37:0] acc;            // hdl/accumulate.ts:48
  reg        invalid_seen;   // hdl/accumulate.ts:49
  reg        overflow_seen;  // hdl/accumulate.ts:50

  wire [37:0] base = clear ? 38'd0 : acc;  // hdl/accumulate.ts:52
  wire [38:0] total = {base[37], base} + {{13{product[25]}}, product};  // hdl/arithmetic/adder/adders.ts:11
  wire overflows = !((&total[38:37]) | !(|total[38:37]));  // hdl/accumulate.ts:55

  assign sum = acc;
  assign invalid = invalid_seen;
  assign overflow = overflow_seen;

  always @(posedge clock) begin
    if (reset) begin
      acc <= 38'd0;
      invalid_seen <= 1'b0;
      overflow_seen <= 1'b0;
    end
    else if (enable) begin
      acc <= total[37:0];
      invalid_seen <= (!clear & invalid_seen) | invalid_product;
      overflow_seen <= (!clear & overflow_seen) | overflows;
    end
  end
endmodule

`default_nettype wire

// e4m3_mac: E4M3 multiply-accumulate unit
//   activation  = int8
//   accumulator = exact
//   terms       = 4096
//   overflow    = wrap
//   pipeline    = 0
//   width       = 38
// Latency: 1 cycle.
`default_nettype none

module e4m3_mac (
  input  wire        clock,       // rising edge
  input  wire        reset,       // synchronous, active high
  input  wire [7:0]  weight,      // weight, E4M3 code
  input  wire [7:0]  activation,  // SInt: signed activation
  input  wire        enable,      // accumulate weight times activation at the next rising edge
  input  wire        clear,       // with enable: start a new sum, from 0
  output wire [37:0] sum,         // SInt: sum of weight times activation
  output wire        invalid,     // sticky: an operand was NaN since the last clear
  output wire        overflow     // sticky: the sum overflowed since the last clear
);
  wire [25:0] multiplier_product;
  wire        multiplier_invalid;
  wire [37:0] accumulator_sum;
  wire        accumulator_invalid;
  wire        accumulator_overflow;

  e4m3_product multiplier (  // hdl/mac.ts:69
    .weight(weight),
    .activation(activation),
    .product(multiplier_product),
    .invalid(multiplier_invalid)
  );

  e4m3_accumulate accumulator (  // hdl/mac.ts:83
    .clock(clock),
    .reset(reset),
    .enable(enable),
    .clear(clear),
    .product(multiplier_product),
    .invalid_product(multiplier_invalid),
    .sum(accumulator_sum),
    .invalid(accumulator_invalid),
    .overflow(accumulator_overflow)
  );

  assign sum = accumulator_sum;
  assign invalid = accumulator_invalid;
  assign overflow = accumulator_overflow;
endmodule

`default_nettype wire
