// Compiles the loop that runs models together with the circuit.

import type { Port } from "../../cells.ts";
import { elementBytes } from "../../column.ts";
import type { Model } from "../../drive/models.ts";
import { edgeFunctions, type Unit } from "../compile.ts";
import { Code } from "../encoder.ts";
import { add, constant, isZero, load, or, type Statement, type Value } from "../statement.ts";
import type { AgentCode, Field, Surroundings } from "./agent.ts";
import type { Area, DriveLayout } from "./layout.ts";
import { memoryCode } from "./memory.ts";
import { copyPacked, outputValue, setInput, writePacked } from "./ports.ts";
import { scriptCode } from "./registers.ts";
import { sinkCode } from "./sink.ts";
import { sourceCode } from "./source.ts";

/** The outputs that models look at in every cycle, not only where something is valid. */
function watchedBy(model: Model): readonly string[] {
  switch (model.kind) {
    case "source":
      return [model.ready];
    case "sink":
      return [model.valid];
    case "memory":
      return [model.request.valid, model.response.ready];
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
} = { source: sourceCode, sink: sinkCode, registers: scriptCode, memory: memoryCode };

/**
 * `drive(mostCycles)` runs models with the circuit: in every cycle they set inputs, `watch` computes what they look at,
 * they look at it, and the clock rises.
 */
export function driveFunctions(unit: Unit, { areas, cycle }: DriveLayout): Code[] {
  const { netlist } = unit.plan;
  const { layout } = unit;
  const outputs = new Map(netlist.outputs.map((port) => [port.name, port]));
  const inputs = new Map(netlist.inputs.map((port) => [port.name, port]));
  const portOf = (ports: ReadonlyMap<string, Port>, name: string): Port => {
    const port = ports.get(name);
    if (!port) throw new Error(`there is no port ${name}`);
    return port;
  };
  const now = load(constant(0), cycle);
  const left = areas.map(({ words }) => words.get("left"));
  const functions: Code[] = [];
  const define = (name: string, statements: readonly Statement[]): void => {
    const code = new Code(name, []);
    for (const statement of statements) statement(code);
    functions.push(code);
  };
  areas.forEach((area, index) => {
    const { named, captured } = area;
    const capture = `capture_${index}`;
    if (captured.length > 0) {
      const ports = captured.map((name) => portOf(outputs, name));
      functions.push(
        ...unit.settle(
          capture,
          ports.map(({ slot }) => slot),
          (cycle) => writePacked(cycle, ports, area.staging),
        ),
      );
    }
    const address =
      named.model.kind === "memory" ? portOf(outputs, named.model.request.address) : undefined;
    const surroundings: Surroundings = {
      ...area,
      cycle: now,
      capture,
      left,
      addressBytes: address ? elementBytes(address.type.width) : 0,
      output: (name) => outputValue(layout, portOf(outputs, name)),
      input: (name, value) => setInput(layout.slots, portOf(inputs, name), value),
      inputs: (names, from) =>
        copyPacked(
          layout.slots,
          names.map((name) => portOf(inputs, name)),
          from,
        ),
      ones: (name) => 2 ** portOf(inputs, name).type.width - 1,
    };
    const compile = codeOf[named.model.kind] as (
      model: Model,
      surroundings: Surroundings,
    ) => AgentCode;
    const { present, observe } = compile(named.model, surroundings);
    define(`present_${index}`, present);
    define(`observe_${index}`, observe);
  });
  const watched = areas
    .flatMap(({ named }) => watchedBy(named.model))
    .map((name) => portOf(outputs, name).slot);
  functions.push(
    ...unit.settle("watch", watched, (cycle) => {
      for (const slot of new Set(watched)) cycle.save(slot);
    }),
  );
  return [...functions, ...edgeFunctions(unit), driveLoop(areas, cycle)];
}

function driveLoop(areas: readonly Area[], cycle: number): Code {
  const drive = new Code("drive", ["i32"]);
  const any = (field: Field): Value =>
    areas.map(({ words }) => words.get(field)).reduce(or, constant(0));
  const each = (verb: string): void =>
    areas.forEach((_, index) => {
      drive.call(`${verb}_${index}`);
    });
  const now = load(constant(0), cycle);
  each("present");
  drive.emit("block", "loop");
  isZero(any("left"))(drive);
  drive.branch("br_if", 1);
  now(drive);
  drive.get(0).emit("i32.eq").branch("br_if", 1);
  drive.call("watch");
  each("observe");
  any("violation")(drive);
  drive.branch("br_if", 1).call("edge");
  drive.i32(0);
  add(now, constant(1))(drive);
  drive.memory("i32.store", cycle);
  each("present");
  return drive.branch("br", 0).emit("end", "end");
}
