import type { Computed, Constant, ModuleIr, Node, Operation } from "../ir.ts";
import { isComputed, isTable } from "../nodes.ts";
import { operationRow } from "../operations.ts";
import type { Case, Cases } from "./cases.ts";
import { type Expression, express, primary } from "./expression.ts";
import type { Identifiers } from "./identifiers.ts";
import { armOf, layOut } from "./layout.ts";
import { lookupText } from "./lookup.ts";
import { indent, literal, made, range } from "./text.ts";

/** An expression longer than this is cut by giving its longest operand a wire. */
const longest = 90;
/** A chain of more choices than this is cut by a wire: parsers go as deep as a chain is long. */
const longestChain = 32;
/** Operands shorter than this are never worth a wire of their own. */
const shortest = 24;

/**
 * Nodes that need a name: those that some operation indexes, because Verilog can index identifiers only, and
 * addresses that are computed, because Icarus does not wrap arithmetic to its width inside the brackets.
 */
function indexed({ reads, writes }: ModuleIr, nodes: Iterable<Node>): Set<Node> {
  const found = new Set<Node>();
  const addresses = [...reads, ...writes].map(({ address }) => address);
  for (const node of nodes) {
    if (node.kind === "lookup" && !isTable(node.from)) addresses.push(node.address);
    if (node.kind !== "operation") continue;
    const { indexes } = operationRow(node.operation);
    if (indexes === "all") for (const operand of node.operands) found.add(operand);
    if (indexes === "first" && node.operands[0]) found.add(node.operands[0]);
  }
  for (const address of addresses) {
    if (address.kind === "operation" && address.operation !== "slice") found.add(address);
  }
  return found;
}

/** What is known of a module's text before its values are placed. */
interface Surroundings {
  readonly identifiers: Identifiers;
  /** All that will be placed. */
  readonly nodes: Iterable<Node>;
  /** How often the text of each is needed. */
  readonly uses: ReadonlyMap<Node, number>;
  /** The localparams of named constants. */
  readonly parameters: Map<Constant, string>;
  /** The muxes that become tables. */
  readonly cases: Cases;
}

/** Decides which values get a wire and which stand inside the expression that reads them. */
export class Combinational {
  /** Declarations in an order in which everything is declared before it is read. */
  wires: string[] = [];
  readonly #assigns = new Map<string, string[]>();
  readonly parameters: Map<Constant, string>;
  #inlined = new Map<Node, Expression>();
  #constants = new Map<Constant, string>();
  readonly #nodes: Iterable<Node>;
  readonly #indexed: ReadonlySet<Node>;

  readonly #ir: ModuleIr;
  readonly #outputs: ReadonlySet<Node>;
  readonly #cases: Cases;
  readonly #identifiers: Identifiers;
  readonly #uses: ReadonlyMap<Node, number>;

  constructor(ir: ModuleIr, { identifiers, nodes, uses, parameters, cases }: Surroundings) {
    this.#ir = ir;
    this.#outputs = new Set(ir.outputs);
    this.#cases = cases;
    this.#identifiers = identifiers;
    this.#nodes = nodes;
    this.#indexed = indexed(ir, nodes);
    this.#uses = uses;
    this.parameters = parameters;
  }

  /** The same placed nodes, without their declarations; what the copy places is not placed here. */
  fork(): Combinational {
    const identifiers = { ...this.#identifiers, of: new Map(this.#identifiers.of) };
    const parameters = new Map(this.parameters);
    const copy = new Combinational(this.#ir, {
      identifiers,
      nodes: this.#nodes,
      uses: this.#uses,
      parameters,
      cases: this.#cases,
    });
    copy.#inlined = new Map(this.#inlined);
    copy.#constants = new Map(this.#constants);
    return copy;
  }

  /** Places a node whose operands are placed. */
  place(node: Node): void {
    if (node.kind === "wire") this.#placeWire(node);
    if (node.kind === "lookup") this.#placeLookup(node);
    if (node.kind !== "operation") return;
    const table = this.#cases.get(node);
    if (table) {
      this.#placeCase(node, table);
      return;
    }
    const expression = this.#compose(node);
    const isLong = (expression.arm?.depth ?? 0) >= longestChain;
    if (isLong || this.#needsWire(node)) this.#declare(node, expression);
    else this.#inlined.set(node, expression);
  }

  /** The text of a placed node for a statement, at most a line long. */
  use(node: Node): string {
    return this.expression(node).text;
  }

  expression(node: Node): Expression {
    const inlined = this.#inlined.get(node);
    if (inlined && node.kind === "operation" && inlined.text.length > longest) {
      this.#declare(node, inlined);
    }
    return this.#expression(node);
  }

  /** The `assign` of every output. */
  assigns(): string[] {
    return this.#ir.outputs.flatMap((output) => this.#assigns.get(output.name) ?? []);
  }

  #placeWire(wire: Extract<Node, { kind: "wire" }>): void {
    const driver = this.#ir.drivers.get(wire);
    const held = driver && isComputed(driver) && this.#identifiers.holders.get(driver) === wire;
    if (driver && !held) this.#write(wire.name, wire, this.#expression(driver));
  }

