import type { LibertySource } from "./source.ts";

/** `name : value;` or `name (value, value);` */
export interface LibertyAttribute {
  /** In small letters. */
  readonly name: string;
  readonly values: readonly string[];
  readonly offset: number;
  /** Written `name (value, value)`. */
  readonly complex: boolean;
}

/** `kind (argument, …)`, and where it is. */
interface GroupHead {
  readonly source: LibertySource;
  /** In small letters. */
  readonly kind: string;
  readonly names: readonly string[];
  readonly offset: number;
  /** The cell that it is of or in, for messages. */
  readonly cell: string | undefined;
}

/** `kind (argument, …) { … }`: what a Liberty file is made of. */
export class LibertyGroup {
  readonly attributes: LibertyAttribute[] = [];
  readonly groups: LibertyGroup[] = [];

  readonly source: LibertySource;
  readonly kind: string;
  readonly names: readonly string[];
  readonly offset: number;
  readonly cell: string | undefined;

  constructor({ source, kind, names, offset, cell }: GroupHead) {
    this.source = source;
    this.kind = kind;
    this.names = names;
    this.offset = offset;
    this.cell = cell;
  }

  /** `pin A`, for messages. */
  get title(): string {
    return [this.kind, ...this.names].join(" ");
  }

  /** Stops with the file, the line, the cell, and what is wrong. */
  fail(problem: string, offset = this.offset): never {
    return this.source.fail(offset, problem, this.cell);
  }

  children(kind: string): LibertyGroup[] {
    return this.groups.filter((group) => group.kind === kind);
  }

  /** The values of an attribute; the last one counts where it is given twice. */
  attribute(name: string): LibertyAttribute | undefined {
    return this.attributes.findLast((attribute) => attribute.name === name);
  }

  text(name: string): string | undefined {
    return this.attribute(name)?.values[0];
  }

  /** One of a few words, whatever its case; `undefined` when it is not given. @throws CostError for another. */
  word<T extends string>(name: string, known: readonly T[]): T | undefined {
    const attribute = this.attribute(name);
    if (!attribute) return undefined;
    const [written = ""] = attribute.values;
    return (
      known.find((word) => word === written.toLowerCase()) ??
      this.fail(
        `${name} of ${this.title} is ${written}; ${known.join(", ")} are known`,
        attribute.offset,
      )
    );
  }

  flag(name: string): boolean {
    return this.text(name)?.toLowerCase() === "true";
  }

  /** @throws CostError when it is there and no number. */
  number(name: string): number | undefined {
    const attribute = this.attribute(name);
    return attribute && this.numberOf(attribute, attribute.values.at(0) ?? "");
  }

  /** @throws CostError when a text of an attribute is no number. */
  numberOf(attribute: LibertyAttribute, text: string): number {
    const value = text.trim() === "" ? Number.NaN : Number(text);
    if (Number.isFinite(value)) return value;
    return this.fail(
      `${attribute.name} of ${this.title} is ${JSON.stringify(text)}; it must be a number`,
      attribute.offset,
    );
  }

  /** All numbers of an attribute, which may stand in several quoted lists. */
  numbers(name: string): number[] | undefined {
    const attribute = this.attribute(name);
    return attribute?.values
      .flatMap((list) => list.split(/[\s,]+/))
      .filter((text) => text !== "")
      .map((text) => this.numberOf(attribute, text));
  }
}
