import type { ir } from "rf8";
import type { Box, Net, Schematic } from "../protocol.ts";

/** More boxes than this are no picture any more. */
const maxBoxes = 600;

/** The boxes and wires of one module; what is inside its instances opens by itself. @throws RangeError for one that is too large. */
export function schematicOf(module: ir.ModuleIr): Schematic {
  const boxes = new Map<string, Box>();
  const nets: Net[] = [];
  const ids = new Map<ir.Node, string>();
  const line = (place: { toString(): string }): number =>
    Number(/^design\.ts:(\d+)$/.exec(String(place))?.[1] ?? 0);
  const add = (box: Box): string => {
    boxes.set(box.id, box);
    if (boxes.size > maxBoxes)
      throw new RangeError(
        `${module.name} has more than ${maxBoxes} operations, too many to draw; open a smaller module`,
      );
    return box.id;
  };

  /** The box that gives a node's value; what drives it is connected when it is first met. */
  const boxOf = (node: ir.Node): string => {
    const known = ids.get(node);
    if (known !== undefined) return known;
    const id = `n${ids.size}`;
    ids.set(node, id);
    const at = line(node.location);
    switch (node.kind) {
      case "input":
        return add({ id, label: node.name, kind: "input", line: at });
      case "constant":
        return add({ id, label: node.name ?? String(node.value), kind: "constant", line: at });
      case "register":
        return add({ id, label: node.name, kind: "register", line: at });
      case "memoryRead":
        return add({ id, label: `${node.memory.name} read`, kind: "memory", line: at });
      case "lookup":
        add({ id, label: node.from.name, kind: "memory", line: at });
        connect(node.address, id);
        return id;
      case "wire": {
        const driver = module.drivers.get(node);
        const source = driver
          ? boxOf(driver)
          : add({ id, label: node.name, kind: "constant", line: at });
        ids.set(node, source);
        return source;
      }
      case "instanceOutput": {
        const instance = `i-${node.instance}`;
        ids.set(node, instance);
        return instance;
      }
      case "operation": {
        const label = [node.operation, ...node.parameters].join(" ");
        add({ id, label, kind: "operation", line: at });
        for (const operand of node.operands) connect(operand, id);
        return id;
      }
    }
  };
  const connect = (node: ir.Node, to: string): void => {
    const name = "name" in node && node.kind !== "constant" ? (node.name ?? "") : "";
    const port = node.kind === "instanceOutput" ? `${node.instance}.${node.port}` : name;
    nets.push({ from: boxOf(node), to, width: node.width, name: port });
  };

  for (const { name, module: inner, location } of module.instances) {
    add({
      id: `i-${name}`,
      label: `${name}: ${inner.name}`,
      kind: "instance",
      line: line(location),
      opens: inner.name,
    });
  }
  for (const input of module.inputs) boxOf(input);
  for (const { name, inputs } of module.instances) {
    for (const driver of inputs.values()) connect(driver, `i-${name}`);
  }
  for (const output of module.outputs) {
    const id = add({
      id: `o-${output.name}`,
      label: output.name,
      kind: "output",
      line: line(output.location),
    });
    const driver = module.drivers.get(output);
    if (driver) connect(driver, id);
  }
  for (const [register, next] of module.registers) {
    const id = boxOf(register);
    if (next !== register) connect(next, id);
  }
  for (const { node, address, enable } of module.reads) {
    const id = boxOf(node);
    connect(address, id);
    connect(enable, id);
  }
  return { module: module.name, boxes: [...boxes.values()], nets };
}
