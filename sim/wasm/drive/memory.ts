// Compiles a memory with latency.

import { at } from "@chisel-ts/core";
import type { MemoryModel } from "../../drive/memories.ts";
import { violation } from "../../drive/outcome.ts";
import type { InstructionName } from "../instructions.ts";
import {
  add,
  and,
  below,
  constant,
  copy,
  isSet,
  isZero,
  load,
  multiply,
  notBelow,
  store,
  type Value,
  when,
} from "../statement.ts";
import { type AgentCode, one, type Surroundings, zero } from "./agent.ts";
import { offer } from "./offer.ts";

const elementLoads: Readonly<Record<number, InstructionName>> = {
  1: "i32.load8_u",
  2: "i32.load16_u",
};

export function memoryCode(model: MemoryModel, s: Surroundings): AgentCode {
  const { request, response, latency, interval, outstanding } = model;
  const { words, cycle, size } = s;
  const outgoing = at(s.outgoing, 0);
  const { staging } = outgoing;
  const addressBytes = at(outgoing.sizes, 0);
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
  const address = load(zero, staging, elementLoads[addressBytes] ?? "i32.load");
  const writes = load(zero, staging + addressBytes, "i32.load8_u");
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
      : [when(writes, [copy(place, constant(staging + addressBytes + 1), size)], read)];
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
      offer(s, { outgoing, valid: request.valid, ready, flag: "held" }, [
        when(ready, [
          when(
            notBelow(address, words.get("count")),
            [
              when(isZero(words.get("violation")), [
                words.set("violation", constant(violation.beyond)),
                words.set("address", address),
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
