import type { Node } from "./ir.ts";
import { Bool, SInt, type Signal, UInt } from "./signal.ts";
import type { HardwareType, Kind } from "./types.ts";

/** The signal of a type. */
export type SignalOf<T extends HardwareType> =
  T extends HardwareType<infer K> ? SignalOfKind<K> : never;
type SignalOfKind<K extends Kind> = { uint: UInt; sint: SInt; bool: Bool }[K];

/** A signal of a type, or a number that fits it. */
export type Operand<T extends HardwareType> =
  | SignalOf<T>
  | (T extends HardwareType<"bool"> ? boolean : number | bigint);

/** A signal that can be driven: an output port, a wire or a register's next state. */
export type Target<S extends Signal> = S & {
  /** Drives it. Once per scope; inside `when`, where its condition holds. */
  set(value: S extends Bool ? S | boolean : S | number | bigint): void;
};

/** The signal of a type on a node. */
export function wrap<T extends HardwareType>(type: T, node: Node): SignalOf<T> {
  const made = { uint: UInt, sint: SInt, bool: Bool } as const;
  const SignalClass = made[type.kind] as new (type: T, node: Node) => SignalOf<T>;
  return new SignalClass(type, node);
}
