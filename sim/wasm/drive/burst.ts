// Compiles a memory that answers requests with bursts.

import { at } from "@chisel-ts/core";
import type { BurstMemory } from "../../drive/memories.ts";
import { violation } from "../../drive/outcome.ts";
import { stalled } from "../../drive/stalls.ts";
import type { InstructionName } from "../instructions.ts";
import {
  add,
  and,
  below,
  binary,
  constant,
  equal,
  isSet,
  isZero,
  load,
  multiply,
  notBelow,
  or,
  type Statement,
  store,
  unary,
  type Value,
  when,
} from "../statement.ts";
import {
  type AgentCode,
  type Outgoing,
  one,
  patternNext,
  patternNow,
  type Surroundings,
  withPattern,
  zero,
} from "./agent.ts";
import { offer } from "./offer.ts";

/** Bytes of a request under way: its next address (64 bits), its beats, and the first cycle in which one can come. */
export const requestBytes = 16;
const [beatsOffset, fromOffset] = [8, 12];

const loads32: Readonly<Record<number, InstructionName>> = {
  1: "i32.load8_u",
  2: "i32.load16_u",
};
const loads64: Readonly<Record<number, InstructionName>> = {
  1: "i64.load8_u",
  2: "i64.load16_u",
  4: "i64.load32_u",
};

/** What a stream carries is staged: an address, and something of up to 32 bits. */
const stagedOf = ({ staging, sizes: [address = 0, other = 0] }: Outgoing) => ({
  address: load(zero, staging, loads64[address] ?? "i64.load"),
  other: load(zero, staging + address, loads32[other] ?? "i32.load"),
});

const constant64 =
  (value: number): Value =>
  (code) =>
    code.i64(BigInt(value));
const below64 = binary("i64.lt_u");
const low32 = unary("i32.wrap_i64");
const toDouble = unary("f64.convert_i32_u");
const whole = unary("i32.trunc_f64_u");

export function burstCode(model: BurstMemory, s: Surroundings): AgentCode {
  const { request, data, bytes, latency, interval, outstanding, patience } = model;
  const { words, cycle, size } = s;
  const [asked, stored] = [at(s.outgoing, 0), at(s.outgoing, 1)];
  const [staged, change] = [stagedOf(asked), stagedOf(stored)];
  const [ready, storeReady] = [words.get("ready"), words.get("ready_store")];
  const entry = (index: Value): Value =>
    add(constant(s.queue), multiply(index, constant(requestBytes)));
  const wrapped = (index: Value): Value => binary("i32.rem_u")(index, constant(outstanding));
  const first = entry(words.get("head"));
  const tail = entry(wrapped(add(words.get("head"), words.get("queued"))));
  const address = load(first, 0, "i64.load");
  const flows = (which: keyof typeof stalled): Value =>
    isZero(and(patternNow(s), constant(stalled[which])));
  const violate = (kind: keyof typeof violation, more: readonly Statement[] = []): Statement =>
    when(isZero(words.get("violation")), [
      words.set("violation", constant(violation[kind])),
      ...more,
    ]);
  const place = (of: Value): Value => add(constant(s.kept), low32(of));
  const where = (of: Value): Statement =>
    store(constant(words.address("address")), of, 0, "i64.store");
  const ifHas = (of: Value, then: readonly Statement[]): Statement =>
    when(below64(of, constant64(bytes)), then, [violate("beyond", [where(of)])]);
  const due = and(
    and(isSet(words.get("queued")), notBelow(cycle, load(first, fromOffset))),
    notBelow(cycle, words.get("free")),
  );
  const given = [
    // Beats that are late begin a row of their own.
    when(below(words.get("free"), cycle), [words.set("since", cycle), words.set("beats", zero)]),
    words.add("beats", 1),
    words.set(
      "free",
      add(
        words.get("since"),
        whole(
          unary("f64.ceil")(
            binary("f64.mul")(
              toDouble(words.get("beats")),
              load(zero, words.address("interval"), "f64.load"),
            ),
          ),
        ),
      ),
    ),
    store(first, binary("i64.add")(address, constant64(size)), 0, "i64.store"),
    store(first, add(load(first, beatsOffset), constant(-1)), beatsOffset),
    when(isZero(load(first, beatsOffset)), [
      words.set("head", wrapped(add(words.get("head"), one))),
      words.add("queued", -1),
    ]),
    words.set("offering", zero),
  ];
  const accept = [
    store(tail, staged.address, 0, "i64.store"),
    store(tail, staged.other, beatsOffset),
    store(tail, add(cycle, constant(Math.max(latency, Math.ceil(interval)))), fromOffset),
    words.add("queued", 1),
  ];
  const [asks, stores] = [s.output(request.valid), s.output(model.store.valid)];
  const gives = and(words.get("offering"), s.output(data.ready));
  const owes = and(or(isSet(words.get("queued")), asks), isZero(words.get("offering")));
  const moves = or(gives, or(and(asks, ready), and(stores, storeReady)));
  const waits = and(or(stores, owes), isZero(moves));
  const wait =
    patience === undefined
      ? []
      : [
          when(
            waits,
            [
              words.add("waited", 1),
              when(equal(words.get("waited"), constant(patience)), [violate("silent")]),
            ],
            [words.set("waited", zero)],
          ),
        ];
  return {
    present: [
      when(isZero(words.get("offering")), [
        when(and(due, flows("data")), [
          ifHas(address, [...s.inputs([data.bits], place(address)), words.set("offering", one)]),
        ]),
        s.input(data.valid, words.get("offering")),
      ]),
      words.set("ready", and(below(words.get("queued"), constant(outstanding)), flows("request"))),
      words.set("ready_store", flows("store")),
      s.input(request.ready, ready),
      s.input(model.store.ready, storeReady),
    ],
    observe: [
      ...wait,
      when(gives, given),
      offer(s, { outgoing: asked, valid: request.valid, ready, flag: "held" }, [
        when(ready, [when(staged.other, accept, [violate("empty")])]),
      ]),
      offer(
        s,
        { outgoing: stored, valid: model.store.valid, ready: storeReady, flag: "held_store" },
        [
          when(storeReady, [
            ifHas(change.address, [store(place(change.address), change.other, 0, "i32.store8")]),
          ]),
        ],
      ),
      withPattern(s, patternNext(s)),
    ],
  };
}
