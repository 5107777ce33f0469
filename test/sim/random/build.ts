import { createHash } from "node:crypto";
import {
  type Bundle,
  blackBox,
  clockEnable,
  type Target as Drivable,
  emitModule,
  input,
  instance,
  literal,
  type Module,
  module,
  modulesBelow,
  named,
  output,
  register,
  resetPortOf,
  resetStyle,
  type Signal,
  softReset,
  type UInt,
  uint,
} from "@chisel-ts/core";
import { Body, typeOf } from "./body.ts";
import { addChoice } from "./choices.ts";
import { convert, fold } from "./combine.ts";
import { addInstances, type Child } from "./instances.ts";
import { Naming } from "./naming.ts";
import { nodesOf } from "./nodes.ts";
import { apply, pattern } from "./operations.ts";
import { limits, type Recipe } from "./recipe.ts";
import { addMemory, addRegister, addTable } from "./state.ts";

/** Words that a circuit computes in a cycle at most, roughly: what one circuit costs is bounded. */
const budget = 600;

/**
 * What an engine asks of circuits. Icarus starts state without reset as x: such state is read as 0 in the
 * first cycle, and known from then on. Verilator has no signed products above 512 bits (its
 * VL_MULS_MAX_WORDS) and no constant distances of 2^32 or more.
 */
export type Target = "icarus" | "verilator" | "any";

/** The circuit of a recipe; its outputs show every value that nothing else reads. */
export const build = (recipe: Recipe, target: Target = "any"): Module =>
  child(recipe, "random", budget, target, true).module;

function child(recipe: Recipe, name: string, room: number, target: Target, top: boolean): Child {
  const { inputs, outputs, steps, stateless } = recipe;
  const limit = limits[recipe.size];
  const most = target === "verilator" ? { factor: 256, distance: 32 } : undefined;
  const bounds = { value: limit, factor: limit, distance: limit, ...most };
  const share = room / (1 + steps.filter((step) => "wiring" in step).length);
  const children = recipe.children.map((inner, i) =>
    child(inner, `${name}_${i}`, share / 8, target, false),
  );
  const naming = new Naming(recipe.names);
  const description = naming.description();
  const described = description === undefined ? {} : { description };
  const ownName = naming.shared(name);
  for (const port of ["p", "q", "r", "all", "shown", "started"]) naming.take(port);
  const inputNames = inputs.map((_, i) => naming.of(`i${i}`));
  const usable = stateless ? children.filter(({ module }) => !module.clocked) : children;
  const ports: Bundle = {
    ...Object.fromEntries(
      inputs.map((shape, i) => [inputNames[i]!, input(typeOf(shape), naming.description())]),
    ),
    ...Object.fromEntries(
      Object.entries(outputs).map(([port, shape]) => [
        port,
        output(typeOf(shape), naming.description()),
      ]),
    ),
    ...(top ? { all: output(uint(limit)) } : {}),
  };
  const built = module({ name: ownName, ports, ...described }, (raw) => {
    const io = raw as unknown as Record<string, Drivable<Signal>>;
    const body = new Body(limit, target === "icarus");
    inputs.forEach((_, i) => {
      body.add(io[inputNames[i]!]!.asUInt(), 1 + (i % 2));
    });
    steps.forEach((step, index) => {
      // Without state there is no way on for a value that depends on both sides.
      const sideOf = (side: number): number => (stateless ? 1 + (side % 2) : side);
      if ("wiring" in step) {
        addInstances(body, { ...step, side: sideOf(step.side) }, index, usable, share, naming);
      } else if ("operation" in step) {
        const side = sideOf(step.side);
        const operands = [step.a, step.b, step.c].map((n) => body.find(side, n));
        const signals = operands.map(({ signal }) => signal);
        const result = apply(step, signals, bounds);
        body.compute(result, operands);
        if (recipe.names > 0 && step.n % 3 === 0) named({ [naming.value()]: result });
      } else if ("words" in step) {
        addTable(body, { ...step, side: sideOf(step.side) }, index, naming);
      } else if (stateless) {
        return;
      } else if ("arms" in step) {
        addChoice(body, step, index);
      } else if (step.state === "memory") {
        addMemory(body, step, index, naming);
      } else {
        addRegister(body, step, index, naming);
      }
    });
    for (const set of body.feedback) set();

    const last = (side: number): UInt[] =>
      body.values
        .filter(({ reads }) => reads === side)
        .slice(-1)
        .map(({ signal }) => signal);
    const drive = (port: string, values: readonly UInt[]): void => {
      const out = io[port]!;
      out.set(convert(fold(values), out.type) as never);
    };
    drive("p", [...last(1), ...body.unread(1)]);
    drive("q", [...last(2), ...body.unread(2)]);
    const rest = body.unread(3);
    if (top) drive("all", rest);
    if (stateless)
      drive("r", [literal(uint(outputs.r.width), pattern(steps.length, outputs.r.width))]);
    else {
      const state = register("shown", typeOf(outputs.r), { reset: 0 });
      io.r!.set(state as never);
      state.set(convert(fold(rest), state.type) as never);
    }
  });
  const weights = new Map(children.map(({ module, weight }) => [module, weight]));
  const placed = built.instances.map((instance) => weights.get(instance.module as Module) ?? 0);
  const words = [...nodesOf(built)].map((node) =>
    node.kind === "operation" ? Math.ceil(node.width / 64) : 0,
  );
  const weight = [...placed, ...words].reduce((sum, n) => sum + n, 1);
  const finished = styled(gated(built, recipe), recipe, { top, target });
  const whole = top || recipe.box < 8 ? finished : boxed(finished, `${name}_box`, recipe.box === 9);
  return { module: wrapped(whole, recipe.wraps), weight };
}

