import {
  input,
  instance,
  module,
  mux,
  output,
  register,
  type SInt,
  sint,
  type UInt,
  uint,
  vec,
} from "@chisel-ts/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { engines, wasmListing } from "../../../sim/index.ts";
import { planGroups } from "../../../sim/wasm/groups.ts";
import { layOut } from "../../../sim/wasm/layout.ts";
import { StoredForms } from "../../../sim/wasm/simd/forms.ts";
import { stimulusOf } from "../random/stimulus.ts";

/** Ways to make a value whose upper bits a loop leaves in different states. */
const makers = ["sum", "wrapped", "inverted", "chosen", "multiplied"] as const;
/** Ways to read it that look at them, and one that does not. */
const readers = ["extended", "widened", "compared", "shifted", "added"] as const;

const shape = fc.record({
  count: fc.constantFrom(16, 20, 32),
  width: fc.integer({ min: 2, max: 40 }),
  make: fc.constantFrom(...makers),
  /** Lanes from 16 on leave anything above their values. */
  mixed: fc.boolean(),
  read: fc.constantFrom(...readers),
  /** Lanes read those of other places. */
  step: fc.constantFrom(1, 7, 11),
  watched: fc.boolean(),
  seed: fc.integer(),
});
type Shape = typeof shape extends fc.Arbitrary<infer T> ? T : never;

const circuitOf = ({ count, width, make, mixed, read, step }: Omit<Shape, "seed" | "watched">) => {
  const x = { first: input(sint(width)), second: input(sint(width)) };
  const made = make === "sum" ? width + 1 : make === "multiplied" ? 2 * width : width;
  const maker = (way: (typeof makers)[number]) =>
    module({ name: `maker_${way}`, ports: { ...x, y: output(sint(made)) } }, (io) => {
      const { first, second } = io;
      const how: Record<(typeof makers)[number], () => SInt> = {
        sum: () => first.add(second),
        wrapped: () => first.addWrap(second),
        inverted: () => first.not().xor(second),
        chosen: () => mux(second.isNegative(), first, second),
        multiplied: () => first.mul(second),
      };
      io.y.set(how[way]());
    });
  const overflows = module({ name: "overflows", ports: { ...x, y: output(sint(made)) } }, (io) => {
    const [a, b] = [io.first.extend(made), io.second.extend(made)];
    io.y.set([a, b, a, b, a].reduce((sum, one) => sum.addWrap(one)));
  });
  const first = maker(make);
  const later = mixed ? overflows : first;
  const wide = made + 20;
  const reader = module(
    { name: "reader", ports: { y: input(sint(made)), z: output(uint(wide)) } },
    ({ y, z }) => {
      const kept = register("kept", uint(wide), { reset: 0 });
      const how: Record<(typeof readers)[number], () => UInt> = {
        extended: () => y.extend(wide).asUInt(),
        widened: () => y.asUInt().extend(wide),
        compared: () => mux<UInt>(y.lt(3 % 2 ** (made - 1)), kept, y.extend(wide).asUInt()),
        shifted: () => y.shiftRight(1).extend(wide).asUInt(),
        added: () => y.asUInt().addWrap(1).extend(wide),
      };
      const value = how[read]();
      kept.set(kept.xor(value));
      z.set(value.addWrap(kept));
    },
  );
  return module(
    {
      name: "forms",
      ports: { x: vec(count + 1, input(sint(width))), z: vec(count, output(uint(wide))) },
    },
    (io) => {
      const made = Array.from({ length: count }, (_, i) => {
        const operands = { first: io.x[i]!, second: io.x[i + 1]! };
        return instance(`maker_${i}`, i < 16 ? first : later, operands).y;
      });
      for (let i = 0; i < count; i++)
        io.z[i]!.set(instance(`reader_${i}`, reader, { y: made[(i * step) % count]! }).z);
    },
  );
};

test("what one loop leaves above a value is what the loop that reads it takes it for", () => {
  fc.assert(
    fc.property(shape, ({ watched, seed, ...one }) => {
      const circuit = circuitOf(one);
      const watch = watched ? ["maker_3.y"] : [];
      const [fast, plain] = [engines.wasm, engines.interpreter].map((engine) =>
        engine.open(circuit, { watch }),
      );
      const stimulus = stimulusOf(circuit, seed, 16);
      expect(fast!.batch(stimulus, 16)).toEqual(plain!.batch(stimulus, 16));
      for (const dut of [fast!, plain!]) dut.step(3);
      expect(fast!.out).toEqual(plain!.out);
      expect(fast!.save()).toEqual(plain!.save());
    }),
    { numRuns: 100 },
  );
});

test("a sum that is stored with its sign is not extended again", () => {
  const reads = (make: (typeof makers)[number]): number => {
    const text = wasmListing(
      circuitOf({ count: 16, width: 36, make, mixed: false, step: 1, read: "extended" }),
    );
    const loop = /\(func \$edge_reader.*?\n\)/s.exec(text)?.[0] ?? "";
    return loop.match(/i64x2\.sub/g)?.length ?? 0;
  };
  // Signs are extended by a mask, an exclusive or and a subtraction.
  expect([reads("sum"), reads("wrapped")]).toEqual([0, 8]);
});

test("an input whose lanes are stored in different forms may be anything", () => {
  const plan = planGroups(
    circuitOf({ count: 32, width: 9, make: "sum", mixed: true, step: 1, read: "extended" }),
    [],
  );
  const layout = layOut(plan);
  const loopOf = (name: string) => layout.groups.find(({ group }) => group.name === name)!;
  const [first, second, reader] = ["maker_sum", "overflows", "reader"].map(loopOf);
  // As if both results stood side by side where the reader reads them.
  const together = { ...reader!, inputs: reader!.inputs.map((one) => ({ ...one, inPlace: true })) };
  const slotOf = ({ group }: typeof reader & object) => group.kernel.outputs[0]!.slot;
  const stored = (one: "sign" | "dirty", other: "sign" | "dirty") => {
    const forms = new StoredForms(plan.netlist, layout);
    forms.stored(first!, slotOf(first!), one);
    forms.stored(second!, slotOf(second!), other);
    return forms.input(together, 0);
  };
  expect(stored("sign", "sign")).toBe("sign");
  expect(stored("sign", "dirty")).toBe("dirty");
});
