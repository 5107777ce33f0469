import fc from "fast-check";
import { operationCount } from "./operations.ts";
import type {
  ChoiceStep,
  InstancesStep,
  OperationStep,
  StateStep,
  Step,
  TableStep,
} from "./steps.ts";

/** How wide a module's values may become: the limit in bits. */
export const limits = { narrow: 64, wide: 260, huge: 5200 } as const;
export type Size = keyof typeof limits;

/** A port: `kind` 0 unsigned, 1 signed, 2 a Bool (of one bit, whatever the width says). */
export interface Shape {
  readonly kind: number;
  readonly width: number;
}

/** A module as plain data, so that fast-check can shrink it. */
export interface Recipe {
  readonly size: Size;
  /** Without registers and memories, hence without a clock. */
  readonly stateless: boolean;
  /** 0 for plain names; otherwise which names that tools may stumble over. */
  readonly names: number;
  /** Its reset, as a place in a list; most are the usual one. */
  readonly reset: number;
  /** Whether it has a clock enable (5), a soft reset (6) or both (7). */
  readonly gate: number;
  /** Whether it is placed as a black box: with a model (8), with Verilog too (9). */
  readonly box: number;
  /** How many modules stand around this one, each with nothing but an instance of the next. */
  readonly wraps: number;
  readonly inputs: readonly Shape[];
  /** Output p depends on even inputs, q on odd ones, r on no input within the cycle. */
  readonly outputs: { readonly p: Shape; readonly q: Shape; readonly r: Shape };
  readonly steps: readonly Step[];
  readonly children: readonly Recipe[];
}

/** A circuit and the seed of its stimulus. */
export interface Case {
  readonly recipe: Recipe;
  readonly seed: number;
}

const number = fc.nat(1000);
const operation: fc.Arbitrary<OperationStep> = fc.record({
  operation: fc.nat(operationCount - 1),
  side: fc.integer({ min: 1, max: 3 }),
  a: number,
  b: number,
  c: number,
  n: number,
});
const state: fc.Arbitrary<StateStep> = fc.record({
  state: fc.constantFrom("register", "register", "memory"),
  a: number,
  b: number,
  c: number,
  n: number,
});
const table: fc.Arbitrary<TableStep> = fc.record({
  words: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 300 })),
  side: fc.integer({ min: 1, max: 3 }),
  a: number,
  b: number,
  n: number,
});
const choice: fc.Arbitrary<ChoiceStep> = fc.record({
  arms: fc.oneof(
    { arbitrary: fc.integer({ min: 1, max: 6 }), weight: 12 },
    { arbitrary: fc.integer({ min: 20, max: 60 }), weight: 2 },
    { arbitrary: fc.integer({ min: 150, max: 300 }), weight: 1 },
  ),
  a: number,
  b: number,
  c: number,
  n: number,
});
const instances: fc.Arbitrary<InstancesStep> = fc.record({
  wiring: fc.nat(100),
  side: fc.integer({ min: 1, max: 3 }),
  count: fc.oneof(
    { arbitrary: fc.integer({ min: 1, max: 4 }), weight: 1 },
    { arbitrary: fc.integer({ min: 8, max: 40 }), weight: 2 },
  ),
  child: number,
  mixed: fc.boolean(),
  a: number,
  b: number,
});

const widths: Readonly<Record<Size, fc.Arbitrary<number>>> = {
  narrow: fc.oneof(
    fc.integer({ min: 1, max: 64 }),
    fc.constantFrom(1, 2, 8, 16, 31, 32, 33, 63, 64),
  ),
  wide: fc.oneof(
    fc.integer({ min: 1, max: 200 }),
    fc.constantFrom(1, 8, 32, 63, 64, 65, 127, 128, 129, 192, 193),
  ),
  huge: fc.oneof(
    fc.integer({ min: 201, max: 5000 }),
    fc.constantFrom(1, 64, 4095, 4096, 4097, 5000),
  ),
};

/** Modules `depth` levels above the deepest: fewer children and steps the deeper. */
function modules(depth: number, parent?: Size): fc.Arbitrary<Recipe> {
  const top = parent === undefined;
  const steps =
    depth === 0
      ? fc.oneof(
          { arbitrary: operation, weight: 12 },
          { arbitrary: state, weight: 3 },
          { arbitrary: table, weight: 1 },
          { arbitrary: choice, weight: 1 },
        )
      : fc.oneof(
          { arbitrary: operation, weight: 10 },
          { arbitrary: state, weight: 4 },
          { arbitrary: table, weight: 1 },
          { arbitrary: choice, weight: 1 },
          { arbitrary: instances, weight: 8 },
        );
  const ofSize = (size: Size): fc.Arbitrary<Recipe> => {
    const shape = fc.record({ kind: fc.nat(2), width: widths[size] });
    return fc.record({
      size: fc.constant(size),
      stateless: top ? fc.constant(false) : fc.nat(3).map((n) => n === 0),
      names: fc.oneof(fc.constant(0), fc.nat(1000)),
      wraps: fc.oneof(
        { arbitrary: fc.constant(0), weight: 20 },
        { arbitrary: fc.integer({ min: 1, max: 5 }), weight: 3 },
        { arbitrary: fc.integer({ min: 30, max: 60 }), weight: top ? 1 : 0 },
      ),
      reset: fc.nat(9),
      gate: fc.nat(7),
      box: fc.nat(9),
      inputs: fc.array(shape, { minLength: 1, maxLength: 4 }),
      outputs: fc.record({ p: shape, q: shape, r: shape }),
      steps: fc.array(steps, { minLength: 1, maxLength: top ? 16 : 8, size: "max" }),
      children:
        depth === 0
          ? fc.constant([])
          : fc.array(modules(depth - 1, size), { maxLength: top ? 3 : 2, size: "max" }),
    });
  };
  const of = (size: Size, weight: number) => ({ arbitrary: ofSize(size), weight });
  return parent === "narrow"
    ? fc.oneof(of("narrow", 8), of("wide", 1))
    : fc.oneof(of("narrow", 12), of("wide", 12), of("huge", 1));
}

/** Circuits of up to four levels. */
export const cases: fc.Arbitrary<Case> = fc.record({
  recipe: fc.oneof(modules(0), modules(1), modules(3), modules(3), modules(3)),
  seed: fc.integer(),
});
