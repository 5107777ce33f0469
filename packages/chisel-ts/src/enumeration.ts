import { CircuitError } from "./errors.ts";
import { Location } from "./location.ts";
import { constant } from "./operate.ts";
import { UInt } from "./signal.ts";
import { type HardwareType, uint } from "./types.ts";
import { isIdentifier } from "./verilog/names.ts";
import { Chain } from "./when.ts";

/** The states of a machine: `states.type` for a register, `states.Idle` for its values. */
export type Enumeration<Names extends string> = {
  readonly type: HardwareType<"uint">;
  readonly members: readonly Names[];
} & { readonly [N in Names]: UInt };

/**
 * Named values of one unsigned type, numbered from 0; they reach the Verilog as localparams
 * `NAME_MEMBER`.
 *
 * @throws CircuitError when there is no member, and for one that is no identifier, that stands twice, or
 *   that every object has a key of already (`constructor`, `type`, `members`).
 */
export function enumeration<const Names extends string>(
  name: string,
  members: readonly Names[],
): Enumeration<Names> {
  const location = Location.capture();
  checkMembers(name, members, location);
  const type = uint(Math.max(1, Math.ceil(Math.log2(members.length))));
  const values = members.map((member, index) => {
    const label = `${name}_${member}`.toUpperCase();
    return [member, new UInt(type, constant(type.width, BigInt(index), location, label))];
  });
  return { ...Object.fromEntries(values), type, members: [...members] } as Enumeration<Names>;
}

function checkMembers(name: string, members: readonly string[], location: Location): void {
  const fail = (why: string): never => {
    throw new CircuitError(`enumeration \`${name}\` ${why}`, location);
  };
  if (!isIdentifier(name)) fail(`needs a name of ${identifierForm}`);
  if (!Array.isArray(members) || members.length === 0) fail("has no members");
  const seen = new Set<string>();
  for (const member of members) {
    if (!isIdentifier(member)) fail(`has a member \`${member}\`; members are ${identifierForm}`);
    if (member === "type" || member === "members" || member in Object.prototype) {
      fail(`cannot have a member \`${member}\`: the enumeration has a key of that name already`);
    }
    if (seen.has(member)) fail(`has the member \`${member}\` twice`);
    seen.add(member);
  }
}

const identifierForm = "a letter, then letters, digits and underscores";

/**
 * Runs the body of the member that `value` equals; every member needs one. Codes that no member has do
 * nothing: a register keeps its value, and an output or a wire needs one before the match. Where every
 * code is a member the match drives on every path.
 *
 * @throws CircuitError when a member has no body, or a body no member.
 */
export function match<Names extends string>(
  states: Enumeration<Names>,
  value: UInt,
  bodies: { readonly [N in Names]: () => void },
): void {
  const { members, type } = states;
  if (!(value instanceof UInt)) {
    throw new CircuitError("match needs a UInt of the enumeration's type", Location.capture());
  }
  checkBodies(members, bodies);
  const chain = new Chain("match", true);
  const isFull = members.length === 2 ** type.width;
  members.forEach((member, index) => {
    const isMember = value.eq(states[member]);
    if (isFull && index === members.length - 1) chain.last(() => isMember.node, bodies[member]);
    else chain.elsewhen(isMember, bodies[member]);
  });
}

function checkBodies(members: readonly string[], bodies: Readonly<Record<string, unknown>>): void {
  const without = members.filter(
    (member) => !Object.hasOwn(bodies, member) || typeof bodies[member] !== "function",
  );
  const known = new Set(members);
  const surplus = Object.keys(bodies).filter((name) => !known.has(name));
  if (without.length + surplus.length === 0) return;
  const list = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(", ");
  throw new CircuitError(
    without.length > 0
      ? `match has no body for ${list(without)}`
      : `match has a body for ${list(surplus)}, no member of the enumeration`,
    Location.capture(),
  );
}
