import type { Instance, Node } from "../ir.ts";
import { indent, made } from "./text.ts";

/** An instance with one connection a line, in the order of the module's ports. */
export function placeInstance(
  { name, module, inputs, outputs, location }: Instance,
  moduleName: string,
  text: (node: Node) => string,
): string[] {
  const sources = new Map([...inputs, ...outputs.map((node) => [node.port, node] as const)]);
  const clocks = module.clocked ? [".clock(clock)", ".reset(reset)"] : [];
  const connections = module.portList.map((port) => {
    const source = sources.get(port.name);
    return `.${port.name}(${source ? text(source) : ""})`;
  });
  const lines = [...clocks, ...connections].map((line, i, all) =>
    i === all.length - 1 ? line : `${line},`,
  );
  return [`${moduleName} ${name} (  ${made(location)}`, ...indent(lines), ");"];
}
