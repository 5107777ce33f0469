// Gives the words, the buffers and the queue of every model their addresses.

import type { ir } from "@chisel-ts/core";
import type { Model } from "../../drive/models.ts";
import type { NamedModel } from "../../drive/ports.ts";
import { bytesOf, dataPorts } from "../../drive/task.ts";
import { Words } from "../statement.ts";
import { type Field, fields } from "./agent.ts";
import { queueEntryBytes } from "./memory.ts";

/** Where a model's own things are in memory. */
export interface Area {
  readonly named: NamedModel;
  readonly words: Words<Field>;
  readonly base: number;
  readonly staging: number;
  readonly held: number;
  readonly stagingBytes: number;
  readonly queue: number;
  readonly size: number;
  /** What is captured: ports of a stream's data. */
  readonly captured: readonly string[];
}

/** What the host and the code agree on. */
export interface DriveLayout {
  readonly areas: readonly Area[];
  readonly cycle: number;
  /** Where the data of a run begin; words of all models are before it. */
  readonly heap: number;
}

/** The ports of a model that carry what the circuit offers. */
function capturedBy(model: Model): readonly string[] {
  if (model.kind === "sink")
    return [...model.data, ...(model.last === undefined ? [] : [model.last])];
  if (model.kind !== "memory") return [];
  const { address, write, data = [] } = model.request;
  return [address, ...(write === undefined ? [] : [write]), ...data];
}

/** Places everything from an address on. */
export function layOutModels(
  module: ir.ModuleIr,
  models: readonly NamedModel[],
  start: number,
): DriveLayout {
  let end = start;
  const take = (bytes: number): number => {
    const address = end;
    end += 16 * Math.ceil((bytes + 8) / 16);
    return address;
  };
  const bytes = (names: readonly string[]): number =>
    bytesOf(module.portList.filter(({ name }) => names.includes(name)).map(({ type }) => type));
  const cycle = take(4);
  const areas = models.map((named): Area => {
    const { model } = named;
    const captured = capturedBy(model);
    const [size, stagingBytes] = [bytes(dataPorts(model)), bytes(captured)];
    const base = take(4 * fields.length);
    const queued = model.kind === "memory" ? model.outstanding : 0;
    return {
      named,
      base,
      words: new Words<Field>(fields, base),
      captured,
      size,
      stagingBytes,
      staging: take(stagingBytes),
      held: take(stagingBytes),
      queue: take(queueEntryBytes(size) * queued),
    };
  });
  return { areas, cycle, heap: end };
}
