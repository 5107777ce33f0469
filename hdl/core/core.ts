import {
  type Bool,
  bool,
  connect,
  consumer,
  decoupled,
  input,
  instance,
  literal,
  memory,
  minimum,
  mux,
  output,
  registered,
  type SInt,
  sint,
  type UInt,
  uint,
  vec,
  when,
  wire,
} from "@chisel-ts/core";
import { circuit } from "../circuit.ts";
import { activationBits } from "../parameters.ts";
import { slices, tabulate } from "../tabulate.ts";
import { cacheCode } from "./cache-code.ts";
import { isRefused, lengthsOf } from "./check.ts";
import { contextOf } from "./context.ts";
import { coreCounters } from "./counters.ts";
import { fieldsOf, coreOperations as op } from "./descriptor.ts";
import {
  addressBits,
  type CoreParameters,
  checkCore,
  coreParameters,
  vectorRegisters,
} from "./parameters.ts";
import { lanesOf, passAddresses } from "./pass.ts";
import { coreRegisters, slotBits, slotShape } from "./registers.ts";
import { observe, spanBits, spanOf, writeOf } from "./results.ts";
import { roundShift } from "./round-shift.ts";
import { scalar, scalarBits } from "./scalar.ts";
import { descriptorBeats, sequence } from "./sequencer.ts";
import { scalarsOf, shiftOf } from "./setup.ts";
import { requestRows, weightsOf } from "./weights.ts";

const cycles = (what: string) => output(uint(48), `busy cycles since reset ${what}`);

const portsOf = (parameters: CoreParameters) => ({
  slot: {
    enable: input(bool(), "give a token of the batch, when not busy"),
    index: input(uint(slotBits(parameters)), "which one"),
    token: input(uint(32), "the token"),
    position: input(uint(32), "tokens of its sequence before it"),
    cache: input(uint(addressBits), "bytes from the first cache to that of its sequence"),
  },
  start: input(bool(), "read the batch, when not busy"),
  last_slot: input(uint(slotBits(parameters)), "its last token"),
  first_descriptor: input(uint(addressBits), "address of the program"),
  positions: input(uint(32), "positions of the caches; a token behind them is refused"),
  busy: output(bool(), "a batch is read"),
  next: vec(parameters.batch, (t) =>
    output(uint(32), `the likeliest token behind token ${t} of the batch, when not busy`),
  ),
  invalid: output(bool(), "a code among the weights was NaN"),
  saturated: output(bool(), "a number was beyond the largest code of the cache"),
  refused: output(
    bool(),
    "a descriptor asked for what the core does not have, or a token for a full cache",
  ),
  place: output(uint(32), "the descriptor at work, or the first of which a status bit speaks"),
  request: decoupled({ address: uint(addressBits), beats: uint(32) }),
  data: consumer(uint(8 * parameters.lanes)),
  store: decoupled({ address: uint(addressBits), code: uint(8) }),
  cycles: {
    product: cycles("in which weights transfer"),
    vector: cycles("of vector work"),
    memory: cycles("that wait for the memory"),
    sequencing: cycles("of neither"),
  },
});

export type CorePorts = ReturnType<typeof portsOf>;

/**
 * The decoder core: it runs the descriptors of a token one after the other, each as passes over the vector memory, rows of a matrix
 * streamed past the activation buffer, or bytes to the cache (docs/core.md). The tokens of a batch take turns from one product to
 * the next, and share the rows of each.
 *
 * @throws CircuitError for parameters that make no core.
 */
