import {
  at,
  type Bundle,
  CircuitError,
  type Io,
  type Module,
  module,
  circuit as once,
} from "@chisel-ts/core";

type Value = string | number;

/** A parameter of a circuit: what it means, what it may be, and what it is where it is not given. */
export interface Parameter<T extends Value = Value, D extends T | undefined = T | undefined> {
  /** `undefined`: it must be given. */
  readonly default: D;
  readonly description: string;
  /** What is accepted, for messages and lists. */
  readonly accepts: string;
  /** Not mentioned in the Verilog where it is the default. */
  readonly quiet?: boolean;
  /** The value that a text stands for; `undefined` when it is not accepted. */
  parse(text: string): T | undefined;
}

export type Parameters = Readonly<Record<string, Parameter>>;

/** The values of parameters. */
export type ValuesOf<D extends Parameters> = {
  readonly [N in keyof D]: D[N] extends Parameter<infer T> ? T : never;
};

type Required<D extends Parameters> = {
  [N in keyof D]: D[N]["default"] extends undefined ? N : never;
}[keyof D];

/** Some values of parameters: those without a default, and any of the others. */
export type Given<D extends Parameters> = Partial<ValuesOf<D>> & Pick<ValuesOf<D>, Required<D>>;

/** A circuit among others, whose types nobody knows. */
export interface CircuitEntry {
  readonly name: string;
  readonly description: string;
  readonly parameters: Parameters;
  /** The given parameters, checked, with defaults for the others. @throws CircuitError as `build` does. */
  complete(given?: Readonly<Record<string, unknown>>): Readonly<Record<string, Value>>;
  /** The call of the circuit, for parameters that nobody knows the types of. */
  build(given: Readonly<Record<string, unknown>>): Module;
}

/** A circuit: called with parameters, it gives the module; it also says what it is and what its parameters are. */
export interface Circuit<D extends Parameters, B extends Bundle> extends CircuitEntry {
  /** @throws CircuitError for a parameter that is unknown, missing or out of range. */
  (...given: [Required<D>] extends [never] ? [given?: Given<D>] : [given: Given<D>]): Module<B>;
  readonly parameters: D;
  complete(given?: Readonly<Record<string, unknown>>): ValuesOf<D>;
  /** Those of some values that are parameters of this circuit. */
  pick(values: ValuesOf<D>): ValuesOf<D>;
}

/** Everything that is known of a circuit, each fact once. */
export interface Description<
  D extends Parameters,
  V extends Readonly<Record<string, number>>,
  B extends Bundle,
> {
  /** What it is asked for by; a Verilog identifier. */
  readonly name: string;
  /** What its modules are called, where it is not `name`. */
  readonly moduleName?: string;
  readonly description: string;
  readonly parameters: D;
  /** What the Verilog of a module says instead of `description`, where it can say more. */
  readonly headline?: (parameters: ValuesOf<D>) => string;
  /** @throws CircuitError for values that do not go together. */
  readonly check?: (parameters: ValuesOf<D>) => void;
  /** Numbers that follow from the parameters; the Verilog lists them too. */
  readonly derived?: (parameters: ValuesOf<D>) => V;
  /** Cycles from an input to the output that shows it. */
  readonly latency?: (parameters: ValuesOf<D>) => number;
  readonly ports: (parameters: ValuesOf<D> & V) => B;
  readonly build: (io: Io<B>, parameters: ValuesOf<D> & V) => void;
}

/**
 * A circuit from its description: a function that builds every parameter set once. A `format` other than rf8 stands in
 * the module's name instead of its list of parameters, so that circuits of several formats can stand in one design.
 */
export function circuit<
  const D extends Parameters,
  B extends Bundle,
  // biome-ignore lint/complexity/noBannedTypes: a circuit that derives nothing adds no keys.
  V extends Readonly<Record<string, number>> = {},
>(description: Description<D, V, B>): Circuit<D, B> {
  const { name, parameters } = description;
  const complete = (given: Readonly<Record<string, unknown>> = {}) => {
    const all = completed(parameters, given);
    description.check?.(all as ValuesOf<D>);
    return all;
  };
  const known = once((values: Readonly<Record<string, Value>>) => built(description, values));
  const build = (given?: Readonly<Record<string, unknown>>) => known(complete(given));
  const pick = (values: Readonly<Record<string, Value>>) => {
    const own: Record<string, Value | undefined> = {};
    for (const key of Object.keys(parameters)) own[key] = values[key];
    return own;
  };
  const facts = { description: description.description, parameters, complete, build, pick };
  // The name of a function cannot be assigned, only defined.
  const called = Object.assign((given?: Readonly<Record<string, unknown>>) => build(given), facts);
  return Object.defineProperty(called, "name", { value: name }) as unknown as Circuit<D, B>;
}

function built<D extends Parameters, V extends Readonly<Record<string, number>>, B extends Bundle>(
  of: Description<D, V, B>,
  values: Readonly<Record<string, Value>>,
): Module<B> {
  const parameters = values as ValuesOf<D>;
  const derived = of.derived?.(parameters);
  const all = { ...parameters, ...derived } as ValuesOf<D> & V;
  const { format = "rf8", ...listed } = values;
  const mentioned: Record<string, Value> = {};
  for (const [key, value] of Object.entries(listed)) {
    const row = of.parameters[key];
    if (!row?.quiet || value !== row.default) mentioned[key] = value;
  }
  const latency = of.latency?.(parameters);
  const name = of.moduleName ?? of.name;
  return module(
    {
      name: format === "rf8" ? name : `${format}_${name}`,
      origin: { circuit: of.name, parameters: values },
      description: of.headline?.(parameters) ?? of.description,
      parameters: { ...mentioned, ...derived },
      ...(latency !== undefined && { latency }),
      ports: of.ports(all),
    },
    (io) => of.build(io, all),
  );
}

/** @throws CircuitError naming the parameter, its value and what is accepted. */
function completed(
  parameters: Parameters,
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, Value>> {
  const names = Object.keys(parameters);
  if (typeof given !== "object" || given === null || Array.isArray(given))
    throw new CircuitError(
      `the parameters of a circuit are an object such as { ${at(names, 0)} }, not ${JSON.stringify(given)}`,
    );
  const unknown = Object.keys(given).filter(
    (name) => given[name] !== undefined && !names.includes(name),
  );
  if (unknown.length > 0)
    throw new CircuitError(
      `there is no parameter ${unknown.join(", ")}; this circuit has ${names.join(", ") || "none"}`,
    );
  const all: Record<string, Value> = {};
  for (const [name, row] of Object.entries(parameters)) {
    const { [name]: value = row.default } = given;
    all[name] = accepted(name, row, value);
  }
  return all;
}

function accepted(name: string, { parse, accepts }: Parameter, value: unknown): Value {
  const parsed = parse(String(value));
  if (parsed !== undefined && parsed === value) return parsed;
  if (value === undefined) throw new CircuitError(`${name} is not given; it must be ${accepts}`);
  // A text that would do as a number is shown as the text that it is.
  const isText = parsed !== undefined && typeof value === "string";
  const shown = isText ? JSON.stringify(value) : String(value);
  throw new CircuitError(`${name} is ${shown}; it must be ${accepts}`);
}
