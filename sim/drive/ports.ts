// The ports that models drive and read, checked against those of the module.

import type { ir } from "@chisel-ts/core";
import { listed } from "../signals.ts";
import { axiLiteInputs, axiLiteOutputs, type Model, type Models } from "./models.ts";
import { checkBurst, checkMemory, checkUntil } from "./parameters.ts";

/** A port, and what a model does with it. */
interface Wanted {
  readonly name: string;
  readonly direction: "input" | "output";
  /** The only width that it may have, or the most. */
  readonly width?: number;
  readonly maximum?: number;
}

const flag = (name: string, direction: "input" | "output"): Wanted => ({
  name,
  direction,
  width: 1,
});

const many = (names: readonly string[], direction: "input" | "output"): Wanted[] =>
  names.map((name) => ({ name, direction }));

/** The ports of a model. */
function wantedBy(model: Model): Wanted[] {
  if (model.kind === "source" || model.kind === "sink") {
    const [to, from] =
      model.kind === "source" ? (["input", "output"] as const) : (["output", "input"] as const);
    const last = model.last === undefined ? [] : [flag(model.last, to)];
    return [flag(model.valid, to), flag(model.ready, from), ...last, ...many(model.data, to)];
  }
  if (model.kind === "registers") {
    const { ports } = model;
    const of = (keys: readonly (keyof typeof ports)[], direction: "input" | "output"): Wanted[] =>
      keys.map((key) => {
        const name = ports[key] ?? "";
        return /valid|ready/.test(key) ? flag(name, direction) : { name, direction, maximum: 32 };
      });
    const strobe = ports.wstrb === undefined ? [] : of(["wstrb"], "input");
    return [...of(axiLiteInputs, "input"), ...strobe, ...of(axiLiteOutputs, "output")];
  }
  if (model.kind === "until") return [];
  if (model.kind === "burst") {
    const { request, data, store } = model;
    const address = { direction: "output", maximum: addressBits } as const;
    return [
      ...[flag(request.valid, "output"), flag(request.ready, "input")],
      { name: request.address, ...address },
      { name: request.beats, direction: "output", maximum: 32 },
      ...[flag(data.valid, "input"), flag(data.ready, "output")],
      { name: data.bits, direction: "input" },
      ...[flag(store.valid, "output"), flag(store.ready, "input")],
      { name: store.address, ...address },
      { name: store.byte, direction: "output", width: 8 },
    ];
  }
  const { request, response } = model;
  return [
    ...[flag(request.valid, "output"), flag(request.ready, "input")],
    { name: request.address, direction: "output", maximum: 32 },
    ...(request.write === undefined ? [] : [flag(request.write, "output")]),
    ...many(request.data ?? [], "output"),
    ...[flag(response.valid, "input"), flag(response.ready, "output")],
    ...many(response.data, "input"),
  ];
}

/** A model whose ports exist, and its name. */
export interface NamedModel {
  readonly name: string;
  readonly model: Model;
}

/** Addresses of bytes are whole numbers that JavaScript has exactly. */
const addressBits = 53;

/** Models beyond this many have no bit in a list of those to wait for. */
const maxModels = 32;

/**
 * The models of an `open`, checked against the ports.
 *
 * @throws RangeError for a port that is missing, goes the other way, is too wide or is driven by two models.
 */
export function checkModels(
  module: ir.ModuleIr,
  models: unknown,
  watch: readonly string[] = [],
): NamedModel[] {
  if (typeof models !== "object" || models === null)
    throw new RangeError('models is an object such as { weight: streamSource(module, "weight") }');
  const list = Object.entries(models as Models).map(
    ([name, model]): NamedModel => ({ name, model }),
  );
  if (list.length > maxModels)
    throw new RangeError(`${list.length} models: at most ${maxModels} are possible`);
  const ports = new Map(module.portList.map((port) => [port.name, port]));
  const drivers = new Map<string, string>();
  for (const { name, model } of list) {
    if (!kinds.includes(model?.kind))
      throw new RangeError(`${name} is no model: its kind is ${kinds.join(", ")}`);
    for (const wanted of wantedBy(model)) checkPort({ module, ports, drivers }, name, wanted);
    if (model.kind === "memory") checkMemory(name, model, ports);
    if (model.kind === "burst") checkBurst(name, model, ports);
    if (model.kind === "until") checkUntil(name, model, { module, ports, watch });
  }
  return list;
}

const kinds: readonly Model["kind"][] = ["source", "sink", "registers", "memory", "burst", "until"];

/** The ports of a module by name, and the models that drive them so far. */
interface Ports {
  readonly module: ir.ModuleIr;
  readonly ports: ReadonlyMap<string, ir.PortInfo>;
  readonly drivers: Map<string, string>;
}

function checkPort({ module, ports, drivers }: Ports, model: string, wanted: Wanted): void {
  const port = ports.get(wanted.name);
  if (!port)
    throw new RangeError(
      `${model}: ${module.name} has no port ${wanted.name}; it has ${listed("port", ports.keys())}`,
    );
  const { direction, type } = port;
  if (direction !== wanted.direction)
    throw new RangeError(
      `${model}: ${wanted.name} of ${module.name} is an ${direction}, an ${wanted.direction} is needed`,
    );
  const { width = type.width, maximum = type.width } = wanted;
  if (type.width !== width || type.width > maximum) {
    const bits = wanted.width === undefined ? `at most ${maximum} bits` : `${width} bit`;
    throw new RangeError(
      `${model}: ${wanted.name} of ${module.name} has ${type.width} bits, ${bits} are needed`,
    );
  }
  if (direction === "output") return;
  const other = drivers.get(wanted.name);
  if (other !== undefined)
    throw new RangeError(`${wanted.name} of ${module.name} is driven by ${other} and by ${model}`);
  drivers.set(wanted.name, model);
}

/** The input ports that models drive, by name, with the model of each. */
export function drivenPorts(models: readonly NamedModel[]): Map<string, string> {
  return new Map(
    models.flatMap(({ name, model }) =>
      wantedBy(model)
        .filter(({ direction }) => direction === "input")
        .map((port) => [port.name, name] as const),
    ),
  );
}
