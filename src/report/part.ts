import { ChiselError } from "@chisel-ts/core";

/** What a document lacks, and where. */
export class DocumentError extends ChiselError {}

/**
 * A part of a JSON document that may be of anybody: what is read from it is checked.
 *
 * @throws DocumentError from every method, where the value is another than what is asked for.
 */
export class Part {
  readonly #value: unknown;
  readonly #where: string;

  constructor(value: unknown, where: string) {
    this.#value = value;
    this.#where = where;
  }

  #at(key: string): unknown {
    const value = this.#value;
    if (typeof value !== "object" || value === null)
      throw new DocumentError(`${this.#where}: an object is needed`);
    return Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
  }

  #wrong(key: string, needed: string): DocumentError {
    return new DocumentError(`${this.#where}: ${key} must be ${needed}`);
  }

  has(key: string): boolean {
    return this.#at(key) !== undefined;
  }

  isNumber(key: string): boolean {
    return typeof this.#at(key) === "number";
  }

  isObject(key: string): boolean {
    const value = this.#at(key);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  }

  number(key: string): number {
    const value = this.#at(key);
    if (typeof value !== "number") throw this.#wrong(key, "a number");
    return value;
  }

  /** `null` where it is null or left out. */
  numberOrNull(key: string): number | null {
    const value = this.#at(key) ?? null;
    return value === null ? null : this.number(key);
  }

  text(key: string): string {
    const value = this.#at(key);
    if (typeof value !== "string") throw this.#wrong(key, "text");
    return value;
  }

  textOrNull(key: string): string | null {
    const value = this.#at(key) ?? null;
    return value === null ? null : this.text(key);
  }

  flag(key: string): boolean {
    const value = this.#at(key);
    if (typeof value !== "boolean") throw this.#wrong(key, "true or false");
    return value;
  }

  part(key: string): Part {
    const value = this.#at(key);
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw this.#wrong(key, "an object");
    return new Part(value, `${this.#where}: ${key}`);
  }

  #list(key: string): readonly unknown[] {
    const value = this.#at(key);
    if (!Array.isArray(value)) throw this.#wrong(key, "a list");
    return value;
  }

  parts(key: string): Part[] {
    return this.#list(key).map((one, at) => new Part(one, `${this.#where}: ${key}[${at}]`));
  }

  numbers(key: string): number[] {
    const list = this.#list(key);
    if (!list.every((one) => typeof one === "number")) throw this.#wrong(key, "a list of numbers");
    return list as number[];
  }

  texts(key: string): string[] {
    const list = this.#list(key);
    if (!list.every((one) => typeof one === "string")) throw this.#wrong(key, "a list of texts");
    return list as string[];
  }

  /** Keys and values as text, such as the parameters of a circuit. */
  entries(): [string, string][] {
    const value = this.#value;
    if (typeof value !== "object" || value === null)
      throw new DocumentError(`${this.#where}: an object is needed`);
    return Object.entries(value).map(([key, one]) => [key, String(one)]);
  }
}
