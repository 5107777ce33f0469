import { at } from "./at.ts";
import { CircuitError } from "./errors.ts";
import { checkKeys } from "./keys.ts";
import { Location } from "./location.ts";
import { needed } from "./needed.ts";
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

/** How members without codes of their own are numbered: 0, 1, 2, 3, …, or 1, 2, 4, 8, …. */
export interface EnumerationOptions {
  readonly encoding?: "binary" | "one-hot";
}

/**
 * Named values of one unsigned type; they reach the Verilog as localparams `NAME_MEMBER`. Members are numbered from 0,
 * or by one bit each, or have the codes that are given.
 *
 * @throws CircuitError when there is no member, and for one that is no identifier, that stands twice, that every object
 *   has a key of already (`constructor`, `type`, `members`), or whose code is another's or no unsigned number.
 *
 * @example
 * const states = enumeration("state", ["Idle", "Run"], { encoding: "one-hot" });
 * console.log(states.Run.value); // 2
 */
export function enumeration<const Names extends string>(
  name: string,
  members: readonly Names[],
  options?: EnumerationOptions,
): Enumeration<Names>;
export function enumeration<const Names extends string>(
  name: string,
  codes: { readonly [N in Names]: number | bigint },
): Enumeration<Names>;
export function enumeration(
  name: string,
  given: readonly string[] | Readonly<Record<string, number | bigint>>,
  options: EnumerationOptions = {},
): Enumeration<string> {
  const location = Location.capture();
  const fail = (why: string): never => {
    throw new CircuitError(`enumeration \`${name}\` ${why}`, location);
  };
  if (typeof given !== "object" || given === null) fail("has no members");
  const names = Array.isArray(given) ? (given as readonly string[]) : Object.keys(given);
  checkMembers(name, names, fail);
  const codes = Array.isArray(given)
    ? numbered(names.length, options, fail)
    : explicit(given as Readonly<Record<string, unknown>>, options, fail);
  const type = uint(codes.reduce((bits, code) => Math.max(bits, code.toString(2).length), 1));
  const values = names.map((member, index) => {
    const label = `${name}_${member}`.toUpperCase();
    return [member, new UInt(type, constant(type.width, at(codes, index), location, label))];
  });
  return { ...Object.fromEntries(values), type, members: [...names] } as Enumeration<string>;
}

type Fail = (why: string) => never;

function numbered(count: number, options: EnumerationOptions, fail: Fail): bigint[] {
  checkKeys("an enumeration", options, ["encoding"]);
  const { encoding = "binary" } = options;
  if (encoding !== "binary" && encoding !== "one-hot")
    fail(`has the encoding ${String(encoding)}; encodings are binary and one-hot`);
  return Array.from({ length: count }, (_, index) =>
    encoding === "one-hot" ? 1n << BigInt(index) : BigInt(index),
  );
}

function explicit(
  given: Readonly<Record<string, unknown>>,
  options: EnumerationOptions,
  fail: Fail,
): bigint[] {
  if (Object.keys(Object(options)).length > 0)
    fail("has codes and an encoding; one of the two is enough");
  const owners = new Map<bigint, string>();
  return Object.entries(given).map(([member, code]) => {
    const isCode =
      typeof code === "bigint" ? code >= 0n : Number.isSafeInteger(code) && Number(code) >= 0;
    if (!isCode)
      fail(`has the member \`${member}\` with the code ${String(code)}, no unsigned number`);
    const bits = BigInt(code as number | bigint);
    const other = owners.get(bits);
    if (other !== undefined) fail(`has the code ${bits} twice, for \`${other}\` and \`${member}\``);
    owners.set(bits, member);
    return bits;
  });
}

function checkMembers(name: string, members: readonly string[], fail: Fail): void {
  if (!isIdentifier(name)) fail(`needs a name of ${identifierForm}`);
  if (members.length === 0) fail("has no members");
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
 * Runs the body of the member that `value` equals; every member needs one, and there is no default. What every body
 * drives is driven on every path. For a code that no member has, a register keeps its value, and so does what was
 * driven before the match; what only the match drives gets what the last member's body gives it.
 *
 * @throws CircuitError when a member has no body, a body no member, or the value another width.
 *
 * @example
 * const states = enumeration("state", ["Idle", "Run"]);
 * const toggle = module({ name: "toggle", ports: { busy: output(bool()) } }, (io) => {
 *   const state = register("state", states.type, { reset: 0 });
 *   match(states, state, {
 *     Idle: () => (io.busy.set(false), state.set(states.Run)),
 *     Run: () => (io.busy.set(true), state.set(states.Idle)),
 *   });
 * });
 * const dut = engines.wasm.open(toggle);
 * dut.step();
 * console.log(dut.out.busy); // true
 */
export function match<Names extends string>(
  states: Enumeration<Names>,
  value: UInt,
  bodies: { readonly [N in Names]: () => void },
): void {
  if (typeof states !== "object" || states === null || !("members" in states))
    throw needed("an enumeration", states, "match(states, state, { Idle: () => … })");
  const { members, type } = states;
  if (!(value instanceof UInt)) {
    throw new CircuitError("match needs a UInt of the enumeration's type", Location.capture());
  }
  checkBodies(members, bodies);
  const chain = new Chain({ choice: "match", arm: "a body", last: "the last body" }, true);
  chain.exhaust();
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
