import { coreOperations } from "../../../hdl/core/descriptor.ts";
import { op, r } from "./names.ts";

const {
  End,
  Embed,
  Load,
  Product,
  Scores,
  Softmax,
  Means,
  Norm,
  Rotate,
  Store: StoreCodes,
  Multiply,
  Add,
  Scale,
} = coreOperations;

/** The fields of the descriptor `d`, what it works on, and whether the core lacks it (docs/core.md). */
export const fields = (lanes: number): string => `
  wire [3:0] op = d[3:0];
  wire factors = d[8], largest = d[9], two_terms = d[11];
  wire [31:0] target = d[127:96], source = d[159:128], other = d[191:160];
  wire [31:0] row_field = d[223:192], column_field = d[255:224], positions_field = d[479:448];
  wire [31:0] so_far = ${r("slot_now_position")}+ 32'd1;
  wire [31:0] held = so_far < positions_field ? so_far : positions_field;
  wire [31:0] elements = ${op(Softmax, Means)} ? held : column_field;
  wire [31:0] rows = ${op(Scores)} ? held : row_field;
  wire to_matrix = ${op(Product, Scores, Means)}, in_groups = ${op(Norm, Rotate)};
  wire writes = !${op(End, StoreCodes)} && !(${op(Product)} && largest);
  wire bad = op > 13 || (factors && (two_terms || !${op(Embed, Product, Scale)})) || (!${op(End)} && elements == 0)
    || ((to_matrix || in_groups) && rows == 0) || (${op(StoreCodes)} && positions_field == 0)
    || (in_groups && (rows > elements || rows[0]))
    || (${op(Rotate)} && ({positions_field, 1'b0} > rows || positions_field[0]))
    || (to_matrix && {1'b0, elements} + (factors ? 4 : 0) > ${2 * lanes})
    || (writes && {1'b0, target} + (to_matrix ? rows : elements) > ${2 * lanes})
    || (!${op(End, Embed, Load)} && {1'b0, source} + elements > ${2 * lanes})
    || (${op(Norm, Multiply, Add)} && {1'b0, other} + (${op(Norm)} ? rows : elements) > ${2 * lanes})
    || (${op(Rotate)} && {1'b0, other} + {positions_field[30:0], 1'b0} > ${2 * lanes});
  reg bad_before;
  always @(posedge clock) bad_before <= bad;
  always @* if (reading != 0) assert (\\dut.refuses == bad_before && bad == bad_before);`;