export const core = circuit({
  name: "core",
  moduleName: "decoder_core",
  description: "Decoder core",
  parameters: coreParameters,
  check: checkCore,
  ports: portsOf,
  build(io, parameters) {
    const { lanes, vectorLanes, words, batch } = parameters;
    const r = coreRegisters(parameters);
    const given = fieldsOf(r.descriptor, addressBits);
    const down = literal(sint(16), 0).subWrap(r.factorShift.toSInt().extend(16));
    const fields = {
      ...given,
      mantissa: mux<UInt>(given.rowFactors, r.factorMantissa, given.mantissa),
      constantExponent: mux<SInt>(given.rowFactors, down, given.constantExponent),
    };
    const { index, enable, ...slotGiven } = io.slot;
    const kept = (name: keyof typeof slotShape): UInt => {
      const all = memory(`slot_${name}s`, { depth: batch, type: slotShape[name] });
      all.write(index, slotGiven[name], enable);
      return all.readCombinational(r.slot);
    };
    const slot = registered("slot_now", {
      token: kept("token"),
      position: kept("position"),
      cache: kept("cache"),
    });
    const vectors = tabulate(batch, (t) =>
      memory(`vectors_${t}`, { depth: words / vectorLanes, type: uint(32 * vectorLanes) }),
    );
    const exponents = tabulate(batch, (t) =>
      memory(`exponents_${t}`, { depth: vectorRegisters, type: sint(16) }),
    );
    const spans = tabulate(batch, (t) =>
      memory(`spans_${t}`, { depth: vectorRegisters, type: uint(6) }),
    );
    const spanAt = (which: UInt): UInt =>
      spans.map((bank) => bank.readCombinational(which)).at(r.slot);
    const vectorOf = (which: UInt) => ({
      exponent: exponents.map((bank) => bank.readCombinational(which)).at(r.slot),
      span: spanAt(which),
    });
    const a = registered("vector_a", vectorOf(fields.sourceVector));
    const b = registered("vector_b", vectorOf(fields.otherVector));
    const found = registered(
      "found",
      scalarsOf(fields, activationBits(parameters.activation), a, b),
    );
    const quotient = wire("scalar_result", {
      mantissa: uint(16),
      exponent: sint(8),
      busy: bool(),
    });
    const c = contextOf(parameters, { registers: r, fields, found, scalar: quotient, slot });
    const { is, states, isOp } = c;
    const lengths = lengthsOf(c);

    const addresses = passAddresses(c);
    const stores = is(states.Element);
    const storeWord = c.at(fields.source).addWrap(c.at(r.step));
    const passing = is(states.Pass);
    const addressA = mux<UInt>(stores, storeWord, addresses.a);
    const read = (name: string, address: UInt, enable: Bool): UInt =>
      vectors
        .map((bank, t) => bank.read(`${name}_${t}`, address, enable.and(c.works(t))))
        .at(r.slot);
    const wordA = read("word_a", addressA, passing.or(stores));
    const wordB = read("word_b", addresses.b, passing);
    const lanesOut = lanesOf(c, addresses.issued, wordA, wordB);
    const weights = weightsOf(c, io.data, lanesOut);
    const write = writeOf(c, io.data, lanesOut, weights);
    write.each.forEach(({ data, enable }, t) => {
      vectors.at(t).writeMasked(write.address, data, write.mask, enable);
    });
    observe(c, write, weights);

    const elements = slices(wordA, vectorLanes);
    const element =
      vectorLanes === 1 ? elements.at(0) : elements.at(r.step.bits(c.laneBits - 1, 0));
    const code = instance("code", cacheCode(), {
      value: element.asSInt(),
      left: a.exponent.subWrap(fields.exponent).addWrap(1),
    });
    connect(
      quotient,
      instance("scalar", scalar(), {
        start: is(states.Scalar),
        root: isOp(op.Norm),
        value: r.total,
      }),
    );

    sequence(c, {
      start: io.start,
      lastSlot: io.last_slot,
      first: io.first_descriptor,
      request: io.request.ready,
      store: io.store.ready,
      data: io.data,
      fires: weights.fires,
      endsTerm: weights.endsTerm,
      endsRow: weights.endsRow,
      targetBits: spanBits(spanAt(fields.targetVector)),
      added: addedOf(fields.mantissa, fields.constantExponent, found.inputExponent),
      saturated: code.saturated,
      lengths,
      refused: registered("refuses", isRefused(c, lengths)),
      positions: io.positions,
    });
    const sum = (terms: typeof lanesOut.mantissas): UInt =>
      terms
        .map((term) => term.extend(scalarBits))
        .reduceTree((left, right) => left.addWrap(right))
        .asUInt();
    when(lanesOut.third.valid.and(c.squaring), () =>
      r.total.set(r.total.addWrap(sum(lanesOut.products))),
    );
    when(lanesOut.second.valid.and(isOp(op.Means)), () =>
      r.total.set(r.total.addWrap(sum(lanesOut.mantissas))),
    );
    requestRows(c, io.request.ready);

    const fetching = is(states.Fetch);
    const rows = is(states.Rows).and(r.requesting);
    const term = (second: Bool): UInt =>
      mux<UInt>(second, fields.termStride.extend(addressBits), literal(uint(addressBits), 0));
    const loads = isOp(op.Load);
    const asked = mux<UInt>(loads, c.beatsOf(r.elements.shiftLeftWrap(1)), c.beats);
    io.request.valid.set(fetching.or(is(states.Request)).or(rows));
    io.request.bits.address.set(
      mux<UInt>(fetching, r.counter, r.address.addWrap(term(rows.and(r.requestTerm)))),
    );
    const ofDescriptor = literal(uint(32), descriptorBeats(lanes));
    io.request.bits.beats.set(mux<UInt>(fetching, ofDescriptor, asked));
    const parts = mux<UInt>(
      loads,
      literal(uint(32), c.beatParts / 2),
      literal(uint(32), c.beatParts),
    );
    const lastPart = r.step.addWrap(1).and(parts.subWrap(1).asUInt()).eq(0);
    const streamed = lastPart.or(r.step.addWrap(1).eq(r.steps));
    io.data.ready.set(
      is(states.Descriptor).or(is(states.Rows)).or(is(states.Stream).and(streamed)),
    );
    io.store.valid.set(is(states.Store));
    io.store.bits.address.set(r.address.addWrap(term(r.storeSecond)));
    io.store.bits.code.set(mux<UInt>(r.storeSecond, code.second, code.first));

    const finishes = is(states.Finish).and(isOp(op.Store).or(fields.largest).not());
    // The rows of a product end its vectors of all tokens; each has written its exponent in its turn.
    const together = isOp(op.Product).and(c.isLast);
    c.each.forEach((t) => {
      const here = finishes.and(c.works(t));
      exponents.at(t).write(fields.targetVector, found.exponent, here);
      const ends = here.or(finishes.and(together));
      spans.at(t).write(fields.targetVector, spanOf(r.seen.at(t)), ends);
    });

    io.busy.set(is(states.Idle).not());
    connect(io.next, r.best);
    io.invalid.set(r.invalid);
    io.saturated.set(r.saturated);
    io.refused.set(r.refused);
    io.place.set(r.place);
    const counters = instance("counters", coreCounters(), {
      state: r.state,
      weights: weights.fires,
      loads: write.stream,
      data: io.data.valid,
      stored: io.store.ready,
    });
    connect(io.cycles, counters.cycles);
  },
});

/** group · epsilon in squares of mantissas. */
function addedOf(mantissa: UInt, exponent: SInt, inputExponent: SInt): UInt {
  const right = literal(sint(16), 16).subWrap(exponent).addWrap(inputExponent.shiftLeftWrap(1));
  const wide = mantissa.toSInt().extend(scalarBits);
  const up = minimum(right.negate(), literal(sint(17), 47))
    .asUInt()
    .truncate(6);
  const down = shiftOf(right).asUInt().truncate(6);
  const shifted = mux<SInt>(right.isNegative(), wide.shiftLeftByWrap(up), roundShift(wide, down));
  return shifted.asUInt();
}