/** The module as a black box, whose Verilog, where it is given, is what the emitter writes of it. */
function boxed(model: Module, name: string, isWritten: boolean): Module {
  const port = resetPortOf(model);
  const reset = port === undefined ? {} : { reset: { port, active: model.reset.active } };
  const common = { ports: model.ports, model, ...(model.clocked && { clock: "clock", ...reset }) };
  if (!isWritten || model.instances.length > 0) return blackBox({ ...common, name });
  // Other circuits may stand in the same design: a name is that of one text.
  const hash = createHash("sha256").update(emitModule(model)).digest("hex").slice(0, 16);
  const unique = `box_${hash}`;
  return blackBox({ ...common, name: unique, verilog: emitModule({ ...model, name: unique }) });
}

const gated = (module: Module, { gate }: Recipe): Module => {
  // Nothing reaches into a black box that has a clock.
  const isClosed = modulesBelow(module).some(({ external, clocked }) => external && clocked);
  if (!module.clocked || gate < 5 || isClosed) return module;
  const enabled = gate === 6 ? module : (clockEnable(module, "gate_enable") as Module);
  return gate === 5 ? enabled : (softReset(enabled, "gate_clear") as Module);
};

/** The top has a reset, which begins every run. */
function styled(module: Module, recipe: Recipe, { top, target }: Where): Module {
  const style = styles[recipe.reset];
  if (!module.clocked || style === undefined) return module;
  // Odd names have `reset_n` among them, which is refused where the reset is called so.
  if (style.active === "low" && hasOddNames(recipe)) return module;
  // Without a reset, what Icarus knows nothing of during the reset of the others would stay.
  const needsReset = top || target === "icarus";
  // A black box with a reset needs one around it.
  const asks = needsReset || modulesBelow(module).some(({ external }) => external?.reset);
  return resetStyle(module, asks && style.kind === "none" ? { kind: "asynchronous" } : style);
}

interface Where {
  readonly top: boolean;
  readonly target: Target;
}

const hasOddNames = ({ names, children }: Recipe): boolean =>
  names > 0 || children.some(hasOddNames);

const styles: readonly Parameters<typeof resetStyle>[1][] = [
  { kind: "asynchronous" },
  { kind: "asynchronous", active: "low" },
  { kind: "synchronous", active: "low" },
  { kind: "none" },
];

/** A module inside as many others, which pass everything on. */
function wrapped(inner: Module, levels: number): Module {
  let outer = inner;
  for (let level = 0; level < levels; level++) {
    const child = outer;
    outer = module({ name: `wrap_${level}`, ports: inner.ports }, (raw) => {
      const io = raw as unknown as Record<string, Drivable<Signal>>;
      const ports = Object.keys(inner.ports);
      const outputs = new Set(inner.outputs.map((wire) => wire.name));
      const inputs = Object.fromEntries(
        ports.filter((port) => !outputs.has(port)).map((port) => [port, io[port]!]),
      );
      const placed = instance("inner", child, inputs as never) as Record<string, Signal>;
      for (const port of outputs) io[port]!.set(placed[port] as never);
    });
  }
  return outer;
}
