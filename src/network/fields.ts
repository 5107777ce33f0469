import { CheckpointError } from "../checkpoint/error.ts";
import { isObject } from "../checkpoint/safetensors/json.ts";

/** Above every model's sizes, and within what typed arrays can hold. */
const COUNT_LIMIT = 2 ** 31 - 1;

/** The fields of a JSON object from outside, each checked before it is believed; null counts as absent. */
export class Fields {
  readonly #file: string;
  readonly #prefix: string;
  readonly #values: Readonly<Record<string, unknown>>;

  /** @param prefix what stands before a key in messages, such as `layers[2].` */
  constructor(file: string, values: Readonly<Record<string, unknown>>, prefix = "") {
    this.#file = file;
    this.#prefix = prefix;
    this.#values = values;
  }

  /** @throws CheckpointError `FILE: KEY is VALUE; NEED` */
  refuse(key: string, need: string): never {
    const shown = JSON.stringify(this.get(key)) ?? "missing";
    throw new CheckpointError(this.#file, `${this.#prefix}${key} is ${shown}; ${need}`);
  }

  get(key: string): unknown {
    const value = Object.hasOwn(this.#values, key) ? this.#values[key] : undefined;
    return value === null ? undefined : value;
  }

  keys(): string[] {
    return Object.keys(this.#values);
  }

  /** Whether a key is there and not null. */
  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  /** The same fields, with values for keys that are absent; null stays. */
  over(defaults: Readonly<Record<string, unknown>>): Fields {
    return new Fields(this.#file, { ...defaults, ...this.#values }, this.#prefix);
  }

  /** The fields of the object under a key; undefined where it is absent. */
  within(key: string): Fields | undefined {
    const value = this.get(key);
    if (value === undefined) return undefined;
    if (!isObject(value)) return this.refuse(key, "an object or null is needed");
    return new Fields(this.#file, value, `${this.#prefix}${key}.`);
  }

  /** The fields of each object of a list with at least one. */
  list(key: string, limit: number): Fields[] {
    const value = this.get(key);
    if (!Array.isArray(value) || value.length === 0 || value.length > limit)
      return this.refuse(key, `a list of 1 to ${limit} objects is needed`);
    return value.map((item: unknown, index) => {
      const place = `${this.#prefix}${key}[${index}]`;
      if (isObject(item)) return new Fields(this.#file, item, `${place}.`);
      throw new CheckpointError(
        this.#file,
        `${place} is ${JSON.stringify(item)}; an object is needed`,
      );
    });
  }

  /** A whole number from `minimum` to `maximum`. @param absent what stands for none */
  count(
    key: string,
    {
      minimum = 1,
      maximum = COUNT_LIMIT,
      absent,
    }: { minimum?: number; maximum?: number; absent?: number } = {},
  ): number {
    const value = this.get(key) ?? absent;
    if (
      typeof value === "number" &&
      Number.isInteger(value) &&
      value >= minimum &&
      value <= maximum
    )
      return value;
    return this.refuse(key, `a whole number from ${minimum} to ${maximum} is needed`);
  }

  /** A finite number above zero. */
  positive(key: string): number {
    const value = this.get(key);
    if (typeof value === "number" && value > 0 && value < Number.POSITIVE_INFINITY) return value;
    return this.refuse(key, "a finite number above 0 is needed");
  }

  /** A list of finite numbers; undefined where it is absent. */
  numbers(key: string): readonly number[] | undefined {
    const value = this.get(key);
    if (value === undefined) return undefined;
    const isNumbers = (list: readonly unknown[]): list is readonly number[] =>
      list.every((item) => typeof item === "number" && Number.isFinite(item));
    return Array.isArray(value) && isNumbers(value)
      ? value
      : this.refuse(key, "a list of numbers is needed");
  }

  flag(key: string): boolean {
    const value = this.get(key) ?? false;
    return typeof value === "boolean" ? value : this.refuse(key, "true or false is needed");
  }

  text(key: string): string {
    const value = this.get(key);
    return typeof value === "string" ? value : this.refuse(key, "a string is needed");
  }

  choice<Choice extends string>(key: string, choices: readonly Choice[]): Choice | undefined {
    const value = this.get(key);
    if (value === undefined) return undefined;
    const found = choices.find((choice) => choice === value);
    return found ?? this.refuse(key, `it must be one of ${choices.join(", ")}`);
  }
}
