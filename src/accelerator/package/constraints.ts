import type { TopPort } from "./ports.ts";

/** The target when constraints are written: users change one number. */
const PERIOD_NS = 10;

/** One clock, and the ports by name: tools differ in how all inputs but the clock are said. */
export function constraints(clock: string, ports: readonly TopPort[]): string {
  const of = (direction: TopPort["direction"]): string =>
    ports
      .filter((port) => port.direction === direction && port.name !== clock)
      .map(({ name, width }) => (width === 1 ? name : `${name}[*]`))
      .join(" ");
  return `# One clock; inputs arrive, and outputs leave, within a fifth of its period.
set period ${PERIOD_NS}.0
create_clock -name ${clock} -period $period [get_ports ${clock}]
set_input_delay [expr {0.2 * $period}] -clock ${clock} [get_ports {${of("input")}}]
set_output_delay [expr {0.2 * $period}] -clock ${clock} [get_ports {${of("output")}}]
`;
}
