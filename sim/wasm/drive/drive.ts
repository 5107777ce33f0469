// Compiles the loop that runs models together with the circuit.

import { at } from "@chisel-ts/core";
import type { Port } from "../../cells.ts";
import type { Model } from "../../drive/models.ts";
import { edgeFunctions, type Unit } from "../compile.ts";
import { Code } from "../encoder.ts";
import { add, constant, isZero, load, or, type Statement, type Value } from "../statement.ts";
import type { AgentCode, Field, Surroundings } from "./agent.ts";
import { burstCode } from "./burst.ts";
import type { Area, DriveLayout } from "./layout.ts";
import { memoryCode } from "./memory.ts";
import { copyPacked, outputValue, setInput, writePacked } from "./ports.ts";
import { scriptCode } from "./registers.ts";
import { sinkCode } from "./sink.ts";
import { sourceCode } from "./source.ts";
import { untilCode } from "./until.ts";

/** The signals that models look at in every cycle, not only where something is valid. */
function watchedBy(model: Model): readonly string[] {
  switch (model.kind) {
    case "source":
      return [model.ready];
    case "sink":
      return [model.valid];
    case "memory":
      return [model.request.valid, model.response.ready];
    case "burst":
      return [model.request.valid, model.data.ready, model.store.valid];
    case "until":
      return [model.signal];
    case "registers": {
      const { awready, wready, bvalid, bresp, arready, rvalid, rdata, rresp } = model.ports;
      return [awready, wready, bvalid, bresp, arready, rvalid, rdata, rresp];
    }
  }
}

const codeOf: {
  readonly [K in Model["kind"]]: (
    model: Extract<Model, { kind: K }>,
    surroundings: Surroundings,
  ) => AgentCode;
} = {
  source: sourceCode,
  sink: sinkCode,
  registers: scriptCode,
  memory: memoryCode,
  burst: burstCode,
  until: untilCode,
};

/**
 * `drive(mostCycles)` runs models with the circuit: in every cycle they set inputs, `watch` computes what they look at,
 * those that wait for it look, then all, and the clock rises.
 */
export function driveFunctions(unit: Unit, { areas, cycle }: DriveLayout): Code[] {
  const { netlist } = unit.plan;
  const { layout } = unit;
  const inputs = new Map(netlist.inputs.map((port) => [port.name, port]));
  const inputOf = (name: string): Port => at(inputs, name);
  const outputOf = (name: string): Port => ({ name, ...at(netlist.signals, name) });
  const now = load(constant(0), cycle);
  const left = areas.map(({ words }) => words.get("left"));
  const functions: Code[] = [];
  const calls: Calls = { present: [], look: [], observe: [] };
  const define = (verb: keyof Calls, index: number, statements: readonly Statement[]): void => {
    if (statements.length === 0) return;
    const code = new Code(`${verb}_${index}`, []);
    for (const statement of statements) statement(code);
    functions.push(code);
    calls[verb].push(code.name);
  };
  areas.forEach((area, index) => {
    const { named, outgoing } = area;
    for (const { capture, ports, staging } of outgoing) {
      const captured = ports.map(outputOf);
      functions.push(
        ...unit.settle(
          capture,
          captured.map(({ slot }) => slot),
          (cycle) => writePacked(cycle, captured, staging),
        ),
      );
    }
    const surroundings: Surroundings = {
      ...area,
      cycle: now,
      left,
      output: (name) => outputValue(layout, outputOf(name)),
      input: (name, value) => setInput(layout.slots, inputOf(name), value),
      inputs: (names, from) => copyPacked(layout.slots, names.map(inputOf), from),
      ones: (name) => 2 ** inputOf(name).type.width - 1,
    };
    const compile = codeOf[named.model.kind] as (
      model: Model,
      surroundings: Surroundings,
    ) => AgentCode;
    const { present, look = [], observe } = compile(named.model, surroundings);
    define("present", index, present);
    define("look", index, look);
    define("observe", index, observe);
  });
  const watched = areas
    .flatMap(({ named }) => watchedBy(named.model))
    .map((name) => outputOf(name).slot);
  functions.push(
    ...unit.settle("watch", watched, (cycle) => {
      for (const slot of new Set(watched)) cycle.save(slot);
    }),
  );
  return [...functions, ...edgeFunctions(unit), driveLoop(areas, cycle, calls)];
}

/** The functions of all models that are called at a time in a cycle. */
type Calls = Readonly<Record<keyof AgentCode, string[]>>;

function driveLoop(areas: readonly Area[], cycle: number, calls: Calls): Code {
  const drive = new Code("drive", ["i32"]);
  const any = (field: Field): Value =>
    areas.map(({ words }) => words.get(field)).reduce(or, constant(0));
  const each = (verb: keyof Calls): void => {
    for (const name of calls[verb]) drive.call(name);
  };
  const now = load(constant(0), cycle);
  each("present");
  drive.emit("block", "loop");
  drive.call("watch");
  each("look");
  isZero(any("left"))(drive);
  drive.branch("br_if", 1);
  now(drive);
  drive.get(0).emit("i32.eq").branch("br_if", 1);
  each("observe");
  any("violation")(drive);
  drive.branch("br_if", 1).call("edge");
  drive.i32(0);
  add(now, constant(1))(drive);
  drive.memory("i32.store", cycle);
  each("present");
  return drive.branch("br", 0).emit("end", "end");
}
