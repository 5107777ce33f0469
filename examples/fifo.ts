// A FIFO of four words that says what must hold of it, and a proof of that for all time.
import {
  assert,
  bool,
  checkProperties,
  consumer,
  cover,
  decoupled,
  fire,
  module,
  output,
  prove,
  register,
  uint,
  vec,
  when,
} from "rf8";

const word = uint(8);
const depth = 4;

export const fifo = module(
  { name: "fifo", ports: { source: consumer(word), sink: decoupled(word), full: output(bool()) } },
  ({ source, sink, full }) => {
    const words = register("word", vec(depth, word), { reset: 0 });
    const [first, next] = [
      register("first", uint(2), { reset: 0 }),
      register("next", uint(2), { reset: 0 }),
    ];
    const count = register("count", uint(3), { reset: 0 });

    source.ready.set(count.ne(depth));
    sink.valid.set(count.ne(0));
    sink.bits.set(words.at(first));
    full.set(count.eq(depth));

    const enters = source.valid.and(count.ne(depth));
    const leaves = fire({ valid: count.ne(0), ready: sink.ready });
    when(enters, () => {
      words.setAt(next, source.bits);
      next.set(next.addWrap(1));
    });
    when(leaves, () => first.set(first.addWrap(1)));
    when(enters.and(leaves.not()), () => count.set(count.addWrap(1)));
    when(leaves.and(enters.not()), () => count.set(count.subWrap(1)));

    assert(count.le(depth), "never_more_than_four");
    assert(next.subWrap(first).eq(count.truncate(2)), "pointers_agree_with_count");
    cover(count.eq(depth), "gets_full");
  },
);

for (const property of checkProperties(fifo)) {
  const { verdict } = await prove(property);
  console.log(`${property.name}: ${verdict}`);
}
