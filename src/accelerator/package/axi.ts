import type { ir, Module } from "@chisel-ts/core";
import type { TopPort } from "./ports.ts";

/** A module with the ports that packagers of AXI cores expect, around a circuit. */
export interface AxiWrapper {
  readonly ports: readonly TopPort[];
  readonly text: string;
}

interface WrapperPort extends TopPort {
  /** `interface signal`, or a signal by itself, as IP-XACT knows them. */
  readonly info?: string;
  readonly parameter?: string;
}

/** Bits of each word of results. */
const resultBits = 64;

/** Streams of the circuit, and the flag that goes with the results of an array. */
const streams = ["activation", "weight", "result"] as const;
const user = "invalid";

/**
 * The wrapper: `aclk`, `aresetn`, `s_axi_*` where the circuit has registers, `s_axis_activation_*`, `s_axis_weight_*`,
 * `m_axis_result_*` with data of one port each, lane 0 lowest, results sign-extended to 64 bits. AxPROT and TKEEP of
 * what comes are not looked at; TKEEP of the results is all ones.
 *
 * @param inner the circuit's module name
 */
export function axiWrapper(top: Module, inner: string, name: string): AxiWrapper {
  const groups = streams.map((stream) => streamOf(top, stream));
  const lite = top.portList.some(({ path: [group] }) => group === "control");
  const buses = [...(lite ? ["s_axi"] : []), ...groups.map(({ bus }) => bus)];
  const ports: WrapperPort[] = [
    {
      direction: "input",
      name: "aclk",
      width: 1,
      info: "xilinx.com:signal:clock:1.0 aclk CLK",
      parameter: `ASSOCIATED_BUSIF ${buses.join(":")}, ASSOCIATED_RESET aresetn`,
    },
    {
      direction: "input",
      name: "aresetn",
      width: 1,
      info: "xilinx.com:signal:reset:1.0 aresetn RST",
      parameter: "POLARITY ACTIVE_LOW",
    },
    ...(lite ? liteOf(top) : []),
    ...groups.flatMap(({ ports: of }) => of),
    ...top.portList.filter(isAlone).map(aloneOf),
  ];
  const unread = ports.filter(({ name: port }) => /_a[wr]prot$|^s_axis_.*_tkeep$/.test(port));
  const wires = groups.flatMap(({ wires: of }) => of);
  return {
    ports,
    text: [
      `// ${name}: ${inner} with the ports of an AXI core`,
      "`default_nettype none",
      "",
      `module ${name} (`,
      ports.map(declared).join(",\n"),
      ");",
      ...wires,
      "",
      `  ${inner} core (`,
      [".clock(aclk)", ".reset(!aresetn)", ...connections(top)]
        .map((connection) => `    ${connection}`)
        .join(",\n"),
      "  );",
      "",
      ...groups.flatMap(({ assigns }) => assigns),
      `  wire _unused = &{1'b0, ${unread.map(({ name: port }) => port).join(", ")}};`,
      "endmodule",
      "",
      "`default_nettype wire",
      "",
    ].join("\n"),
  };
}

const range = (width: number): string => (width === 1 ? "" : `[${width - 1}:0] `);

function declared({ direction, name, width, info, parameter }: WrapperPort): string {
  const attributes = [
    ...(info ? [`X_INTERFACE_INFO = "${info}"`] : []),
    ...(parameter ? [`X_INTERFACE_PARAMETER = "${parameter}"`] : []),
  ];
  const before = attributes.length > 0 ? `  (* ${attributes.join(", ")} *)\n` : "";
  return `${before}  ${direction} wire ${range(width)}${name}`;
}

const isAlone = ({ path }: ir.PortInfo): boolean => path.length === 1 && path[0] !== user;

const aloneOf = ({ direction, name, type }: ir.PortInfo): WrapperPort => ({
  direction,
  name,
  width: type.width,
  ...(name === "irq" && {
    info: "xilinx.com:signal:interrupt:1.0 irq INTERRUPT",
    parameter: "SENSITIVITY LEVEL_HIGH",
  }),
});

/** AXI4-Lite, with the AxPROT that masters drive. */
const liteOf = (top: Module): WrapperPort[] =>
  top.portList
    .filter(({ path: [group] }) => group === "control")
    .flatMap(({ direction, path, type }) => {
      const signal = path.at(-1) as string;
      const port = (name: string, width: number): WrapperPort => ({
        direction,
        name: `s_axi_${name}`,
        width,
        info: `xilinx.com:interface:aximm:1.0 s_axi ${name.toUpperCase()}`,
      });
      const itself = port(signal, type.width);
      return /^a[wr]addr$/.test(signal) ? [itself, port(`${signal.slice(0, 2)}prot`, 3)] : [itself];
    });

interface Stream {
  readonly bus: string;
  readonly ports: readonly WrapperPort[];
  readonly wires: readonly string[];
  readonly assigns: readonly string[];
}

function streamOf(top: Module, stream: (typeof streams)[number]): Stream {
  const comes = stream !== "result";
  const bus = `${comes ? "s" : "m"}_axis_${stream}`;
  const of = top.portList.filter(({ path: [group] }) => group === stream);
  const data = of.filter(({ path }) => path[1] === "tdata");
  const packed = data.length === 1 && data[0]?.path.length === 2;
  const slot = (width: number): number => (comes || packed ? width : resultBits);
  const width = data.reduce((sum, { type }) => sum + slot(type.width), 0);
  const port = (name: string, direction: "input" | "output", bits: number): WrapperPort => ({
    direction,
    name: `${bus}_${name}`,
    width: bits,
    info: `xilinx.com:interface:axis:1.0 ${bus} ${name.toUpperCase()}`,
  });
  const [forward, back] = comes ? (["input", "output"] as const) : (["output", "input"] as const);
  const hasLast = of.some(({ path }) => path[1] === "tlast");
  const hasUser = !comes && top.portList.some(({ name }) => name === user);
  const ports = [
    ...[port("tvalid", forward, 1), port("tready", back, 1), port("tdata", forward, width)],
    port("tkeep", forward, width / 8),
    ...(hasLast ? [port("tlast", forward, 1)] : []),
    ...(hasUser ? [port("tuser", forward, 1)] : []),
  ];
  if (comes) return { bus, ports, wires: [], assigns: [] };
  const keep = `  assign ${bus}_tkeep = {${width / 8}{1'b1}};`;
  if (packed) return { bus, ports, wires: [], assigns: [keep] };
  const words = data.map(
    ({ name, type }) => `{{${resultBits - type.width}{${name}[${type.width - 1}]}}, ${name}}`,
  );
  return {
    bus,
    ports,
    wires: data.map(({ name, type }) => `  wire ${range(type.width)}${name};`),
    assigns: [`  assign ${bus}_tdata = {${words.reverse().join(", ")}};`, keep],
  };
}

/** `.port(signal)` of every port of the circuit's instance. */
function connections(top: Module): string[] {
  const low = new Map<string, number>();
  return top.portList.map(({ name, path, type }) => {
    const [group = "", signal = ""] = path;
    if (path.length === 1) return `.${name}(${name === user ? "m_axis_result_tuser" : name})`;
    if (group === "control") return `.${name}(s_axi_${signal})`;
    if (group === "result")
      return `.${name}(${path.length === 2 ? `m_axis_result_${signal}` : name})`;
    const whole = `s_axis_${group}_${signal}`;
    if (path.length === 2) return `.${name}(${whole})`;
    const at = low.get(group) ?? 0;
    low.set(group, at + type.width);
    return `.${name}(${whole}[${at + type.width - 1}:${at}])`;
  });
}
