import type { LibertySource } from "./source.ts";

/** `name : value;` or `name (value, value);` */
export interface LibertyAttribute {
  readonly name: string;
  readonly values: readonly string[];
  readonly offset: number;
}

/** `kind (argument, …) { … }`: what a Liberty file is made of. */
export class LibertyGroup {
  readonly attributes: LibertyAttribute[] = [];
  readonly groups: LibertyGroup[] = [];

  constructor(
    readonly source: LibertySource,
    readonly kind: string,
    readonly names: readonly string[],
    readonly offset: number,
  ) {}

  /** `cell nand2_1`, for messages. */
  get title(): string {
    return [this.kind, ...this.names].join(" ");
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

  flag(name: string): boolean {
    return this.text(name)?.toLowerCase() === "true";
  }

  /** @throws CostError when it is there and no number. */
  number(name: string): number | undefined {
    const attribute = this.attribute(name);
    return attribute && this.numberOf(attribute, attribute.values[0] ?? "");
  }

  /** @throws CostError when a text of an attribute is no number. */
  numberOf(attribute: LibertyAttribute, text: string): number {
    const value = text.trim() === "" ? Number.NaN : Number(text);
    if (Number.isFinite(value)) return value;
    return this.source.fail(
      attribute.offset,
      `${attribute.name} of ${this.title} is ${JSON.stringify(text)}; it must be a number`,
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
