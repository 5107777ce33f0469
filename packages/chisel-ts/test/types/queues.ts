/** What must not compile: `npm run check` reports a line that does. */
import { input, instance, module, output, queue, uint } from "../../src/index.ts";

const small = queue({ type: uint(8), depth: 2 });
const controlled = queue({ type: uint(8), depth: 2, control: true });
const ports = { d: input(uint(8)), q: output(uint(8)) };
const source = { valid: true, bits: 1 };
const sink = { ready: true };

module({ name: "top", ports }, (io) => {
  const first = instance("first", small, { source, sink });
  io.q.set(first.sink.bits);
  instance("second", controlled, { source, sink, flush: true }).level.add(1);
  // @ts-expect-error: without control there is no such input.
  instance("third", small, { source, sink, flush: true });
  // @ts-expect-error: nor such an output.
  first.level;
});
