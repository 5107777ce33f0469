import type { Location } from "./location.ts";
import type { OperationName } from "./operations.ts";
import type { HardwareType } from "./types.ts";

/**
 * The intermediate representation: everything a module is made of. Nodes are frozen and compared by
 * identity. A node's value is a bit pattern of `width` bits; signedness lives in the operations.
 */
export type Node =
  | Constant
  | Input
  | Operation
  | Lookup
  | Wire
  | Register
  | MemoryRead
  | InstanceOutput;

/** What combinational logic computes of other nodes. */
export type Computed = Operation | Lookup;

interface NodeBase {
  readonly width: number;
  readonly location: Location;
}

/** A literal; `name` is set for the members of an enumeration. */
export interface Constant extends NodeBase {
  readonly kind: "constant";
  readonly value: bigint;
  readonly name?: string;
}

/** An input port. */
export interface Input extends NodeBase {
  readonly kind: "input";
  readonly name: string;
  readonly type: HardwareType;
}

/** A combinational operation: a row of the operation table applied to nodes. */
export interface Operation extends NodeBase {
  readonly kind: "operation";
  readonly operation: OperationName;
  readonly operands: readonly Node[];
  readonly parameters: readonly number[];
}

/** A word of a memory, as it is before the clock edge, or of a table: 0 beyond the last word. */
export interface Lookup extends NodeBase {
  readonly kind: "lookup";
  readonly from: Memory | Table;
  readonly address: Node;
}

/** A named place that is driven elsewhere: an output port or a wire. */
export interface Wire extends NodeBase {
  readonly kind: "wire";
  readonly name: string;
  readonly type: HardwareType;
}

/** A rising-edge register; `reset` is loaded as the module's reset style says. */
export interface Register extends NodeBase {
  readonly kind: "register";
  readonly name: string;
  readonly type: HardwareType;
  readonly reset: bigint | undefined;
}

/** The output register of a synchronous read port: one cycle after the address. */
export interface MemoryRead extends NodeBase {
  readonly kind: "memoryRead";
  readonly name: string;
  readonly type: HardwareType;
  readonly memory: Memory;
}

/** An output port of an instance. */
export interface InstanceOutput extends NodeBase {
  readonly kind: "instanceOutput";
  readonly instance: string;
  readonly port: string;
  readonly type: HardwareType;
}

/**
 * What a read gives of the word that is written at the same edge: the old one, the new one, or, where the circuit never
 * does that, nothing that matters.
 */
export type Collision = "old" | "new" | "never";

/** `depth` words of `width` bits. Reads outside give 0, writes outside do nothing. */
export interface Memory {
  readonly name: string;
  readonly depth: number;
  readonly width: number;
  readonly contents: readonly bigint[] | undefined;
  readonly collision: Collision;
  readonly location: Location;
}

/** `depth` constants of `width` bits. It is logic: it has neither state nor clock. */
export interface Table {
  readonly name: string;
  readonly depth: number;
  readonly width: number;
  readonly contents: readonly bigint[];
  readonly location: Location;
}

export interface MemoryReadPort {
  readonly node: MemoryRead;
  readonly address: Node;
  readonly enable: Node;
}

/** Some bits of a word that are written where `enable` is 1. */
export interface WriteLane {
  readonly high: number;
  readonly low: number;
  /** Those bits of the data. */
  readonly data: Node;
  readonly enable: Node;
}

export interface MemoryWritePort {
  readonly memory: Memory;
  readonly address: Node;
  readonly data: Node;
  readonly enable: Node;
  /** With a mask: what is written of the word, from the least significant bits on; otherwise all of it is. */
  readonly lanes: readonly WriteLane[] | undefined;
  readonly location: Location;
}

export interface Instance {
  readonly name: string;
  readonly module: ModuleIr;
  /** One driver per input port, by the port's flat name. */
  readonly inputs: ReadonlyMap<string, Node>;
  readonly outputs: readonly InstanceOutput[];
  readonly location: Location;
}

/**
 * A property of one module: checked while `reset` is 0, at every rising edge. `condition` is whole: of a
 * check inside `when`, an assert and an assume hold wherever the surrounding conditions do not, and a
 * cover wants them too.
 */
export interface Check {
  readonly kind: "assert" | "assume" | "cover";
  readonly label: string;
  readonly condition: Node;
  readonly location: Location;
}

/** A piece of a display's text: itself, or a value in decimal, hexadecimal or binary. */
export type DisplayPart =
  | string
  | { readonly format: "d" | "x" | "b"; readonly type: HardwareType; readonly node: Node };

/** A line that is printed at every rising edge outside reset at which `enable` is 1. */
export interface Display {
  readonly parts: readonly DisplayPart[];
  readonly enable: Node;
  readonly location: Location;
}

/** A combinational value that was given a name. */
export interface NamedNode {
  readonly name: string;
  readonly type: HardwareType;
  readonly node: Node;
}

export interface PortInfo {
  /** Flat Verilog name: the path joined with `_`. */
  readonly name: string;
  readonly path: readonly string[];
  readonly direction: "input" | "output";
  readonly type: HardwareType;
  readonly description: string | undefined;
}

/** How registers come to their reset values: at an edge, at once, or at power-up alone, without a port. */
export interface ResetStyle {
  readonly kind: "synchronous" | "asynchronous" | "none";
  /** The level of the port that resets. */
  readonly active: "high" | "low";
}

/** What a module was built from: a circuit's name and every one of its parameters. */
export interface Origin {
  readonly circuit: string;
  readonly parameters: Readonly<Record<string, string | number>>;
}

/** The value of a Verilog parameter. */
export type VerilogConstant = number | bigint | boolean | string;

/** What is known of a module that is written in Verilog elsewhere. */
export interface External {
  readonly parameters: Readonly<Record<string, VerilogConstant>>;
  /** Ports that the clock and the reset go to, where it has them. */
  readonly clock: string | undefined;
  readonly reset: { readonly port: string; readonly active: ResetStyle["active"] } | undefined;
  /** Its Verilog, where it is given. */
  readonly verilog: string | undefined;
  /** Whether the body is a model of it; otherwise there is none. */
  readonly hasModel: boolean;
}

export interface ModuleIr {
  readonly name: string;
  /** `undefined` for a module that is no circuit's. */
  readonly origin: Origin | undefined;
  /** `undefined` for a module of our own. */
  readonly external: External | undefined;
  readonly description: string | undefined;
  readonly parameters: Readonly<Record<string, string | number>>;
  /** Cycles from an input to the output that shows it; `undefined` where the module does not say. */
  readonly latency: number | undefined;
  readonly location: Location;
  readonly portList: readonly PortInfo[];
  readonly inputs: readonly Input[];
  readonly outputs: readonly Wire[];
  /** Drivers of outputs and wires. */
  readonly drivers: ReadonlyMap<Wire, Node>;
  /** Next state of every register. */
  readonly registers: ReadonlyMap<Register, Node>;
  readonly memories: readonly Memory[];
  readonly tables: readonly Table[];
  readonly reads: readonly MemoryReadPort[];
  readonly writes: readonly MemoryWritePort[];
  readonly instances: readonly Instance[];
  readonly checks: readonly Check[];
  readonly displays: readonly Display[];
  readonly named: readonly NamedNode[];
  /** Signals whose being unused was declared. */
  readonly unused: readonly Node[];
  /** Whether the module, or anything below it, has a clock. */
  readonly clocked: boolean;
  readonly reset: ResetStyle;
  /** For every output, the inputs it depends on within the same cycle. */
  readonly combinational: ReadonlyMap<string, ReadonlySet<string>>;
}
