import type { External, Instance, ModuleIr, Node, ResetStyle } from "../ir.ts";
import { resetPortOf } from "../reset.ts";
import { constantText } from "./constant.ts";
import { indent, made } from "./text.ts";

/** The reset of an instance, in the module around it where `text` is 1 in reset. */
const resetOf = (active: ResetStyle["active"], text: string): string => {
  if (active === "high") return text;
  return text.startsWith("!") ? text.slice(1) : `!${text}`;
};

/** The ports that clock and reset go to. */
function implicitPorts(module: ModuleIr): {
  readonly clock: string | undefined;
  readonly reset: External["reset"];
} {
  if (module.external) return module.external;
  const port = resetPortOf(module);
  return {
    clock: module.clocked ? "clock" : undefined,
    reset: port === undefined ? undefined : { port, active: module.reset.active },
  };
}

/**
 * An instance with one connection a line, in the order of the module's ports.
 *
 * @param resetText the expression that is 1 while the module around it is in reset, where it has a reset.
 */
export function placeInstance(
  { name, module, inputs, outputs, location }: Instance,
  moduleName: string,
  resetText: string | undefined,
  text: (node: Node) => string,
): string[] {
  const sources = new Map([...inputs, ...outputs.map((node) => [node.port, node] as const)]);
  const { clock, reset } = implicitPorts(module);
  const clocks = [
    ...(clock === undefined ? [] : [`.${clock}(clock)`]),
    ...(reset ? [`.${reset.port}(${resetOf(reset.active, resetText ?? "1'b0")})`] : []),
  ];
  const connections = module.portList.map((port) => {
    const source = sources.get(port.name);
    return `.${port.name}(${source ? text(source) : ""})`;
  });
  const values = Object.entries(module.external?.parameters ?? {}).map(
    ([key, value]) => `.${key}(${constantText(key, value, location)})`,
  );
  const head = values.length === 0 ? [moduleName] : [`${moduleName} #(`, ...list(values), ")"];
  return [
    ...head.slice(0, -1),
    `${head.at(-1)} ${name} (  ${made(location)}`,
    ...list([...clocks, ...connections]),
    ");",
  ];
}

const list = (lines: readonly string[]): string[] =>
  indent(lines.map((line, i, all) => (i === all.length - 1 ? line : `${line},`)));
