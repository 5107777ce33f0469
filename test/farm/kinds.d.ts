import type { Kind } from "../../src/farm/index.ts";

type TestKinds = {
  readonly square: Kind<number | bigint, number | bigint>;
  readonly slow: Kind<{ readonly ms: number; readonly value: unknown }, unknown>;
  readonly told: Kind<
    { readonly file: string; readonly word: string; readonly ms: number },
    string
  >;
  readonly refuse: Kind<string, never>;
  readonly defect: Kind<string, never>;
  readonly die: Kind<number, never>;
  readonly kill: Kind<number, never>;
  readonly sizes: Kind<number, readonly (readonly [string, number])[]>;
  readonly where: Kind<number, { readonly pid: number; readonly isMainThread: boolean }>;
};

export const kinds: TestKinds;
