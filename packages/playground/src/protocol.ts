/** A signal of a wave, as the panel draws it. */
export interface Trace {
  readonly name: string;
  readonly width: number;
  readonly signed: boolean;
  readonly values: ArrayLike<number | bigint>;
  /** Names of an enumeration's members by value. */
  readonly names?: Readonly<Record<string, string>>;
}

export interface WaveData {
  readonly title: string;
  readonly cycles: number;
  readonly traces: readonly Trace[];
}

/** A box of a schematic. `line` is of the program, 0 where it is not known. */
export interface Box {
  readonly id: string;
  readonly label: string;
  readonly kind: "input" | "output" | "operation" | "constant" | "register" | "memory" | "instance";
  readonly line: number;
  /** The module behind an instance. */
  readonly opens?: string;
}

export interface Net {
  readonly from: string;
  readonly to: string;
  readonly width: number;
  /** The signal's own name, where it has one. */
  readonly name: string;
}

export interface Schematic {
  readonly module: string;
  readonly boxes: readonly Box[];
  readonly nets: readonly Net[];
}

export interface Failure {
  readonly message: string;
  /** Of the program, counted from 1; 0 where it is not known. */
  readonly line: number;
}

/** What a run of a program gave. */
export interface RunResult {
  readonly printed: readonly string[];
  readonly failure?: Failure;
  /** The modules that a view may be of, those inside of others last; the first is what the program is about. */
  readonly modules: readonly string[];
  /** What the program itself simulated. */
  readonly waves: readonly WaveData[];
  readonly milliseconds: number;
}

/** The views are of the last program that made a module, or that ended well: while one is typed, few do. */
export const isShown = ({ modules, failure }: RunResult): boolean =>
  modules.length > 0 || failure === undefined;

export interface Emitted {
  readonly name: string;
  readonly text: string;
}

export interface Proof {
  readonly name: string;
  readonly verdict: string;
  readonly detail: string;
  readonly seconds: number;
}

export const goals = ["area", "balanced", "delay"] as const;
export type Goal = (typeof goals)[number];

/** A gate of the slowest path: the net that it drives, where the net has kept a name, and its cell; an input has none. */
export interface PathGate {
  readonly net: string;
  readonly cell: string;
  /** Since the start of the path, in FO4. */
  readonly arrival: number;
}

export interface Cost {
  readonly goal: Goal;
  readonly area: number;
  readonly delay: number;
  readonly sequential: number;
  readonly tool: string;
  /** The ends of the slowest path, where there is one. */
  readonly ends?: { readonly from: string; readonly to: string };
  readonly cells: readonly (readonly [name: string, count: number])[];
  readonly path: readonly PathGate[];
}

export interface Mutation {
  readonly killed: number;
  readonly equivalent: number;
  readonly survivors: readonly string[];
  readonly reference: string;
}

export interface Verified {
  readonly vectors: number;
  readonly mismatches: number;
  readonly milliseconds: number;
}

export interface TestOutcome {
  readonly name: string;
  readonly failure?: string;
  readonly milliseconds: number;
}

export interface Inspected {
  readonly file: string;
  readonly tensors: readonly TensorRow[];
}

export interface TensorRow {
  readonly name: string;
  readonly shape: string;
  readonly dtype: string;
  readonly elements: number;
  readonly nonFinite: number;
  readonly bias: number | null;
  readonly sqnr: number | null;
  readonly entropy: number | null;
  readonly nu: number | null;
  readonly histogram: readonly number[];
}

/** What the worker does: arguments and answer of each task. */
export interface Tasks {
  run: { in: { code: string }; out: RunResult };
  verilog: { in: { module: string }; out: readonly Emitted[] };
  simulate: { in: { module: string; cycles: number; seed: number }; out: WaveData };
  schematic: { in: { module: string }; out: Schematic };
  prove: { in: { module: string }; out: readonly Proof[] };
  verify: { in: { module: string }; out: Verified };
  synthesize: { in: { module: string; goal: Goal }; out: Cost };
  mutate: { in: { module: string }; out: Mutation };
  test: { in: Record<string, never>; out: readonly TestOutcome[] };
  inspect: { in: { name: string; bytes: ArrayBuffer }; out: Inspected };
}
export type TaskName = keyof Tasks;

export interface Request<T extends TaskName = TaskName> {
  readonly id: number;
  readonly task: T;
  readonly given: Tasks[T]["in"];
}

export type Reply =
  | { readonly late: Failure }
  | { readonly id: number; readonly progress: string }
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: Failure };
