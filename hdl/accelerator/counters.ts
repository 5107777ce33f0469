import { bool, input, output, register, uint, when } from "@chisel-ts/core";
import { circuit } from "../circuit.ts";

const counted = ["cycles", "activation_wait", "weight_wait", "result_wait"] as const;

/** Where a job's cycles went: 32 bits each, modulo 2^32. */
export const counters = circuit({
  name: "accelerator_counters",
  description: "Cycle counters of the accelerator",
  parameters: {},
  ports: () => ({
    clear: input(bool(), "set every counter to 0"),
    event: {
      cycles: input(bool(), "count this cycle: a job is running"),
      activation_wait: input(bool(), "count this cycle: stalled for an activation beat"),
      weight_wait: input(bool(), "count this cycle: stalled for a weight beat"),
      result_wait: input(
        bool(),
        "count this cycle: stalled because the result stream was not ready",
      ),
    },
    count: {
      cycles: output(uint(32), "cycles of the job"),
      activation_wait: output(uint(32), "cycles stalled for an activation beat"),
      weight_wait: output(uint(32), "cycles stalled for a weight beat"),
      result_wait: output(uint(32), "cycles stalled because the result stream was not ready"),
    },
  }),
  build(io) {
    for (const name of counted) {
      const count = register(name, uint(32), { reset: 0 });
      when(io.clear, () => count.set(0)).elsewhen(io.event[name], () =>
        count.set(count.addWrap(1)),
      );
      io.count[name].set(count);
    }
  },
});
