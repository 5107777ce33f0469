import type { ir } from "@chisel-ts/core";

/**
 * A design without hierarchy: cells in an order in which each comes after what it is computed from.
 * Wires, ports of instances and everything else that only passes a value on are gone.
 */
export interface FlatDesign {
  readonly top: Scope;
  readonly cells: readonly Cell[];
  /** By index among the input ports. */
  readonly inputs: readonly InputCell[];
  /** By index among the output ports. */
  readonly outputs: readonly Cell[];
  readonly registers: readonly RegisterCell[];
  readonly reads: readonly ReadCell[];
  readonly memories: readonly FlatMemory[];
  readonly scopes: readonly Scope[];
}

export type Cell = ConstantCell | InputCell | OperationCell | RegisterCell | ReadCell;

interface CellBase {
  /** Index among the cells. */
  readonly id: number;
  readonly width: number;
}
export interface ConstantCell extends CellBase {
  readonly kind: "constant";
  readonly value: bigint;
}
export interface InputCell extends CellBase {
  readonly kind: "input";
}
export interface OperationCell extends CellBase {
  readonly kind: "operation";
  readonly node: ir.Operation;
  readonly operands: readonly Cell[];
}
export interface RegisterCell extends CellBase {
  readonly kind: "register";
  readonly reset: bigint | undefined;
  next: Cell;
}
export interface ReadCell extends CellBase {
  readonly kind: "read";
  readonly memory: FlatMemory;
  address: Cell;
  enable: Cell;
}
export interface FlatMemory {
  readonly memory: ir.Memory;
  readonly writes: { readonly address: Cell; readonly data: Cell; readonly enable: Cell }[];
}

/** One placed module. */
export interface Scope {
  readonly module: ir.ModuleIr;
  readonly parent: { readonly scope: Scope; readonly instance: ir.Instance } | undefined;
  readonly children: Map<string, Scope>;
  readonly cells: Map<ir.Node, Cell>;
  readonly memories: Map<ir.Memory, FlatMemory>;
}

/** A node of one placed module. */
interface Place {
  readonly scope: Scope;
  readonly node: ir.Node;
}

const missing = (what: string): never => {
  throw new Error(`the IR lacks ${what}`);
};

export function flatten(module: ir.ModuleIr): FlatDesign {
  const top = newScope(module, undefined);
  const scopes = [top];
  for (const scope of scopes) {
    for (const instance of scope.module.instances) {
      const child = newScope(instance.module, { scope, instance });
      scope.children.set(instance.name, child);
      scopes.push(child);
    }
  }
  const cells: Cell[] = [];
  const cellOf = (scope: Scope, node: ir.Node): Cell => resolve({ scope, node }, cells);

  const inputs = module.inputs.map((node) => cellOf(top, node) as InputCell);
  const outputs = module.outputs.map((node) => cellOf(top, node));
  const registers: RegisterCell[] = [];
  const reads: ReadCell[] = [];
  for (const scope of scopes) {
    for (const [node, next] of scope.module.registers) {
      const cell = cellOf(scope, node) as RegisterCell;
      cell.next = cellOf(scope, next);
      registers.push(cell);
    }
    for (const { node, address, enable } of scope.module.reads) {
      const cell = cellOf(scope, node) as ReadCell;
      cell.address = cellOf(scope, address);
      cell.enable = cellOf(scope, enable);
      reads.push(cell);
    }
    for (const { memory, address, data, enable } of scope.module.writes) {
      scope.memories.get(memory)?.writes.push({
        address: cellOf(scope, address),
        data: cellOf(scope, data),
        enable: cellOf(scope, enable),
      });
    }
    const named = [...scope.module.drivers.keys(), ...scope.module.named.map((item) => item.node)];
    for (const node of [...scope.module.inputs, ...named]) cellOf(scope, node);
  }
  const memories = scopes.flatMap((scope) => [...scope.memories.values()]);
  return { top, cells, inputs, outputs, registers, reads, memories, scopes };
}

function newScope(module: ir.ModuleIr, parent: Scope["parent"]): Scope {
  const memories = new Map(module.memories.map((memory) => [memory, { memory, writes: [] }]));
  return { module, parent, children: new Map(), cells: new Map(), memories };
}

/** Makes the cell of a node and all it depends on. The stack is explicit: chains may be very long. */
function resolve(place: Place, cells: Cell[]): Cell {
  const stack = [{ ...place, sources: sourcesOf(place), next: 0 }];
  for (let frame = stack.at(-1); frame; frame = stack.at(-1)) {
    const source = frame.sources[frame.next++];
    if (source) {
      if (!source.scope.cells.has(source.node)) {
        stack.push({ ...source, sources: sourcesOf(source), next: 0 });
      }
      continue;
    }
    stack.pop();
    if (frame.scope.cells.has(frame.node)) continue;
    const operands = frame.sources.map(
      ({ scope, node }) => scope.cells.get(node) ?? missing("an operand"),
    );
    frame.scope.cells.set(frame.node, makeCell(frame, operands, cells));
  }
  return place.scope.cells.get(place.node) ?? missing("a cell");
}

/** What a node is computed from, or the one node whose value it passes on. */
function sourcesOf({ scope, node }: Place): readonly Place[] {
  switch (node.kind) {
    case "operation":
      return node.operands.map((operand) => ({ scope, node: operand }));
    case "wire":
      return [{ scope, node: scope.module.drivers.get(node) ?? missing(`a driver of ${node.name}`) }];
    case "input": {
      if (!scope.parent) return [];
      const { instance, scope: outer } = scope.parent;
      const driver = instance.inputs.get(node.name) ?? missing(`${instance.name}.${node.name}`);
      return [{ scope: outer, node: driver }];
    }
    case "instanceOutput": {
      const child = scope.children.get(node.instance) ?? missing(`instance ${node.instance}`);
      const output = child.module.outputs.find((wire) => wire.name === node.port);
      return [{ scope: child, node: output ?? missing(`${node.instance}.${node.port}`) }];
    }
    default:
      return [];
  }
}

function makeCell({ scope, node }: Place, operands: readonly Cell[], cells: Cell[]): Cell {
  const [passedOn] = operands;
  if (passedOn && node.kind !== "operation") return passedOn;
  const cell = newCell({ scope, node }, operands, { id: cells.length, width: node.width });
  cells.push(cell);
  return cell;
}

function newCell({ scope, node }: Place, operands: readonly Cell[], base: CellBase): Cell {
  // Next states and addresses are filled in once everything they may depend on has a cell.
  const later: ConstantCell = { kind: "constant", id: -1, width: 1, value: 0n };
  switch (node.kind) {
    case "constant":
      return { kind: "constant", value: node.value, ...base };
    case "input":
      return { kind: "input", ...base };
    case "operation":
      return { kind: "operation", node, operands, ...base };
    case "register":
      return { kind: "register", reset: node.reset, next: later, ...base };
    case "memoryRead": {
      const memory = scope.memories.get(node.memory) ?? missing(`memory ${node.memory.name}`);
      return { kind: "read", memory, address: later, enable: later, ...base };
    }
    default:
      return missing(`a source of a ${node.kind}`);
  }
}

/** The cell of a signal of a placed module. */
export function cellAt(design: FlatDesign, path: readonly string[], node: ir.Node): Cell {
  let scope = design.top;
  for (const step of path) scope = scope.children.get(step) ?? missing(`instance ${step}`);
  return scope.cells.get(node) ?? missing("a named cell");
}
