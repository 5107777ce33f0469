// Compiles each kind of bus functional model.

import type { MemoryModel, RegisterScript, StreamSink, StreamSource } from "../drive/models.ts";
import { stepCode, stepWords, violation } from "../drive/work.ts";
import type { InstructionName } from "./instructions.ts";
import {
  add,
  and,
  below,
  call,
  constant,
  copy,
  equal,
  isSet,
  isZero,
  load,
  multiply,
  notBelow,
  or,
  type Statement,
  store,
  unequal,
  type Value,
  type Words,
  when,
} from "./statement.ts";

/** Words that every model has; those after them are of some. */
export const fields = [
  ...[
    "left",
    "violation",
    "next",
    "offering",
    "data",
    "arrivals",
    "stride",
    "pattern",
    "place",
    "period",
  ],
  ...[
    "transfers",
    "held",
    "waited",
    "ready",
    "last",
    "steps",
    "reads",
    "busy",
    "aw",
    "w",
    "ar",
    "idle",
  ],
  ...["count", "queued", "head", "free"],
] as const;
export type Field = (typeof fields)[number];

/** What the code of a model is made of. */
export interface Surroundings {
  /** Cycles of the run so far. */
  readonly cycle: Value;
  readonly words: Words<Field>;
  /** An output port of up to 32 bits. */
  output(name: string): Value;
  /** Sets an input port of up to 32 bits. */
  input(name: string, value: Value): Statement;
  /** Copies packed bytes to data inputs. */
  inputs(names: readonly string[], from: Value): Statement[];
  /** The function that copies what is valid to `staging`. */
  readonly capture: string;
  readonly staging: number;
  /** Where what was valid in the cycle before is kept. */
  readonly held: number;
  /** Bytes of both. */
  readonly stagingBytes: number;
  /** Bytes of a beat or word. */
  readonly size: number;
  /** Words of a memory that wait to be read out. */
  readonly queue: number;
  /** Bytes of a memory's address as it is staged. */
  readonly addressBytes: number;
  /** What each model has left. */
  readonly left: readonly Value[];
  /** All ones of an input's width. */
  ones(name: string): number;
}

/** What a model does before and after the outputs of a cycle are known. */
export interface AgentCode {
  readonly present: readonly Statement[];
  readonly observe: readonly Statement[];
}

const elementLoads: Readonly<Record<number, InstructionName>> = {
  1: "i32.load8_u",
  2: "i32.load16_u",
};

const [zero, one] = [constant(0), constant(1)];

/** The element of a pattern that counts now. */
const patternNow = ({ words }: Surroundings): Value => load(words.get("place"));

/** Goes on to the next element, from the last to the first: `period` is where the pattern ends. */
const patternNext = ({ words }: Surroundings): Statement[] => [
  words.add("place", 4),
  when(equal(words.get("place"), words.get("period")), [words.set("place", words.get("pattern"))]),
];

/** Runs statements where there is a pattern. */
const withPattern = ({ words }: Surroundings, then: readonly Statement[]): Statement =>
  when(words.get("pattern"), then);

const recordTransfer = ({ words, cycle }: Surroundings): Statement[] => [
  store(words.get("transfers"), cycle),
  words.add("transfers", 4),
];

export function sourceCode(model: StreamSource, s: Surroundings): AgentCode {
  const { words, cycle } = s;
  const last = (value: Value): Statement[] =>
    model.last === undefined ? [] : [s.input(model.last, value)];
  const due = and(
    and(isSet(words.get("left")), notBelow(cycle, words.get("next"))),
    notBelow(cycle, load(words.get("arrivals"))),
  );
  return {
    present: [
      when(isZero(words.get("offering")), [
        when(
          due,
          [
            ...s.inputs(model.data, words.get("data")),
            s.input(model.valid, one),
            ...last(equal(words.get("left"), one)),
            words.set("offering", one),
          ],
          [s.input(model.valid, zero), ...last(zero)],
        ),
      ]),
    ],
    observe: [
      when(and(words.get("offering"), s.output(model.ready)), [
        ...recordTransfer(s),
        words.add("left", -1),
        words.set("offering", zero),
        words.add("data", s.size),
        words.set("next", add(cycle, one)),
        withPattern(s, [
          ...patternNext(s),
          words.set("next", add(words.get("next"), patternNow(s))),
        ]),
        // Without arrivals the word that is looked at is 0, and stays where it is.
        words.set("arrivals", add(words.get("arrivals"), words.get("stride"))),
      ]),
    ],
  };
}

