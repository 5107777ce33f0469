/** What a link restores. */
export interface View {
  readonly code: string;
  readonly panel: string;
}

const base64 = (bytes: Uint8Array): string => {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
};

const through = async (bytes: Uint8Array<ArrayBuffer>, stream: GenericTransformStream) =>
  new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer());

/** The part of a link after #: nothing of it reaches a server. */
export async function addressOf({ code, panel }: View): Promise<string> {
  const packed = await through(
    new TextEncoder().encode(code),
    new CompressionStream("deflate-raw"),
  );
  return `#${panel}/${base64(packed)}`;
}

/** Characters of a program at most: a short link may unpack to gigabytes. */
const maxCharacters = 1_000_000;

/** @returns undefined where there is none, or it is damaged. */
export async function viewOf(hash: string): Promise<View | undefined> {
  const [, panel = "", packed] = /^#([a-z]+)\/([\w-]+)$/.exec(hash) ?? [];
  if (packed === undefined) return undefined;
  try {
    const text = atob(packed.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
    const reader = new Blob([bytes])
      .stream()
      .pipeThrough(new DecompressionStream("deflate-raw"))
      .getReader();
    const decoder = new TextDecoder();
    let code = "";
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      code += decoder.decode(part.value, { stream: true });
      if (code.length > maxCharacters) return undefined;
    }
    return { panel, code: code + decoder.decode() };
  } catch {
    return undefined;
  }
}
