// int8_product_registered: INT8 weight times integer activation: a signed multiplication
//   activation = int8
// Latency: 1 cycle.
`default_nettype none

module int8_product_registered (
  input  wire        clock,       // rising edge
  input  wire        reset,       // synchronous, active high
  input  wire [7:0]  weight,      // weight, INT8 code
  input  wire [7:0]  activation,  // SInt: signed activation
  output wire [15:0] product,     // SInt: weight times activation
  output wire        invalid      // always 0: every INT8 code is a number
);
  reg [12:0] halves_low;   // hdl/stage.ts:5
  reg [11:0] halves_high;  // hdl/stage.ts:5

  wire [4:0] zeroExtend_1 = {1'd0, weight[3:0]};  // hdl/product/int8.ts:33
  wire [12:0] low = $signed({{5{activation[7]}}, activation}) * $signed({{8{zeroExtend_1[4]}}, zeroExtend_1});  // hdl/product/int8.ts:33
  wire [3:0] slice_1 = weight[7:4];  // hdl/product/int8.ts:34
  wire [11:0] high = $signed({{4{activation[7]}}, activation}) * $signed({{8{slice_1[3]}}, slice_1});  // hdl/product/int8.ts:34

  assign product = {halves_high, 4'd0} + {{3{halves_low[12]}}, halves_low};
  assign invalid = 1'b0;

  always @(posedge clock) begin
    if (reset) begin
      halves_low <= 13'd0;
      halves_high <= 12'd0;
    end
    else begin
      halves_low <= low;
      halves_high <= high;
    end
  end
endmodule

`default_nettype wire

// int8_accumulate: Accumulator with clear, enable and sticky invalid and overflow
//   activation  = int8
//   accumulator = exact
//   terms       = 4096
//   overflow    = wrap
//   width       = 28
// Latency: 1 cycle.
`default_nettype none

module int8_accumulate (
  input  wire        clock,            // rising edge
  input  wire        reset,            // synchronous, active high
  input  wire        enable,           // add product to the sum at the next rising edge
  input  wire        clear,            // with enable: start a new sum, from 0
  input  wire [15:0] product,          // SInt: term to add
  input  wire        invalid_product,  // an operand of product is NaN
  output wire [27:0] sum,              // SInt: accumulated sum
  output wire        invalid,          // sticky: an operand was NaN since the last clear
  output wire        overflow          // sticky: the sum overflowed since the last clear
);
  reg [27:0] acc;            // hdl/accumulate.ts:48
  reg        invalid_seen;   // hdl/accumulate.ts:49
  reg        overflow_seen;  // hdl/accumulate.ts:50

  wire [27:0] base = clear ? 28'd0 : acc;  // hdl/accumulate.ts:52
  wire [28:0] total = {base[27], base} + {{13{product[15]}}, product};  // hdl/arithmetic/adder/adders.ts:11
  wire overflows = !((&total[28:27]) | !(|total[28:27]));  // hdl/accumulate.ts:55

  assign sum = acc;
  assign invalid = invalid_seen;
  assign overflow = overflow_seen;

  always @(posedge clock) begin
    if (reset) begin
      acc <= 28'd0;
      invalid_seen <= 1'b0;
      overflow_seen <= 1'b0;
    end
    else if (enable) begin
      acc <= total[27:0];
      invalid_seen <= (!clear & invalid_seen) | invalid_product;
      overflow_seen <= (!clear & overflow_seen) | overflows;
    end
  end
endmodule

`default_nettype wire

// int8_mac: INT8 multiply-accumulate unit
//   activation  = int8
//   accumulator = exact
//   terms       = 4096
//   overflow    = wrap
//   pipeline    = 3
//   width       = 28
// Latency: 4 cycles.
`default_nettype none

module int8_mac (
  input  wire        clock,       // rising edge
  input  wire        reset,       // synchronous, active high
  input  wire [7:0]  weight,      // weight, INT8 code
  input  wire [7:0]  activation,  // SInt: signed activation
  input  wire        enable,      // accumulate weight times activation at the next rising edge
  input  wire        clear,       // with enable: start a new sum, from 0
  output wire [27:0] sum,         // SInt: sum of weight times activation
  output wire        invalid,     // sticky: an operand was NaN since the last clear
  output wire        overflow     // sticky: the sum overflowed since the last clear
);
  reg [7:0]  operands_weight;       // hdl/stage.ts:5
  reg [7:0]  operands_activation;   // hdl/stage.ts:5
  reg        operands_enable;       // hdl/stage.ts:5
  reg        operands_clear;        // hdl/stage.ts:5
  reg        control_enable;        // hdl/stage.ts:5
  reg        control_clear;         // hdl/stage.ts:5
  reg        term_enable;           // hdl/stage.ts:5
  reg        term_clear;            // hdl/stage.ts:5
  reg [15:0] term_product;          // hdl/stage.ts:5
  reg        term_invalid_product;  // hdl/stage.ts:5

  wire [15:0] multiplier_product;
  wire        multiplier_invalid;
  wire [27:0] accumulator_sum;
  wire        accumulator_invalid;
  wire        accumulator_overflow;

  int8_product_registered multiplier (  // hdl/mac.ts:69
    .clock(clock),
    .reset(reset),
    .weight(operands_weight),
    .activation(operands_activation),
    .product(multiplier_product),
    .invalid(multiplier_invalid)
  );

  int8_accumulate accumulator (  // hdl/mac.ts:83
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
      operands_activation <= 8'd0;
      operands_enable <= 1'b0;
      operands_clear <= 1'b0;
      control_enable <= 1'b0;
      control_clear <= 1'b0;
      term_enable <= 1'b0;
      term_clear <= 1'b0;
      term_product <= 16'd0;
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
