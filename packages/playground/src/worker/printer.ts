import { isModule } from "./watcher.ts";

/** More lines than these are nothing that anybody reads, and a page that draws them stands still. */
const maxLines = 1000;

/** What a program prints. */
export class Printer {
  readonly #lines: string[] = [];
  #left = 0;

  print(values: readonly unknown[]): void {
    if (this.#lines.length < maxLines) this.#lines.push(values.map(text).join(" "));
    else this.#left += 1;
  }

  lines(): string[] {
    const rest = `… and ${this.#left.toLocaleString("en")} lines more`;
    return this.#left > 0 ? [...this.#lines, rest] : this.#lines;
  }
}

function text(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "bigint") return `${value}n`;
  if (value instanceof Error) return value.message;
  if (typeof value !== "object" || value === null) return String(value);
  if (isModule(value)) return `module ${value.name}`;
  const within: object[] = [];
  return JSON.stringify(value, function (this: object, _, inner: unknown) {
    if (typeof inner === "bigint") return `${inner}n`;
    if (typeof inner !== "object" || inner === null) return inner;
    if (isModule(inner)) return `module ${inner.name}`;
    if (inner instanceof Map || inner instanceof Set) return [...inner];
    if (ArrayBuffer.isView(inner) && !(inner instanceof DataView))
      return Array.from(inner as Uint8Array);
    // Those that the value lies in: it is no circle where one object stands in two places.
    while (within.length > 0 && within.at(-1) !== this) within.pop();
    if (within.includes(inner)) return "a circle";
    within.push(inner);
    return inner;
  });
}
