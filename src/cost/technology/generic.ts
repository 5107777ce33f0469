import { at } from "@chisel-ts/core";
import {
  type CombinationalCell,
  combinationalCells,
  type FlipFlopCell,
  flipFlopCells,
  latches,
} from "./cells.ts";
import { half, internalEnergy, nominal } from "./energy.ts";
import { type Path, stagesOf } from "./stages.ts";

/** τ in the time unit of the text: an FO4 inverter, parasitic 1 and a load of 4, takes 100 of them. */
const tau = 20;

/** Points of the tables: straight lines, but abc's `map` fails on an axis of two points. */
const loads = [0, 1, 4, 16, 64];
const transitions = [0, 100, 1000];

const number = (value: number): string => String(Number(value.toFixed(6)));

/**
 * Cells of a row touch at a gap: a cell is as many gate pitches wide as it has pairs of transistors, and
 * one more. A NAND2 of drive 1, the gate equivalent, is three pitches.
 */
const area = (pairs: number): number => pairs + 1;

const table = (kind: string, start: number, drive: number): string => {
  const row = `"${loads.map((load) => number((start + load / drive) * tau)).join(", ")}"`;
  return `        ${kind} (linear) { values (${transitions.map(() => row).join(", ")}); }\n`;
};

function timing(related: string, type: string, { delay, inverts }: Path, drive: number): string {
  const sense = inverts.length > 1 ? "non_unate" : inverts[0] ? "negative_unate" : "positive_unate";
  const tables = ["rise", "fall"].map(
    (edge) => table(`cell_${edge}`, delay, drive) + table(`${edge}_transition`, 0, drive),
  );
  return (
    `      timing () {\n        related_pin : "${related}";\n        timing_sense : "${sense}";\n` +
    `        timing_type : "${type}";\n${tables.join("")}      }\n`
  );
}

const power = (energy: number, condition = ""): string => {
  const tables = ["rise", "fall"].map(
    (edge) => `${edge}_power (scalar) { values ("${number(energy)}"); }`,
  );
  return `      internal_power () { ${condition}${tables.join(" ")} }\n`;
};

const inputPin = (name: string, capacitance: number, rest = ""): string =>
  `    pin (${name}) {\n      direction : "input";\n      capacitance : ${number(capacitance)};\n${rest}    }\n`;

const outputPin = (name: string, written: string, arcs: string): string =>
  `    pin (${name}) {\n      direction : "output";\n      function : "${written}";\n${arcs}    }\n`;

const cell = (name: string, pairs: number, body: string): string =>
  `  cell (${name}) {\n    area : ${area(pairs)};\n${body}  }\n`;

function combinational(given: CombinationalCell, drive: number): string {
  const { structure, inputs } = given;
  const { capacitance, paths, pairs } = stagesOf(structure, drive);
  const arcs = [...paths].map(([pin, path]) => timing(pin, "combinational", path, drive));
  const energy = internalEnergy(structure, drive);
  const pins = inputs.map((pin) => {
    const own = energy.inputs.filter((node) => node.pin === pin);
    const rows = own.map((node) =>
      power(node.energy, node.when === undefined ? "" : `when : "${node.when}"; `),
    );
    return inputPin(pin, at(capacitance, pin), rows.join(""));
  });
  const output = outputPin("Y", given.function, arcs.join("") + power(energy.output));
  return cell(`${given.name}_X${drive}`, pairs, pins.join("") + output);
}

function flipFlop({ name, inputs, nextState, structure }: FlipFlopCell): string {
  const { capacitance, paths, pairs } = stagesOf(structure, 1);
  const pins = inputs.map((pin) => {
    const setup = number(((paths.get(pin)?.delay ?? 0) + latches.load + latches.setup) * tau);
    const constraint = ["rise", "fall"].map(
      (edge) => `        ${edge}_constraint (scalar) { values ("${setup}"); }\n`,
    );
    return inputPin(
      pin,
      at(capacitance, pin),
      `${pin === "D" ? power(half(latches.capacitance.data)) : ""}      timing () {\n        related_pin : "CK";\n        timing_type : "setup_rising";\n${constraint.join("")}      }\n`,
    );
  });
  const state = `    ff (IQ, IQN) {\n      clocked_on : "CK";\n      next_state : "${nextState}";\n    }\n`;
  const clocked = power(half(latches.capacitance.clock));
  const clock = inputPin("CK", 1, `      clock : "true";\n${clocked}`);
  const path: Path = { delay: latches.clockToOutput + 1, inverts: [false, true] };
  const changing = power(half(latches.capacitance.output), 'related_pin : "CK"; ');
  const output = outputPin("Q", "IQ", timing("CK", "rising_edge", path, 1) + changing);
  return cell(`${name}_X1`, pairs + latches.pairs, state + clock + pins.join("") + output);
}

/** Edges take no time here, but some readers want to know where they are measured. */
const threshold = (name: string, percent: number): string =>
  ["rise", "fall"].map((edge) => `  ${name}_${edge} : ${percent};\n`).join("");

/**
 * The generic technology as a Liberty text: area in gate pitches (3 are a NAND2 of drive 1), capacitance in
 * inputs of the inverter of drive 1, time in hundredths of an FO4 inverter delay. It is no foundry's:
 * delays are parasitic + effort · fan-out exactly, edges take no time, wires have no load. Energies are ½ C V² of the same
 * capacitances at a nominal 1 fF for an input of the inverter and 0.9 V; there is no leakage.
 *
 * @example
 * console.log(genericLiberty().includes("cell (NAND2_X1)")); // true
 */
export const genericLiberty = (): string =>
  `library (generic) {
  delay_model : "table_lookup";
  time_unit : "1ps";
  capacitive_load_unit (${nominal.inverterFf}, ff);
  voltage_unit : "1V";
  nom_voltage : ${nominal.volts};
  leakage_power_unit : "1nW";
${["input", "output"].map((pin) => threshold(`${pin}_threshold_pct`, 50)).join("")}${threshold("slew_lower_threshold_pct", 20)}${threshold("slew_upper_threshold_pct", 80)}  lu_table_template (linear) {
    variable_1 : "input_net_transition";
    variable_2 : "total_output_net_capacitance";
    index_1 ("${transitions.join(", ")}");
    index_2 ("${loads.join(", ")}");
  }
${combinationalCells.flatMap((given) => given.drives.map((drive) => combinational(given, drive))).join("")}${flipFlopCells.map(flipFlop).join("")}}
`;
