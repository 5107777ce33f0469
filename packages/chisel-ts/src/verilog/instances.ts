import type { Instance, ModuleIr, Node } from "../ir.ts";
import { resetPortOf } from "../reset.ts";
import { indent, made } from "./text.ts";

/** The reset of an instance, in the module around it where `text` is 1 in reset. */
const resetOf = ({ reset }: ModuleIr, text: string): string => {
  if (reset.active === "high") return text;
  return text.startsWith("!") ? text.slice(1) : `!${text}`;
};

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
  const port = resetPortOf(module);
  const clocks = [
    ...(module.clocked ? [".clock(clock)"] : []),
    ...(port === undefined ? [] : [`.${port}(${resetOf(module, resetText ?? "1'b0")})`]),
  ];
  const connections = module.portList.map((port) => {
    const source = sources.get(port.name);
    return `.${port.name}(${source ? text(source) : ""})`;
  });
  const lines = [...clocks, ...connections].map((line, i, all) =>
    i === all.length - 1 ? line : `${line},`,
  );
  return [`${moduleName} ${name} (  ${made(location)}`, ...indent(lines), ");"];
}
