/** What must not compile: `npm run check` reports a line that does. */
import { blackBox, bool, input, instance, module, output, uint } from "../../src/index.ts";

const ports = { d: input(uint(8)), q: output(uint(8)) };
const other = module({ name: "other", ports: { d: input(bool()), q: output(bool()) } }, (io) =>
  io.q.set(io.d),
);
const box = blackBox({ name: "BOX", ports });

// @ts-expect-error: the model has other ports.
blackBox({ name: "BOX", ports, model: other });
// @ts-expect-error: a value that no parameter of Verilog has.
blackBox({ name: "BOX", ports, parameters: { WIDTH: [8] } });
// @ts-expect-error: a level that a reset does not have.
blackBox({ name: "BOX", ports, clock: "clk", reset: { port: "rst", active: 1 } });

module({ name: "top", ports }, (io) => {
  const { q } = instance("box", box, { d: io.d });
  io.q.set(q);
  // @ts-expect-error: an input that the box does not have.
  instance("two", box, { d: io.d, e: io.d });
});
