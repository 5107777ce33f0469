// Runs models on any engine, port by port: the reference for the compiled ones.

import { at, type ir } from "@chisel-ts/core";
import type { Model } from "../models.ts";
import type { Runner } from "../outcome.ts";
import { drivenPorts, type NamedModel } from "../ports.ts";
import type { Agent, Pins, Surroundings } from "./agent.ts";
import { Burst } from "./burst.ts";
import { Memory } from "./memory.ts";
import { Script } from "./registers.ts";
import { Sink } from "./sink.ts";
import { Source } from "./source.ts";
import { Waiting } from "./until.ts";

/**
 * Runs models on any engine, a call for every port and edge: the meaning of models, as plainly as it can be said. In every
 * cycle each sets its inputs from what it saw before, so that none depends on an output of the same cycle; then all
 * look at the outputs, first those that wait for one.
 */
export function referenceRunner(
  module: ir.ModuleIr,
  models: readonly NamedModel[],
  pins: Pins,
): Runner {
  const memories = models.map(
    ({ model }) => new Uint8Array(model.kind === "burst" ? model.bytes : 0),
  );
  return (tasks, maxCycles) => {
    const agents: Agent[] = [];
    const over = (bits: number): boolean =>
      agents.every(({ left }, i) => ((bits >>> i) & 1) === 0 || left === 0);
    models.forEach(({ model }, index) => {
      const [task, kept] = [at(tasks, index), at(memories, index)];
      agents.push(agentOf(model, { module, pins, task, over, kept }));
    });
    const present = (cycle: number): void => {
      for (const agent of agents) agent.present(cycle);
    };
    let cycle = 0;
    for (present(0); ; present(++cycle)) {
      for (const agent of agents) agent.look?.();
      if (agents.every(({ left }) => left === 0) || cycle === maxCycles) break;
      for (const agent of agents) agent.observe(cycle);
      if (agents.some((agent) => agent.violation > 0)) break;
      pins.edge();
    }
    for (const port of drivenPorts(models).keys()) pins.write(port, 0n);
    return {
      cycles: cycle,
      done: agents.map((agent) => ({
        transfers: new Uint32Array(),
        bytes: new Uint8Array(),
        last: new Uint8Array(),
        reads: new Uint32Array(),
        left: agent.left,
        violation: agent.violation,
        address: 0,
        ...agent.done(),
      })),
    };
  };
}

function agentOf(model: Model, surroundings: Surroundings): Agent {
  switch (model.kind) {
    case "source":
      return new Source(model, surroundings);
    case "sink":
      return new Sink(model, surroundings);
    case "registers":
      return new Script(model, surroundings);
    case "memory":
      return new Memory(model, surroundings);
    case "burst":
      return new Burst(model, surroundings);
    case "until":
      return new Waiting(model, surroundings);
  }
}
