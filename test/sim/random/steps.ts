/** One random operation: which, on which earlier values, with which numbers. */
export interface OperationStep {
  readonly operation: number;
  /** Which inputs the operands may depend on: 1 the even ones, 2 the odd ones, 3 all. */
  readonly side: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly n: number;
}

/** A register or a memory. */
export interface StateStep {
  readonly state: "register" | "memory";
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly n: number;
}

/** A table of constants that logic looks up. */
export interface TableStep {
  readonly words: number;
  readonly side: number;
  readonly a: number;
  readonly b: number;
  readonly n: number;
}

/** A register and a memory set by a chain of conditions, with checks inside. */
export interface ChoiceStep {
  readonly arms: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly n: number;
}

/** Instances of the module's children, wired to one another. */
export interface InstancesStep {
  readonly wiring: number;
  readonly side: number;
  readonly count: number;
  readonly child: number;
  /** All children in turn, or only one. */
  readonly mixed: boolean;
  readonly a: number;
  readonly b: number;
}

export type Step = OperationStep | StateStep | TableStep | ChoiceStep | InstancesStep;
