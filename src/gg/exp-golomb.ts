/**
 * Exponential Golomb codes of order 0 for signed integers, as video codecs write them: symbols 0, −1, 1, −2, 2 … are
 * u = 0, 1, 2, 3, 4 …, and u is written as the binary digits of u + 1 after as many zeros as follow its first digit.
 * Integers are numbers of up to 31 bits and their sign, so u + 1 is below 2^32 and exact.
 */
const MAX_LEVEL = 2 ** 30;

const symbolOf = (level: number): number => (level > 0 ? 2 * level - 1 : -2 * level);
const levelOf = (symbol: number): number => (symbol % 2 === 1 ? (symbol + 1) / 2 : -symbol / 2);

/**
 * Bits of the code of an integer.
 *
 * @example
 * console.log([0, 1, -1, 2, 3].map(expGolombBits).join()); // 1,3,3,5,5
 */
export const expGolombBits = (level: number): number =>
  2 * (31 - Math.clz32(symbolOf(level) + 1)) + 1;

/**
 * Encodes integers one after the other, the first bit in the most significant place; the last byte is filled with zeros.
 *
 * @throws RangeError for what is no integer of at most ±2^30.
 *
 * @example
 * const [byte] = encodeExpGolomb([0, 1, -1]);
 * console.log(byte.toString(2)); // 10100110
 */
export function encodeExpGolomb(levels: ArrayLike<number>): Uint8Array<ArrayBuffer> {
  let bits = 0;
  for (let i = 0; i < levels.length; i++) {
    const level = levels[i] as number;
    if (!Number.isInteger(level) || Math.abs(level) > MAX_LEVEL)
      throw new RangeError(`level ${i} is ${level}; integers of at most ±2^30 have a code`);
    bits += expGolombBits(level);
  }
  const bytes = new Uint8Array(Math.ceil(bits / 8));
  let position = 0;
  for (let i = 0; i < levels.length; i++) {
    const value = symbolOf(levels[i] as number) + 1;
    const digits = 32 - Math.clz32(value);
    position += digits - 1;
    for (let digit = digits - 1; digit >= 0; digit--, position++) {
      if ((value >>> digit) % 2 === 1)
        bytes[position >>> 3] = (bytes[position >>> 3] as number) | (0x80 >>> (position & 7));
    }
  }
  return bytes;
}

/**
 * Decodes `count` integers.
 *
 * @throws RangeError for bytes that end too early, hold more than the integers, or hold a code that is too long.
 *
 * @example
 * console.log(decodeExpGolomb(encodeExpGolomb([3, 0, -2]), 3).join()); // 3,0,-2
 */
export function decodeExpGolomb(bytes: Uint8Array, count: number): Int32Array<ArrayBuffer> {
  // A code is one bit at least: the count is checked before memory is taken for it.
  if (!(Number.isSafeInteger(count) && count >= 0 && count <= 8 * bytes.length))
    throw new RangeError(`${count} integers do not fit ${bytes.length} bytes`);
  const levels = new Int32Array(count);
  let position = 0;
  const bit = (index: number): number => {
    if (position >= 8 * bytes.length)
      throw new RangeError(`the code ends in integer ${index} of ${count}`);
    const value = ((bytes[position >>> 3] as number) >>> (7 - (position & 7))) & 1;
    position += 1;
    return value;
  };
  for (let index = 0; index < count; index++) {
    let zeros = 0;
    while (bit(index) === 0) {
      zeros += 1;
      if (zeros > 31) throw new RangeError(`integer ${index} has more than 31 digits`);
    }
    let value = 1;
    for (let digit = 0; digit < zeros; digit++) value = 2 * value + bit(index);
    const level = levelOf(value - 1);
    if (Math.abs(level) > MAX_LEVEL)
      throw new RangeError(`integer ${index} is ${level}, beyond 2^30`);
    levels[index] = level;
  }
  const rest =
    position % 8 === 0 ? 0 : (bytes[position >>> 3] as number) & (0xff >>> (position % 8));
  if (Math.ceil(position / 8) !== bytes.length || rest !== 0)
    throw new RangeError(`${count} integers end at bit ${position}; what follows is no padding`);
  return levels;
}
