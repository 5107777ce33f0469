// e5m2_product_registered: E5M2 weight times integer activation: rows of the significand and one shift
//   activation = int16
// Latency: 1 cycle.
`default_nettype none

module e5m2_product_registered (
  input  wire        clock,       // rising edge
  input  wire        reset,       // synchronous, active high
  input  wire [7:0]  weight,      // weight, E5M2 code
  input  wire [15:0] activation,  // SInt: signed activation
  output wire [47:0] product,     // SInt: weight times activation; 0 where the weight is NaN or infinity
  output wire        invalid      // the weight is NaN or infinity
);
  reg [18:0] shift_sum;       // hdl/stage.ts:5
  reg [4:0]  shift_exponent;  // hdl/stage.ts:5
  reg        shift_invalid;   // hdl/stage.ts:5

  wire [4:0] exponent = weight[6:2];  // hdl/product/fp8-fields.ts:27
  wire invalid_1 = &exponent;  // hdl/product/fp8-fields.ts:29
  wire reduceOr_1 = |exponent;  // hdl/product/fp8-fields.ts:30
  wire [2:0] significand =  // hdl/product/fp8-fields.ts:32
    invalid_1 ? 3'd0 :
    reduceOr_1 ? {reduceOr_1, weight[1:0]} :
    {weight[1:0], 1'b0};
  wire [16:0] operand =  // hdl/product/fp8.ts:64
    weight[7] ? 17'd0 - {activation[15], activation} :
    {activation[15], activation};
  wire [17:0] concat_1 = {operand, 1'b0};  // hdl/product/fp8.ts:31
  wire [18:0] mux_1 = significand[0] ? {{2{operand[16]}}, operand} : 19'd0;  // hdl/product/fp8.ts:33
  wire [18:0] add_1 = mux_1 + (significand[1] ? {concat_1[17], concat_1} : 19'd0);  // hdl/arithmetic/adder/adders.ts:11
  wire [18:0] sum = add_1 + (significand[2] ? {operand, 2'd0} : 19'd0);  // hdl/arithmetic/adder/adders.ts:11
  wire [49:0] shiftLeft_1 = {{31{shift_sum[18]}}, shift_sum} << shift_exponent;  // hdl/product/fp8.ts:44

  assign product = shiftLeft_1[48:1];
  assign invalid = shift_invalid;

  always @(posedge clock) begin
    if (reset) begin
      shift_sum <= 19'd0;
      shift_exponent <= 5'd0;
      shift_invalid <= 1'b0;
    end
    else begin
      shift_sum <= sum;
      shift_exponent <= exponent;
      shift_invalid <= invalid_1;
    end
  end

  wire _unused = &{1'b0, shiftLeft_1[49], shiftLeft_1[0]};
endmodule

`default_nettype wire

// e5m2_accumulate: Accumulator with clear, enable and sticky invalid and overflow
//   activation  = int16
//   accumulator = exact
//   terms       = 4096
//   overflow    = wrap
//   width       = 60
// Latency: 1 cycle.
`default_nettype none

module e5m2_accumulate (
  input  wire        clock,            // rising edge
  input  wire        reset,            // synchronous, active high
  input  wire        enable,           // add product to the sum at the next rising edge
  input  wire        clear,            // with enable: start a new sum, from 0
  input  wire [47:0] product,          // SInt: term to add
  input  wire        invalid_product,  // an operand of product is NaN or infinity
  output wire [59:0] sum,              // SInt: accumulated sum
  output wire        invalid,          // sticky: an operand was NaN or infinity since the last clear
  output wire        overflow          // sticky: the sum overflowed since the last clear
);
  reg [59:0] acc;            // hdl/accumulate.ts:48
  reg        invalid_seen;   // hdl/accumulate.ts:49
  reg        overflow_seen;  // hdl/accumulate.ts:50

  wire [59:0] base = clear ? 60'd0 : acc;  // hdl/accumulate.ts:52
  wire [60:0] total = {base[59], base} + {{13{product[47]}}, product};  // hdl/arithmetic/adder/adders.ts:11
  wire overflows = !((&total[60:59]) | !(|total[60:59]));  // hdl/accumulate.ts:55

  assign sum = acc;
  assign invalid = invalid_seen;
  assign overflow = overflow_seen;

  always @(posedge clock) begin
    if (reset) begin
      acc <= 60'd0;
      invalid_seen <= 1'b0;
      overflow_seen <= 1'b0;
    end
    else if (enable) begin
      acc <= total[59:0];
      invalid_seen <= (!clear & invalid_seen) | invalid_product;
      overflow_seen <= (!clear & overflow_seen) | overflows;
    end
  end
endmodule

`default_nettype wire

