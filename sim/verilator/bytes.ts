// Turns bit patterns into little-endian bytes and back.

/** A bit pattern as `size` bytes, little-endian. */
export const toBytes = (bits: bigint, size: number): Uint8Array =>
  Uint8Array.from({ length: size }, (_, i) => Number((bits >> BigInt(8 * i)) & 255n));

export const fromBytes = (bytes: Uint8Array): bigint =>
  bytes.reduceRight((bits, byte) => (bits << 8n) | BigInt(byte), 0n);
