/** Bytes one after the other. */
export function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Each byte as the character of its number, which keeps patterns of bytes findable by patterns of text. */
export const latin1 = (bytes: Uint8Array): string => String.fromCharCode(...bytes);