  /** A lookup has a wire of its own: a procedure that reads a memory waits for every word of it. */
  #placeLookup(node: Extract<Node, { kind: "lookup" }>): void {
    const text = lookupText(node, this.use(node.address));
    this.#declare(node, { text, binds: "loosely" });
  }

  /** A table as a procedure of its own. An output is a net, which takes the value of a variable. */
  #placeCase(node: Operation, table: Case): void {
    const { of, names, holders } = this.#identifiers;
    const holder = holders.get(node);
    const isOutput = holder !== undefined && this.#outputs.has(holder);
    const known = of.get(node);
    const name = known === undefined || isOutput ? names.numbered(known ?? "choice") : known;
    const subject = this.use(table.subject);
    const arms = table.arms.flatMap(({ codes, value }) => {
      const texts = codes.map((code) => this.use(code));
      return armOf(texts, (label) => [`${label} ${name} = ${this.use(value)};`]);
    });
    const rest = `default: ${name} = ${this.use(table.rest)};`;
    this.wires.push(`reg ${range(node.width)}${name};  ${made(node.location)}`);
    this.wires.push(
      "always @*",
      ...indent([`case (${subject})`, ...indent([...arms, rest]), "endcase"]),
    );
    if (known === undefined) of.set(node, name);
    if (isOutput) this.#assigns.set(holder.name, [`assign ${holder.name} = ${name};`]);
  }

  #needsWire(node: Operation): boolean {
    if (this.#identifiers.of.has(node) || this.#indexed.has(node)) return true;
    if (operationRow(node.operation).standsAlone) return true;
    return (this.#uses.get(node) ?? 0) > 1 && !this.#repeatable(node);
  }

  /** A bit field or the opposite of something with a name is as short as a name of its own. */
  #repeatable({ operation, operands: [operand] }: Operation): boolean {
    if (operation !== "slice" && operation !== "not") return false;
    return operand !== undefined && this.#identifiers.of.has(operand);
  }

  #compose(node: Operation): Expression {
    for (;;) {
      const expressions = node.operands.map((operand) => this.#operand(operand));
      const expression = express(node, expressions);
      const { arm } = expression;
      const length = arm?.rest.arm
        ? arm.condition.length + arm.value.length
        : expression.text.length;
      if (length <= longest) return expression;
      // A chain of choices, and a concatenation, can be broken over lines.
      const candidates = node.operands.filter((operand, i) => {
        const fixed = (node.operation === "mux" && i === 2 && expressions[i]?.arm) || false;
        return !fixed && this.#inlined.has(operand) && this.#length(operand) >= shortest;
      });
      const widest = candidates.reduce<Node | undefined>(
        (best, operand) => (!best || this.#length(operand) > this.#length(best) ? operand : best),
        undefined,
      );
      const breakable = expression.parts && widest && this.#length(widest) <= longest;
      if (widest?.kind !== "operation" || breakable) return expression;
      this.#declare(widest, this.#expression(widest));
    }
  }

  #length(node: Node): number {
    return this.#inlined.get(node)?.text.length ?? 0;
  }

  #operand(node: Node): Expression {
    return node.kind === "constant" && this.#indexed.has(node)
      ? primary(this.#constantWire(node))
      : this.#expression(node);
  }

  #expression(node: Node): Expression {
    if (node.kind === "constant") {
      return primary(this.parameters.get(node) ?? literal(node.width, node.value));
    }
    const identifier = this.#identifiers.of.get(node);
    if (identifier !== undefined) return primary(identifier);
    const inlined = this.#inlined.get(node);
    if (inlined) return inlined;
    throw new Error(`a ${node.kind} of ${node.location} is read before it is placed`);
  }

  #constantWire(node: Constant): string {
    const known = this.#constants.get(node);
    if (known !== undefined) return known;
    const name = this.#identifiers.names.numbered("constant");
    this.#constants.set(node, name);
    this.#write(name, node, this.#expression(node));
    return name;
  }

  #declare(node: Computed, expression: Expression): void {
    const { of, names, holders } = this.#identifiers;
    const base = node.kind === "lookup" ? `${node.from.name}_word` : node.operation;
    const name = of.get(node) ?? names.numbered(base);
    of.set(node, name);
    this.#inlined.delete(node);
    this.#write(name, node, expression, holders.get(node));
  }

  #write(name: string, node: Node, expression: Expression, holder: Node = node): void {
    if (this.#outputs.has(holder))
      this.#assigns.set(name, layOut(`assign ${name} =`, expression, ""));
    else {
      const head = `wire ${range(node.width)}${name} =`;
      this.wires.push(...layOut(head, expression, made(node.location)));
    }
  }
}
