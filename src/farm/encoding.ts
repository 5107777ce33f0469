/**
 * A value as JSON text that `decode` reads back: records, lists, texts, numbers, booleans, null and bigints. What is
 * undefined is left out, as JSON does.
 *
 * @throws RangeError for a number that JSON does not hold: NaN or an infinity.
 */
export const encode = (value: unknown): string =>
  JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item === "bigint") return { [bigintKey]: item.toString() };
    if (typeof item === "number" && !Number.isFinite(item)) {
      throw new RangeError(`${item} has no JSON`);
    }
    return item;
  });

/** The value that `encode` wrote. @throws SyntaxError for what is no JSON. */
export const decode = (text: string): unknown =>
  JSON.parse(text, (_key, item: unknown) => {
    if (typeof item !== "object" || item === null || !(bigintKey in item)) return item;
    const digits = item[bigintKey];
    if (typeof digits !== "string" || !/^-?\d+$/.test(digits)) throw new SyntaxError("no bigint");
    return BigInt(digits);
  });

const bigintKey = "$bigint";
