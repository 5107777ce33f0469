/**
 * For every row of q or k as Hugging Face's Llama has it, the row of a checkpoint whose rotary pairs are
 * neighbours (llama2.c, `rf8.rope: adjacent`). Within a head, pair i is rows 2i and 2i + 1 there, and rows i
 * and i + head/2 here.
 *
 * @param head rows of a head, even
 */
export function adjacentRows(rows: number, head: number): Int32Array {
  return Int32Array.from({ length: rows }, (_, row) => {
    const within = row % head;
    const [pair, part] = within < head / 2 ? [within, 0] : [within - head / 2, 1];
    return row - within + 2 * pair + part;
  });
}

/** Rows of `length` elements in another order: row r of the result is row `order[r]` of `values`. */
export function reorderRows<Values extends Float32Array | Uint8Array>(
  values: Values,
  length: number,
  order: Int32Array,
): Values {
  const result = values.slice() as Values;
  order.forEach((from, row) => {
    result.set(values.subarray(from * length, (from + 1) * length), row * length);
  });
  return result;
}