// e5m2_mac: E5M2 multiply-accumulate unit
//   activation  = int16
//   accumulator = exact
//   terms       = 4096
//   overflow    = wrap
//   pipeline    = 3
//   width       = 60
// Latency: 4 cycles.
`default_nettype none

module e5m2_mac (
  input  wire        clock,       // rising edge
  input  wire        reset,       // synchronous, active high
  input  wire [7:0]  weight,      // weight, E5M2 code
  input  wire [15:0] activation,  // SInt: signed activation
  input  wire        enable,      // accumulate weight times activation at the next rising edge
  input  wire        clear,       // with enable: start a new sum, from 0
  output wire [59:0] sum,         // SInt: sum of weight times activation
  output wire        invalid,     // sticky: an operand was NaN or infinity since the last clear
  output wire        overflow     // sticky: the sum overflowed since the last clear
);
  reg [7:0]  operands_weight;       // hdl/stage.ts:5
  reg [15:0] operands_activation;   // hdl/stage.ts:5
  reg        operands_enable;       // hdl/stage.ts:5
  reg        operands_clear;        // hdl/stage.ts:5
  reg        control_enable;        // hdl/stage.ts:5
  reg        control_clear;         // hdl/stage.ts:5
  reg        term_enable;           // hdl/stage.ts:5
  reg        term_clear;            // hdl/stage.ts:5
  reg [47:0] term_product;          // hdl/stage.ts:5
  reg        term_invalid_product;  // hdl/stage.ts:5

  wire [47:0] multiplier_product;
  wire        multiplier_invalid;
  wire [59:0] accumulator_sum;
  wire        accumulator_invalid;
  wire        accumulator_overflow;

  e5m2_product_registered multiplier (  // hdl/mac.ts:69
    .clock(clock),
    .reset(reset),
    .weight(operands_weight),
    .activation(operands_activation),
    .product(multiplier_product),
    .invalid(multiplier_invalid)
  );

  e5m2_accumulate accumulator (  // hdl/mac.ts:83
    .clock(clock),
    .reset(reset),
    .enable(term_enable),
    .clear(term_clear),
    .product(term_product),
    .invalid_product(term_invalid_product),
    .sum(accumulator_sum),
    .invalid(accumulator_invalid),
    .overflow(accumulator_overflow)
  );

  assign sum = accumulator_sum;
  assign invalid = accumulator_invalid;
  assign overflow = accumulator_overflow;

  always @(posedge clock) begin
    if (reset) begin
      operands_weight <= 8'd0;
      operands_activation <= 16'd0;
      operands_enable <= 1'b0;
      operands_clear <= 1'b0;
      control_enable <= 1'b0;
      control_clear <= 1'b0;
      term_enable <= 1'b0;
      term_clear <= 1'b0;
      term_product <= 48'd0;
      term_invalid_product <= 1'b0;
    end
    else begin
      operands_weight <= weight;
      operands_activation <= activation;
      operands_enable <= enable;
      operands_clear <= clear;
      control_enable <= operands_enable;
      control_clear <= operands_clear;
      term_enable <= control_enable;
      term_clear <= control_clear;
      term_product <= multiplier_product;
      term_invalid_product <= multiplier_invalid;
    end
  end
endmodule

`default_nettype wire
