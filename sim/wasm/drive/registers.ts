// Compiles a register script over AXI4-Lite.

import type { RegisterScript } from "../../drive/models.ts";
import { violation } from "../../drive/outcome.ts";
import { stepCode, stepWords } from "../../drive/script.ts";
import {
  and,
  constant,
  equal,
  isSet,
  isZero,
  load,
  or,
  type Statement,
  store,
  unequal,
  type Value,
  when,
} from "../statement.ts";
import { type AgentCode, one, type Surroundings, zero } from "./agent.ts";

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
