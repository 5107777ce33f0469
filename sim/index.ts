// The public names of the simulators, and the four engines by name.

import { icarus, verilator } from "#host/sim/external";
import type { Engine } from "./engine.ts";
import { interpreter } from "./interpreter/interpreter.ts";
import { wasm } from "./wasm/wasm.ts";

export { verilatorAt } from "#host/sim/external";
export { EngineUnavailableError } from "../tools/unavailable.ts";
export { checkEngine } from "./check.ts";
export {
  CheckError,
  type CheckFailure,
  type CheckResult,
  type CheckSite,
  failureText,
} from "./checks/result.ts";
export { type Column, type Columns, columnOf, setElement } from "./column.ts";
export type { DisplayLine } from "./displays/line.ts";
export type { BurstMemory, MemoryModel } from "./drive/memories.ts";
export {
  type Model,
  type Models,
  type RegisterScript,
  registerScript,
  type StreamPorts,
  type StreamSink,
  type StreamSource,
  streamSink,
  streamSource,
  type Until,
} from "./drive/models.ts";
export { ProtocolError } from "./drive/outcome.ts";
export type {
  BurstOutcome,
  BurstWork,
  MemoryOutcome,
  MemoryWork,
  RegisterOutcome,
  RegisterStep,
  RegisterWork,
  Run,
  SinkOutcome,
  SinkWork,
  SourceOutcome,
  SourceWork,
  UntilOutcome,
  Work,
} from "./drive/work.ts";
export type {
  Engine,
  InProcessEngine,
  InProcessOptions,
  InProcessSimulation,
  LaneSimulation,
  Lanes,
  Observed,
  Opened,
  OpenOptions,
  Simulation,
} from "./engine.ts";
export {
  type Comparison,
  type Difference,
  fromReset,
  lockstep,
  type Responder,
} from "./lockstep.ts";
export type { Observation } from "./observation.ts";
export { type Recording, record } from "./record.ts";
export { typeOfSignal } from "./signals.ts";
export type { Snapshot } from "./state.ts";
export type { InstructionCounts, Profile, ProfileRow } from "./wasm/profile.ts";
export { wasmListing, wasmProfile } from "./wasm/wasm.ts";
export * from "./wave/index.ts";

/** Every engine, by name. */
export const engines = { wasm, interpreter, verilator, icarus } satisfies Record<string, Engine>;