/** Compares a valid beat with the one before, and keeps it where it is not accepted; `then` runs where one is valid. */
function offer(
  s: Surroundings,
  valid: string,
  ready: Value,
  then: readonly Statement[],
): Statement {
  const { words, staging, held, stagingBytes } = s;
  return when(
    s.output(valid),
    [
      call(s.capture),
      when(words.get("held"), [
        when(differs(staging, held, stagingBytes), [
          words.set("violation", constant(violation.changed)),
        ]),
      ]),
      words.set("held", isZero(ready)),
      when(isZero(ready), [copy(constant(held), constant(staging), stagingBytes)]),
      ...then,
    ],
    [when(words.get("held"), [words.set("violation", constant(violation.dropped))])],
  );
}

/** Whether bytes at two places differ; both have room for whole 64-bit words. */
const differs =
  (a: number, b: number, bytes: number): Value =>
  (code) => {
    code.i32(0);
    for (let at = 0; at < bytes; at += 8) {
      code.i32(0).memory("i64.load", a + at);
      code.i32(0).memory("i64.load", b + at);
      code.emit("i64.ne", "i32.or");
    }
  };

export function sinkCode(model: StreamSink, s: Surroundings): AgentCode {
  const { words, staging, size } = s;
  const ready = words.get("ready");
  return {
    present: [
      words.set("ready", isSet(words.get("left"))),
      withPattern(s, [
        words.set("ready", and(ready, notBelow(words.get("waited"), patternNow(s)))),
      ]),
      s.input(model.ready, ready),
    ],
    observe: [
      offer(s, model.valid, ready, [
        words.add("waited", 1),
        when(isZero(words.get("left")), [words.set("violation", constant(violation.surplus))]),
        when(ready, [
          copy(words.get("data"), constant(staging), size),
          words.add("data", size),
          store(words.get("last"), load(zero, staging + size, "i32.load8_u"), 0, "i32.store8"),
          words.add("last", 1),
          ...recordTransfer(s),
          words.add("left", -1),
          words.set("waited", zero),
          withPattern(s, patternNext(s)),
        ]),
      ]),
    ],
  };
}

export function scriptCode({ ports }: RegisterScript, s: Surroundings): AgentCode {
  const { words } = s;
  const step = (index: number): Value => load(words.get("steps"), 4 * index);
  const code = step(0);
  const is = (name: keyof typeof stepCode): Value => equal(code, constant(stepCode[name]));
  const output = (name: keyof typeof ports): Value => s.output(ports[name] ?? "");
  const input = (name: keyof typeof ports, value: Value): Statement =>
    s.input(ports[name] ?? "", value);
  const advance = [
    words.add("steps", 4 * stepWords),
    words.add("left", -1),
    words.set("busy", zero),
    words.set("idle", zero),
  ];
  /** Whether all models are done whose bits are set. */
  const over: Value = (into) => {
    into.i32(1);
    s.left.forEach((left, index) => {
      or(isZero(and(step(1), constant(1 << index))), isZero(left))(into);
      into.emit("i32.and");
    });
  };
  const begin = when(
    is("after"),
    [when(over, advance)],
    [
      when(
        is("idle"),
        [words.add("idle", 1), when(equal(words.get("idle"), step(1)), advance)],
        [
          words.set("busy", one),
          words.set("aw", is("write")),
          words.set("w", is("write")),
          words.set("ar", isZero(is("write"))),
          when(
            is("write"),
            [input("awaddr", step(1)), input("wdata", step(2))],
            [input("araddr", step(1))],
          ),
        ],
      ),
    ],
  );
  const writes = and(words.get("busy"), is("write"));
  const reads = and(words.get("busy"), isZero(is("write")));
  const [answered, read] = [output("bvalid"), output("rvalid")];
  const violate = (kind: keyof typeof violation): Statement =>
    words.set("violation", constant(violation[kind]));
  const take = when(
    and(is("poll"), unequal(and(output("rdata"), step(2)), step(3))),
    [words.set("ar", one)],
    [store(words.get("reads"), output("rdata")), words.add("reads", 4), ...advance],
  );
  const pending = or(words.get("aw"), or(words.get("w"), words.get("ar")));
  return {
    present: [
      when(and(isSet(words.get("left")), isZero(words.get("busy"))), [begin]),
      input("awvalid", words.get("aw")),
      input("wvalid", words.get("w")),
      input("arvalid", words.get("ar")),
      input("bready", one),
      input("rready", one),
      ...(ports.wstrb === undefined ? [] : [input("wstrb", constant(s.ones(ports.wstrb)))]),
    ],
    observe: [
      words.set("waited", pending),
      words.set("aw", and(words.get("aw"), isZero(output("awready")))),
      words.set("w", and(words.get("w"), isZero(output("wready")))),
      words.set("ar", and(words.get("ar"), isZero(output("arready")))),
      when(
        or(and(answered, isZero(writes)), and(read, isZero(reads))),
        [violate("surplus")],
        [
          when(or(answered, read), [
            when(
              words.get("waited"),
              [violate("early")],
              [
                when(
                  writes,
                  [when(output("bresp"), [violate("error")], advance)],
                  [when(output("rresp"), [violate("error")], [take])],
                ),
              ],
            ),
          ]),
        ],
      ),
    ],
  };
}

