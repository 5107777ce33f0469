/** The optional package that places and routes; 223 MB with its chip databases. */
const packageName = "@yowasp/nextpnr-ice40";

/** The largest iCE40 in its package with most pins. */
const device = { name: "hx8k-ct256", flags: ["--hx8k", "--package", "ct256"] };

/** A circuit in place on an iCE40, or why it is not there. */
export type Placement =
  | {
      readonly tool: string;
      readonly device: string;
      /** From register to register; `null` without such a path. */
      readonly max_clock_mhz: number | null;
      /** The slowest path of any kind, pads included. */
      readonly delay_ns: number;
      readonly logic_cells: number;
    }
  | { readonly not_done: string };

/** What is used of nextpnr's interface; the package's own types are there only when it is. */
interface Nextpnr {
  readonly version: string;
  runNextpnrIce40(
    args: readonly string[],
    files: Readonly<Record<string, string>>,
    options: { stdout: null; stderr(bytes: Uint8Array | null): void },
  ): Promise<Readonly<Record<string, unknown>>>;
}

interface Report {
  readonly critical_paths: readonly {
    readonly from: string;
    readonly to: string;
    readonly path: readonly { readonly delay: number }[];
  }[];
  readonly utilization: { readonly ICESTORM_LC: { readonly used: number } };
}

/** The placer's name and version, `undefined` when it is not installed. */
export async function placer(): Promise<string | undefined> {
  const nextpnr = await load();
  return nextpnr && `${packageName} ${nextpnr.version}`;
}

/**
 * Places and routes a netlist of iCE40 cells, from a fixed seed; another seed gives a clock that differs by
 * some percent.
 */
export async function place(netlist: string): Promise<Placement> {
  const nextpnr = await load();
  if (!nextpnr) {
    return { not_done: `install ${packageName} (223 MB) for place and route` };
  }
  let printed = "";
  const decoder = new TextDecoder();
  try {
    const written = await nextpnr.runNextpnrIce40(
      [
        ...device.flags,
        "--json",
        "netlist.json",
        "--report",
        "report.json",
        "--seed",
        "1",
        "--quiet",
      ],
      { "netlist.json": netlist },
      {
        stdout: null,
        stderr: (bytes) => {
          if (bytes) printed += decoder.decode(bytes, { stream: true });
        },
      },
    );
    return placementOf(JSON.parse(String(written["report.json"])), nextpnr.version);
  } catch (error) {
    const reason = /^ERROR: (.*)$/m.exec(printed)?.[1];
    if (reason === undefined) throw error;
    return { not_done: `nextpnr: ${reason}` };
  }
}

function placementOf({ critical_paths, utilization }: Report, version: string): Placement {
  const clocked = (end: string): boolean => end.startsWith("posedge");
  const paths = critical_paths.map(({ from, to, path }) => ({
    registers: clocked(from) && clocked(to),
    ns: path.reduce((sum, { delay }) => sum + delay, 0),
  }));
  const between = paths.filter(({ registers }) => registers).map(({ ns }) => 1000 / ns);
  return {
    tool: `${packageName} ${version}`,
    device: device.name,
    max_clock_mhz: between.length > 0 ? Math.min(...between) : null,
    delay_ns: Math.max(0, ...paths.map(({ ns }) => ns)),
    logic_cells: utilization.ICESTORM_LC.used,
  };
}

async function load(): Promise<Nextpnr | undefined> {
  // A name that the compiler does not follow, since the package may be absent.
  const name: string = packageName;
  try {
    import.meta.resolve(name);
  } catch {
    return undefined;
  }
  return (await import(name)) as Nextpnr;
}
