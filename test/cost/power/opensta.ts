import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { GateCircuit } from "../../../src/cost/gates/circuit.ts";
import type { Activity } from "../../../src/cost/gates/simulate.ts";
import {
  constant,
  difference,
  type Expression,
  not,
  parseExpression,
  pin,
  pinsOf,
  substitute,
} from "../../../src/cost/liberty/expression.ts";
import { PowerReader } from "../../../src/cost/liberty/power.ts";
import { lookup } from "../../../src/cost/liberty/table.ts";
import type { Mapped, PowerMeasurement } from "../../../src/cost/power/measure.ts";
import { surroundingsOf } from "../../../src/cost/power/measure.ts";
import type { Bit } from "../../../src/cost/synthesis/netlist.ts";
import { netlistNames, writeVerilog } from "../../../src/cost/synthesis/verilog.ts";
import { type Edge, edges, opposite } from "../../../src/cost/timing/arc.ts";

export interface StaPower {
  readonly internal: number;
  readonly switching: number;
  readonly leakage: number;
  readonly total: number;
}

/** OpenSTA's `report_power` in watts by group, of the activities and duties of a measurement. */
export function openStaPower(
  { netlist, library, references: { driver, outputLoadFf } }: Mapped,
  liberty: string,
  { circuit, activity }: PowerMeasurement,
  clockMhz: number,
): Record<string, StaPower> {
  const folder = mkdtempSync(join(tmpdir(), "rf8-power-"));
  try {
    const period = 1e6 / clockMhz / library.timeUnitPs;
    const names = netlistNames(netlist);
    const lines = circuit.instances.flatMap(({ pins }, at) =>
      pins.flatMap(({ pin, net }) => {
        const value = typeof net === "number" ? circuit.valueAt.get(net) : undefined;
        if (value === undefined) return [];
        const [toggles, ones] = [activity.toggles[value]!, activity.ones[value]!];
        return `sta::set_power_pin_activity [get_pins {${names.instances[at]}/${pin.name}}] ${toggles / activity.cycles} ${ones / activity.cycles}`;
      }),
    );
    for (const [port, bits] of Object.entries(netlist.inputs)) {
      bits.forEach((net, at) => {
        const value = circuit.valueAt.get(net);
        if (value === undefined) return;
        const [toggles, ones] = [activity.toggles[value]!, activity.ones[value]!];
        const name = bits.length > 1 ? `${port}[${at}]` : port;
        lines.push(
          `sta::set_power_input_port_activity [get_ports {${name}}] ${toggles / activity.cycles} ${ones / activity.cycles}`,
        );
      });
    }
    writeFileSync(join(folder, "cells.lib"), liberty);
    writeFileSync(join(folder, "n.v"), writeVerilog("top", netlist, []));
    writeFileSync(
      join(folder, "run.tcl"),
      `read_liberty cells.lib
read_verilog n.v
link_design top
create_clock -name clk -period ${period} ${"clock" in netlist.inputs ? "[get_ports clock]" : ""}
set inputs [list]
foreach port [all_inputs] { if {[get_property $port full_name] ne "clock"} { lappend inputs $port } }
set_input_delay 0 -clock clk $inputs
set_driving_cell -lib_cell ${driver.cell.name} $inputs
set_load ${outputLoadFf / library.capacitiveUnitFf} [all_outputs]
set_load 0 [get_nets *]
${lines.join("\n")}
report_power -digits 8
`,
    );
    const run = spawnSync("sta", ["-exit", "-no_splash", "run.tcl"], {
      cwd: folder,
      encoding: "utf8",
    });
    if (/^Error/m.test(run.stdout + run.stderr)) throw new Error(run.stdout + run.stderr);
    return Object.fromEntries(
      [
        ...run.stdout.matchAll(/^(Sequential|Combinational|Total) +(\S+) +(\S+) +(\S+) +(\S+)/gm),
      ].map(([, group, ...figures]) => {
        const [internal = 0, switching = 0, leakage = 0, total = 0] = figures.map(Number);
        return [group!.toLowerCase(), { internal, switching, leakage, total }];
      }),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** pJ a cycle of one group. */
interface GroupPower {
  internal: number;
  leakage: number;
}

const noPower = (): Record<"sequential" | "combinational", GroupPower> => ({
  sequential: { internal: 0, leakage: 0 },
  combinational: { internal: 0, leakage: 0 },
});

/** Share of the cases in which an expression holds, its pins independent of one another, as OpenSTA has it. */
function dutyOf(expression: Expression, of: (name: string) => number): number {
  switch (expression.kind) {
    case "constant":
      return Number(expression.value);
    case "pin":
      return of(expression.name);
    case "not":
      return 1 - dutyOf(expression.of, of);
    default: {
      const [a, b] = [dutyOf(expression.left, of), dutyOf(expression.right, of)];
      if (expression.kind === "and") return a * b;
      return expression.kind === "or" ? a + b - a * b : a * (1 - b) + b * (1 - a);
    }
  }
}

/** When an output follows a pin, where the function's last operation has the pin itself; XOR as if it were OR. */
function inferred(given: Expression, name: string): Expression | undefined {
  if (given.kind === "constant") return undefined;
  if (given.kind === "pin") return given.name === name ? constant(true) : undefined;
  if (given.kind === "not") return inferred(given.of, name);
  const isPin = (side: Expression): boolean => {
    const of = side.kind === "not" ? side.of : side;
    return of.kind === "pin" && of.name === name;
  };
  const other = isPin(given.left) ? given.right : isPin(given.right) ? given.left : undefined;
  return other && (given.kind === "and" ? other : not(other));
}

/** Changes of a net a cycle, and the share of the time in which it is 1: both edges and half of it for the clock. */
function ratesOf(
  { valueAt }: GateCircuit,
  clock: ReadonlySet<Bit>,
  { toggles, ones, cycles }: Activity,
) {
  const mean = (counts: ArrayLike<number>, net: Bit): number =>
    (counts[valueAt.get(net) ?? -1] ?? 0) / cycles;
  return {
    rate: (net: Bit): number => (clock.has(net) ? 2 : mean(toggles, net)),
    duty(net: Bit): number {
      if (typeof net === "string") return Number(net === "1");
      return clock.has(net) ? 0.5 : mean(ones, net);
    },
  };
}

/**
 * Internal power and leakage in pJ a cycle by group as OpenSTA 2.0.17 counts them, of our tables, loads and transitions: both edges for each
 * change; of an output, the changes of each input that pass, though several may pass at once; each state of the inputs in equal shares.
 */
export function asOpenSta(
  mapped: Mapped,
  { circuit, activity }: PowerMeasurement,
  clockMhz: number,
): Record<"sequential" | "combinational", GroupPower> {
  const { clock, energyPj, units, nets, loads } = surroundingsOf(mapped, circuit, clockMhz);
  const { rate, duty } = ratesOf(circuit, clock, activity);
  const reader = new PowerReader(mapped.library);
  const sums = noPower();
  for (const instance of circuit.instances) {
    const { cell, netAt, pins } = instance;
    const group = sums[cell.sequential ? "sequential" : "combinational"];
    const dutyAt = (name: string): number => duty(netAt.get(name) ?? "0");
    const power = reader.of(cell);
    for (const { pin, net } of pins) {
      for (const row of power.internal.filter((item) => item.pin === pin.name)) {
        const from = row.related === undefined ? net : netAt.get(row.related)!;
        // It takes the transition of the same edge, whether the cell inverts or not.
        const slew = (edge: Edge) => (clock.has(from) ? 0 : (nets.get(from)?.slew[edge] ?? 0));
        const pj = edges.reduce(
          (sum, edge) =>
            sum + energyPj * lookup(row.energy[edge]!, slew(edge), loads.get(net) ?? 0),
          0,
        );
        if (pin.direction !== "output") {
          group.internal +=
            pj * rate(net) * (row.when ? dutyOf(row.when, dutyAt) : clock.has(net) ? 1 : 0.5);
          continue;
        }
        const condition = inferred(parseExpression(pin.function!)!, row.related!);
        if (condition) group.internal += pj * rate(from) * dutyOf(condition, dutyAt);
        else group.internal += pj * rate(net) * (clock.has(from) ? 1 : 0.5);
      }
    }
    for (const { when, power: watts } of power.leakage) {
      const inputs = when ? [...pinsOf(when)].map((name) => cell.pins.get(name)!) : [];
      const share = inputs
        .filter(({ direction }) => direction === "input")
        .reduce((product, { name }) => product / (clock.has(netAt.get(name)!) ? 4 : 2), 1);
      group.leakage += (share * watts * units.leakageUnitW * 1e6) / clockMhz;
    }
  }
  return sums;
}

/** Share of the cases in which an expression holds, its pins independent of one another: exact, over all values of its pins. */
function exactDuty(expression: Expression, of: (name: string) => number): number {
  const [name] = pinsOf(expression);
  if (name === undefined) return Number(expression.kind === "constant" && expression.value);
  const fixed = (value: boolean): Expression =>
    substitute(expression, (other) => (other === name ? constant(value) : pin(other)));
  return of(name) * exactDuty(fixed(true), of) + (1 - of(name)) * exactDuty(fixed(false), of);
}

/**
 * Internal power and leakage in pJ a cycle by group as OpenSTA has counted them since May 2020 (power/Power.cc): the mean of both
 * edges for each change; the changes of an output shared among its inputs in the ratio of their changes with which it follows
 * them; a state's share the product of its pins' duties.
 */
export function asLaterOpenSta(
  mapped: Mapped,
  { circuit, activity }: PowerMeasurement,
  clockMhz: number,
): Record<"sequential" | "combinational", GroupPower> {
  const { clock, energyPj, units, nets, loads } = surroundingsOf(mapped, circuit, clockMhz);
  const { rate, duty } = ratesOf(circuit, clock, activity);
  const reader = new PowerReader(mapped.library);
  const sums = noPower();
  for (const { cell, netAt, pins } of circuit.instances) {
    const group = sums[cell.sequential ? "sequential" : "combinational"];
    const dutyAt = (name: string): number => duty(netAt.get(name) ?? "0");
    const power = reader.of(cell);
    const isOf = (text: string | undefined, name: string): boolean =>
      text !== undefined && pinsOf(parseExpression(text)!).has(name);
    for (const { pin: port, net } of pins) {
      const rows = power.internal.filter((item) => item.pin === port.name);
      const energyOf = (row: (typeof rows)[number], from: Bit | undefined): number => {
        const arc = port.timing.find(({ relatedPin }) => relatedPin === row.related);
        const slew = (edge: Edge): number =>
          from === undefined || clock.has(from)
            ? 0
            : (nets.get(from)?.slew[arc?.sense === "negative_unate" ? opposite[edge] : edge] ?? 0);
        return edges.reduce(
          (sum, edge) =>
            sum + (energyPj * lookup(row.energy[edge]!, slew(edge), loads.get(net) ?? 0)) / 2,
          0,
        );
      };
      if (port.direction !== "output") {
        for (const row of rows) {
          const output = [...(row.when ? pinsOf(row.when) : [])].find(
            (name) => cell.pins.get(name)?.direction === "output",
          );
          const written = output === undefined ? undefined : cell.pins.get(output)?.function;
          const share = isOf(written, port.name)
            ? exactDuty(difference(parseExpression(written!)!, port.name), dutyAt)
            : row.when
              ? exactDuty(row.when, dutyAt)
              : 1;
          group.internal += energyOf(row, net) * share * rate(net);
        }
        continue;
      }
      const weights = rows.map((row) => {
        if (row.related === undefined) return 0;
        const follows = isOf(port.function, row.related)
          ? exactDuty(difference(parseExpression(port.function!)!, row.related), dutyAt)
          : row.when
            ? exactDuty(row.when, dutyAt)
            : 0.5;
        return rate(netAt.get(row.related)!) * follows;
      });
      for (const supply of new Set(rows.map((row) => row.supply))) {
        const own = (at: number): boolean => rows[at]!.supply === supply;
        const total = weights.reduce((sum, weight, at) => sum + (own(at) ? weight : 0), 0);
        rows.forEach((row, at) => {
          if (own(at) && total > 0)
            group.internal +=
              (weights[at]! / total) *
              energyOf(row, row.related === undefined ? undefined : netAt.get(row.related)) *
              rate(net);
        });
      }
    }
    for (const { when, power: watts } of power.leakage)
      group.leakage +=
        ((when ? exactDuty(when, dutyAt) : 1) * watts * units.leakageUnitW * 1e6) / clockMhz;
  }
  return sums;
}
