import { bool, input, type Module, module, output, register, uint, when } from "@chisel-ts/core";

const counted = {
  cycles: "cycles of the job",
  activation_wait: "of them without activations",
  weight_wait: "of them without weights",
  result_wait: "of them that results in the way cost",
} as const;

type Counted = keyof typeof counted;

const names = Object.keys(counted) as Counted[];

const each = <T>(of: (name: Counted) => T): { readonly [N in Counted]: T } =>
  Object.fromEntries(names.map((name) => [name, of(name)])) as { readonly [N in Counted]: T };

const ports = {
  clear: input(bool(), "from 0 again"),
  event: each((name) => input(bool(), counted[name])),
  count: each((name) => output(uint(32), counted[name])),
};

/** What a job's cycles went by: 32 bits each, modulo 2^32. */
export const counters: Module<typeof ports> = module(
  { name: "accelerator_counters", description: "Cycle counters of the accelerator", ports },
  (io) => {
    for (const name of names) {
      const count = register(name, uint(32), { reset: 0 });
      when(io.clear, () => count.set(0)).elsewhen(io.event[name], () =>
        count.set(count.addWrap(1)),
      );
      io.count[name].set(count);
    }
  },
);
