import { CircuitError } from "./errors.ts";
import { Location } from "./location.ts";
import { constant } from "./operate.ts";
import { UInt } from "./signal.ts";
import { type HardwareType, uint } from "./types.ts";
import { when } from "./when.ts";

/** The states of a machine: `states.type` for a register, `states.Idle` for its values. */
export type Enumeration<Names extends string> = {
  readonly type: HardwareType<"uint">;
  readonly members: readonly Names[];
} & { readonly [N in Names]: UInt };

/**
 * Named values of one unsigned type, numbered from 0; they reach the Verilog as localparams
 * `NAME_MEMBER`.
 *
 * @throws CircuitError when there is no member.
 */
export function enumeration<const Names extends string>(
  name: string,
  members: readonly Names[],
): Enumeration<Names> {
  if (members.length === 0)
    throw new CircuitError(`enumeration \`${name}\` has no members`, Location.capture());
  const type = uint(Math.max(1, Math.ceil(Math.log2(members.length))));
  const values = members.map((member, index) => {
    const node = constant(type.width, BigInt(index), `${name}_${member}`.toUpperCase());
    return [member, new UInt(type, node)];
  });
  return { ...Object.fromEntries(values), type, members } as Enumeration<Names>;
}

/** Runs the body of the member that `value` equals; every member needs one. */
export function match<Names extends string>(
  states: Enumeration<Names>,
  value: UInt,
  bodies: { readonly [N in Names]: () => void },
): void {
  const [first, ...rest] = states.members;
  if (first === undefined) return;
  let chain = when(value.eq(states[first]), bodies[first]);
  for (const member of rest) chain = chain.elsewhen(value.eq(states[member]), bodies[member]);
}
