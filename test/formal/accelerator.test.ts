import { expect, test } from "vitest";
import { type Property, prove } from "../../formal/index.ts";
import { arrayProperties } from "../../formal/specification/array.ts";
import { axiLiteProperties } from "../../formal/specification/axi-lite.ts";
import { controllerProperties } from "../../formal/specification/controller.ts";
import { countersProperties } from "../../formal/specification/counters.ts";
import { requantizeProperties } from "../../formal/specification/requantize.ts";
import { type Mistake, proveBroken } from "../support/planted.ts";

const controller = controllerProperties({ words: 5, headerBeats: 2, inFlight: 3 });
const slave = axiLiteProperties();
const requantizer = requantizeProperties({ width: 30, activation: "int8" }, [6]);

const [order, credits, begins, discards, ends, apart, waits, framing] = controller;
const [element, moved, stays, , whole, begun] = arrayProperties({ rows: 2, columns: 2 });
const [writes, answers, , reset, bounded, progress] = slave;

const mistakes: readonly (readonly [string, Property | undefined, Mistake])[] = [
  ["a weight too many is accepted", order, { mutant: "equal: stuck at 0", line: "const atLast" }],
  [
    "one result too many is under way",
    credits,
    { mutant: "the literal 3: one more", line: "const blocked" },
  ],
  [
    "a job larger than the buffer begins",
    begins,
    { mutant: "the literal 5: one more", line: "beats.le(words)" },
  ],
  [
    "weights are accepted behind the tlast of an aborted job",
    discards,
    { mutant: "and: second operand left out", line: "weightsEnded.not()" },
  ],
  [
    "an aborted job ends without a last result",
    ends,
    { mutant: "not: stuck at 0", line: "const closes =" },
  ],
  [
    "the buffer is read while activations are accepted",
    apart,
    { mutant: "weight_beat: or for and" },
  ],
  [
    "a stall is counted as weights transfer",
    waits,
    { mutant: "wait_weight: second operand left out" },
  ],
  [
    "a missing tlast is not reported",
    framing,
    { mutant: "xor: and for xor", line: "activation_framing" },
  ],
  [
    "a write takes effect without its data",
    writes,
    { mutant: "and: second operand left out", line: "const now", place: 0 },
  ],
  ["a read is answered with the data of another", answers, { mutant: "read_data: never written" }],
  ["an answer outlives a reset", reset, { mutant: "write_answered: wrong after a reset" }],
  ["an answer of a read is withdrawn", bounded, { mutant: "read_answered: not delayed" }],
  [
    "a write waits for its answer to be taken",
    progress,
    { mutant: "not: stuck at 0", line: "const now" },
  ],
  [
    "a counter that clear does not reach",
    countersProperties()[0],
    { mutant: "mux: always the second branch", line: "when(", place: 0 },
  ],
  [
    "weights move while a vector before them passes",
    whole,
    { mutant: "equal: stuck at 1", line: "const weightReady", place: 0 },
  ],
  [
    "a tile begins before its weights are complete",
    begun,
    { mutant: "the literal 2: one less", line: "const full" },
  ],
  ["a result that waits is lost", moved, { mutant: "count: never written" }],
  ["a result changes while it waits", stays, { mutant: "sink_bits: always the first branch" }],
  [
    "an element swaps one vector late",
    element,
    { mutant: "mux: always the second branch", line: "mux(io.swap_in" },
  ],
  [
    "a place of the shift is not taken",
    requantizer[0],
    { mutant: "slice: bits 3 to 3 for 2 to 2", line: "more.or(shift.bit(place)" },
  ],
];

test.each(mistakes)("disproved: %s", async (_, property, mistake) => {
  if (!property) throw new Error("there is no such property");
  const verdict = await proveBroken(property, mistake);
  expect(verdict.verdict).toBe("disproved");
  if (verdict.verdict === "disproved") expect(verdict.trace.cycles).toBeGreaterThan(0);
});

test("a buffer of one word still lets a job be aborted among its weights", async () => {
  const property = controllerProperties({ words: 1, headerBeats: 1, inFlight: 7 }).at(-1);
  expect(property?.name).toContain("aborted among its weights");
  expect(property && (await prove(property)).verdict).toBe("proved");
});
