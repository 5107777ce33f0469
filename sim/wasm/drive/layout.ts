// Gives the words, the buffers and the queue of every model their addresses.

import { at, type ir } from "@chisel-ts/core";
import type { Model } from "../../drive/models.ts";
import type { NamedModel } from "../../drive/ports.ts";
import { bytesOf, dataPorts } from "../../drive/task.ts";
import type { Layout } from "../layout.ts";
import { Words } from "../statement.ts";
import { type Field, fields, type Outgoing } from "./agent.ts";
import { requestBytes } from "./burst.ts";
import { queueEntryBytes } from "./memory.ts";

/** Where a model's own things are in memory. */
export interface Area {
  readonly named: NamedModel;
  readonly words: Words<Field>;
  readonly base: number;
  readonly outgoing: readonly Outgoing[];
  readonly queue: number;
  readonly size: number;
  readonly kept: number;
}

/** What the host and the code agree on. */
export interface DriveLayout {
  readonly areas: readonly Area[];
  readonly cycle: number;
  /** Where the data of a run begin; words of all models are before it. */
  readonly heap: number;
}

/** The ports of each stream that the circuit offers to a model. */
function outgoingTo(model: Model): readonly (readonly string[])[] {
  if (model.kind === "sink")
    return [[...model.data, ...(model.last === undefined ? [] : [model.last])]];
  if (model.kind === "burst") {
    const { request, store } = model;
    return [
      [request.address, request.beats],
      [store.address, store.byte],
    ];
  }
  if (model.kind !== "memory") return [];
  const { address, write, data = [] } = model.request;
  return [[address, ...(write === undefined ? [] : [write]), ...data]];
}

/** Places everything from an address on, but what is kept from run to run behind another, where batches do not come. */
export function layOutModels(
  module: ir.ModuleIr,
  models: readonly NamedModel[],
  { columnsStart, end: columnsEnd }: Pick<Layout, "columnsStart" | "end">,
): DriveLayout {
  let end = columnsStart;
  const take = (bytes: number): number => {
    const address = end;
    end += 16 * Math.ceil((bytes + 8) / 16);
    return address;
  };
  const types = new Map(module.portList.map(({ name, type }) => [name, type]));
  const bytes = (names: readonly string[]): number => bytesOf(names.map((name) => at(types, name)));
  const cycle = take(4);
  const areas = models.map((named, index) => {
    const { model } = named;
    const size = bytes(dataPorts(model));
    const base = take(4 * fields.length);
    const outgoing = outgoingTo(model).map((ports, stream): Outgoing => {
      const total = bytes(ports);
      return {
        ports,
        capture: `capture_${index}_${stream}`,
        sizes: ports.map((port) => bytes([port])),
        staging: take(total),
        held: take(total),
      };
    });
    const queue = take(queueBytes(model, size));
    return { named, base, words: new Words<Field>(fields, base), outgoing, size, queue };
  });
  if (models.some(({ model }) => model.kind === "burst")) end = Math.max(end, columnsEnd);
  const placed = areas.map((area): Area => {
    const { model } = area.named;
    // The last beat may reach beyond the memory.
    return { ...area, kept: model.kind === "burst" ? take(model.bytes + area.size) : 0 };
  });
  return { areas: placed, cycle, heap: end };
}

function queueBytes(model: Model, size: number): number {
  if (model.kind === "burst") return model.outstanding * requestBytes;
  return model.kind === "memory" ? model.outstanding * queueEntryBytes(size) : 0;
}
