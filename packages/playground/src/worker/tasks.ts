import type { ir } from "rf8";
import type { Proof, TaskName, Tasks } from "../protocol.ts";
import { schematicOf } from "./netlist.ts";
import { allOf, program, runProgram } from "./program.ts";
import type { Module } from "./watcher.ts";
import { waveData } from "./waves.ts";

type Performed = {
  [T in TaskName]: (
    given: Tasks[T]["in"],
    progress: (text: string) => void,
  ) => Promise<Tasks[T]["out"]>;
};

/** A module of the program, or one inside of them. @throws RangeError when there is none of that name. */
function find(name: string): Module {
  const found = allOf(program).get(name);
  if (!found) throw new RangeError(`the program has no module ${name}`);
  return found;
}

/** A reference that the program exports, or the one that rf8 has for its own circuits. */
async function referenceFor(module: Module) {
  const { referenceOf } = await import("rf8/verification");
  const own = program.exports.reference;
  if (typeof own === "function")
    return { reference: own as ReturnType<typeof referenceOf>, named: "the program's reference" };
  try {
    return { reference: referenceOf(module), named: "rf8's model" };
  } catch {
    return undefined;
  }
}

export const tasks: Performed = {
  run: ({ code }) => runProgram(code),

  async verilog({ module }) {
    const { emitDesign } = await import("rf8");
    return emitDesign(find(module)).files.map(({ name, text }) => ({ name, text }));
  },

  async simulate({ module: name, cycles, seed }) {
    const [{ engines, record }, { RandomStimulus }] = await Promise.all([
      import("rf8"),
      import("rf8/verification"),
    ]);
    const module = find(name);
    const registers = [...(module as ir.ModuleIr).registers.keys()].map(
      (register) => register.name,
    );
    const ports = module.portList.map((port) => port.name);
    const shown = [...new Set([...ports, ...registers])];
    const { dut, wave } = record(engines.wasm, module, shown);
    try {
      dut.observeBatch(new RandomStimulus(module, seed).block(cycles).columns, cycles);
      return waveData(wave(), module as ir.ModuleIr);
    } finally {
      dut.close();
    }
  },

  schematic: async ({ module }) => schematicOf(find(module) as ir.ModuleIr),

  async prove({ module: name }, progress) {
    const [{ checkProperties, prove, propertiesOf }, { catalogue }] = await Promise.all([
      import("rf8/verification"),
      import("rf8"),
    ]);
    const module = find(name);
    const properties = catalogue.some((circuit) => circuit.name === name)
      ? propertiesOf(name, module.parameters)
      : checkProperties(module);
    const proofs: Proof[] = [];
    for (const property of properties) {
      progress(`${proofs.length} of ${properties.length}: ${property.name}`);
      const found = await prove(property);
      const detail =
        "reason" in found
          ? found.reason
          : found.verdict === "disproved"
            ? `a run of ${found.trace.cycles} cycles breaks it`
            : found.depth > 0
              ? `${found.method}, depth ${found.depth}`
              : found.method;
      proofs.push({ name: property.name, verdict: found.verdict, detail, seconds: found.seconds });
    }
    return proofs;
  },

  async verify({ module: name }) {
    const { verify } = await import("rf8/verification");
    const module = find(name);
    const known = await referenceFor(module);
    if (!known)
      throw new RangeError(`${name} has no model: export function reference(columns, cycles)`);
    const started = performance.now();
    const { vectors, mismatches } = await verify(module, known);
    return { vectors, mismatches, milliseconds: performance.now() - started };
  },

  async synthesize({ module, goal }, progress) {
    const { synthesize, verilogOf } = await import("rf8/cost");
    const design = verilogOf(find(module));
    const found = await synthesize(design, {
      goal,
      onStep: (done, total, command) => progress(`${done} of ${total}: ${command}`),
    });
    return {
      goal,
      area: found.area_ge,
      delay: found.delay_fo4,
      sequential: found.sequential_ge,
      tool: `${found.tool}, generic technology by logical effort`,
      ...(found.critical_path && {
        ends: { from: found.critical_path.from, to: found.critical_path.to },
      }),
      cells: Object.entries(found.cells).sort(([, a], [, b]) => b - a),
      path: (found.critical_path?.points ?? []).map(({ net, cell, arrival_fo4 }) => ({
        net: net ?? "",
        cell: cell ?? "",
        arrival: arrival_fo4,
      })),
    };
  },

  async mutate({ module: name }, progress) {
    const { mutate } = await import("rf8/verification");
    const module = find(name);
    const known = await referenceFor(module);
    if (!known)
      throw new RangeError(`${name} has no model: export function reference(columns, cycles)`);
    const mutants = await mutate(module, {
      reference: known.reference,
      onOutcome: (done, total) => progress(`${done} of ${total} mutants`),
    });
    const count = (wanted: string): number =>
      mutants.filter(({ outcome }) => outcome === wanted).length;
    return {
      killed: count("killed"),
      equivalent: count("equivalent"),
      reference: known.named,
      survivors: mutants.filter(({ outcome }) => outcome === "survived").map(({ what }) => what),
    };
  },

  async test(_, progress) {
    const tests = Object.entries(program.exports).filter(
      (entry): entry is [string, () => unknown] =>
        typeof entry[1] === "function" && /^(test|property)/.test(entry[0]),
    );
    if (tests.length === 0)
      throw new RangeError(
        "the program has no tests: export functions whose names begin with test",
      );
    const outcomes = [];
    for (const [name, run] of tests) {
      progress(name);
      const started = performance.now();
      let failure: string | undefined;
      try {
        await run();
      } catch (error) {
        failure = error instanceof Error ? error.message : String(error);
      }
      const milliseconds = performance.now() - started;
      outcomes.push({ name, milliseconds, ...(failure !== undefined && { failure }) });
    }
    return outcomes;
  },

  async inspect({ name, bytes }, progress) {
    const { bytesSource, inspectCheckpoint } = await import("rf8/checkpoint");
    const source = bytesSource(name, new Uint8Array(bytes));
    const reports = await inspectCheckpoint(source, (done, total, tensor) =>
      progress(`${Math.round((100 * done) / Math.max(1, total))} %: ${tensor}`),
    );
    const tensors = reports.map((report) => ({
      name: report.name,
      shape: report.shape.join(" × "),
      dtype: report.dtype,
      elements: report.elements,
      sqnr: report.sqnr_db,
      entropy: report.entropy_bits,
      bias: typeof report.bias === "number" ? report.bias : null,
      nu: report.gg_nu,
      nonFinite: report.non_finite ?? 0,
      histogram: report.histogram?.values ?? [],
    }));
    return { file: name, tensors };
  },
};