export function memoryCode(model: MemoryModel, s: Surroundings): AgentCode {
  const { request, response, latency, interval, outstanding } = model;
  const { words, cycle, size } = s;
  const entryBytes = queueEntryBytes(size);
  const entry = (index: Value): Value =>
    add(constant(s.queue), multiply(index, constant(entryBytes)));
  const wrapped =
    (index: Value): Value =>
    (code) => {
      index(code);
      code.i32(outstanding).emit("i32.rem_u");
    };
  const first = entry(words.get("head"));
  const due = and(
    and(isSet(words.get("queued")), notBelow(cycle, words.get("free"))),
    notBelow(cycle, load(first)),
  );
  // What is valid stands in staging as it is captured: address, write, data.
  const address = load(zero, s.staging, elementLoads[s.addressBytes] ?? "i32.load");
  const writes = load(zero, s.staging + s.addressBytes, "i32.load8_u");
  const place = add(words.get("data"), multiply(address, constant(size)));
  const ready = words.get("ready");
  const tail = entry(wrapped(add(words.get("head"), words.get("queued"))));
  const read = [
    copy(add(tail, constant(4)), place, size),
    store(tail, add(cycle, constant(latency))),
    words.add("queued", 1),
  ];
  const access =
    request.write === undefined
      ? read
      : [when(writes, [copy(place, constant(s.staging + s.addressBytes + 1), size)], read)];
  return {
    present: [
      when(isZero(words.get("offering")), [
        when(
          due,
          [
            ...s.inputs(response.data, add(first, constant(4))),
            s.input(response.valid, one),
            words.set("offering", one),
          ],
          [s.input(response.valid, zero)],
        ),
      ]),
      words.set("ready", below(words.get("queued"), constant(outstanding))),
      s.input(request.ready, ready),
    ],
    observe: [
      when(and(words.get("offering"), s.output(response.ready)), [
        words.set("head", wrapped(add(words.get("head"), one))),
        words.add("queued", -1),
        words.set("offering", zero),
        words.set("free", add(cycle, constant(interval))),
      ]),
      offer(s, request.valid, ready, [
        when(ready, [
          when(
            notBelow(address, words.get("count")),
            [
              when(isZero(words.get("violation")), [
                words.set("violation", constant(violation.beyond)),
              ]),
            ],
            access,
          ),
        ]),
      ]),
    ],
  };
}

/** An entry of a memory's queue: the cycle from which the word is to be had, and the word. */
export const queueEntryBytes = (size: number): number => 4 + 4 * Math.ceil(size / 4);
