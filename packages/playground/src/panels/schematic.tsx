import type { ElkNode } from "elkjs";
import { useEffect, useRef, useState } from "preact/hooks";
import { between, type PathEnds } from "../critical-path.ts";
import type { Box, Net, Schematic as Netlist } from "../protocol.ts";
import { useTask } from "../use-task.ts";
import type { PanelProps } from "./common.tsx";
import { Gates } from "./gates.tsx";

const minimumZoom = 0.6;

interface Placed {
  readonly netlist: Netlist;
  readonly layout: ElkNode;
}

/** Places boxes from left to right, in a worker that is loaded with the first picture. */
async function place(netlist: Netlist): Promise<Placed> {
  const { default: Elk } = await import("elkjs/lib/elk-api.js");
  const { default: ElkWorker } = await import("elkjs/lib/elk-worker.min.js?worker");
  const elk = new Elk({ workerFactory: () => new ElkWorker() });
  try {
    const layout = await elk.layout({
      id: "root",
      layoutOptions: {
        "elk.padding": "[top=16,left=16,bottom=16,right=16]",
        "elk.algorithm": "layered",
        "elk.direction": "RIGHT",
        "elk.edgeRouting": "ORTHOGONAL",
        "elk.layered.spacing.nodeNodeBetweenLayers": "36",
        "elk.spacing.nodeNode": "18",
        "elk.layered.feedbackEdges": "true",
      },
      children: netlist.boxes.map(({ id, label }) => ({
        id,
        height: 28,
        width: Math.max(36, 8 * label.length + 16),
        layoutOptions: { "elk.portConstraints": "FIXED_SIDE" },
        ports: [
          { id: `${id}:in`, layoutOptions: { "elk.port.side": "WEST" } },
          { id: `${id}:out`, layoutOptions: { "elk.port.side": "EAST" } },
        ],
      })),
      edges: netlist.nets.map(({ from, to }, index) => ({
        id: `e${index}`,
        sources: [`${from}:out`],
        targets: [`${to}:in`],
      })),
    });
    return { netlist, layout };
  } finally {
    elk.terminateWorker();
  }
}

/** The circuit as boxes and wires. */
export function Schematic(
  props: PanelProps & {
    readonly selected: string | undefined;
    /** The slowest path of the module, once it has been synthesized. */
    readonly path: PathEnds | undefined;
    onSelect(name: string): void;
  },
) {
  const { session, module, run, line, onLine, onOpen, selected, path, onSelect } = props;
  const [state, start] = useTask(session, "schematic", `${module} ${run}`);
  const [placed, setPlaced] = useState<Placed | undefined>();
  const [zoom, setZoom] = useState(1);
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (module !== "") start({ module });
  }, [module, run]);
  useEffect(() => {
    let wanted = true;
    setPlaced(undefined);
    if (state.result)
      void place(state.result).then((done) => {
        if (wanted) setPlaced(done);
      });
    return () => {
      wanted = false;
    };
  }, [state.result]);
  // The whole picture at first, where its texts stay legible.
  useEffect(() => {
    const [room, wide] = [frame.current?.clientWidth ?? 0, placed?.layout.width ?? 0];
    if (wide > 0) setZoom(Math.max(minimumZoom, Math.min(1, room / (wide + 8))));
  }, [placed]);
  if (state.error !== undefined) return <p class="failure">{state.error}</p>;
  if (state.result?.boxes.length === 0) return <p>{module} has nothing to draw.</p>;
  if (!placed) return <p role="status">drawing …</p>;
  const { netlist, layout } = placed;
  const boxes = new Map(netlist.boxes.map((box) => [box.id, box]));
  const critical = path?.module === netlist.module ? between(netlist, path) : undefined;
  const [width, height] = [layout.width ?? 0, layout.height ?? 0];
  return (
    <>
      <div class="wave-tools">
        <button type="button" onClick={() => setZoom(zoom * 1.25)} aria-label="Zoom in">
          +
        </button>
        <button type="button" onClick={() => setZoom(zoom / 1.25)} aria-label="Zoom out">
          −
        </button>
        <span class="note">
          {netlist.boxes.length} boxes, {netlist.nets.length} wires. A box leads to its line, an
          instance opens.
        </span>
        {path && critical && (
          <p class="note">
            <strong class="critical-word">Critical path</strong>: {path.from} to {path.to},{" "}
            {path.delay.toFixed(1)} FO4. The operations that it may pass are drawn in this colour;
            its gates follow below.
          </p>
        )}
      </div>
      <div
        ref={frame}
        class="schematic"
        tabIndex={0}
        role="group"
        aria-label={`Schematic of ${netlist.module}`}
      >
        <svg
          width={(width + 8) * zoom}
          height={(height + 8) * zoom}
          viewBox={`-4 -4 ${width + 8} ${height + 8}`}
          role="group"
          aria-label={`${netlist.module}: ${netlist.boxes.length} boxes`}
        >
          <marker
            id="arrow"
            viewBox="0 0 8 8"
            refX="8"
            refY="4"
            markerWidth="7"
            markerHeight="7"
            markerUnits="userSpaceOnUse"
            orient="auto"
          >
            <polygon points="0,0 8,4 0,8" />
          </marker>
          {(layout.edges ?? []).map((edge, index) => {
            const net = netlist.nets[index];
            const [section] = edge.sections ?? [];
            if (!net || !section) return null;
            const points = [section.startPoint, ...(section.bendPoints ?? []), section.endPoint];
            return (
              <Wire
                key={edge.id}
                net={net}
                points={points.map(({ x, y }) => `${x},${y}`).join(" L")}
                marked={net.name !== "" && net.name === selected}
                critical={critical?.nets.has(net) ?? false}
                onSelect={() => {
                  const from = boxes.get(net.from)?.line ?? 0;
                  if (from > 0) onLine(from);
                  onSelect(net.name);
                }}
              />
            );
          })}
          {(layout.children ?? []).map((node) => {
            const box = boxes.get(node.id);
            return (
              box && (
                <Drawn
                  key={node.id}
                  box={box}
                  node={node}
                  marked={box.line > 0 && box.line === line}
                  critical={critical?.boxes.has(box.id) ?? false}
                  onClick={() => {
                    if (box.opens !== undefined) onOpen(box.opens);
                    else if (box.line > 0) onLine(box.line);
                    onSelect(box.label);
                  }}
                />
              )
            );
          })}
        </svg>
      </div>
      {path && critical && <Gates path={path.gates} />}
    </>
  );
}

function Wire(props: {
  net: Net;
  points: string;
  marked: boolean;
  critical: boolean;
  onSelect(): void;
}) {
  const { net, points, marked, critical, onSelect } = props;
  return (
    <path
      d={`M${points}`}
      marker-end="url(#arrow)"
      class={`${net.width > 1 ? "bus" : ""} ${critical ? "critical" : ""} ${marked ? "marked" : ""}`}
      onClick={onSelect}
    >
      <title>{`${net.name} ${net.width} bits`}</title>
    </path>
  );
}

function Drawn(props: {
  box: Box;
  node: ElkNode;
  marked: boolean;
  critical: boolean;
  onClick(): void;
}) {
  const { box, node, marked, critical, onClick } = props;
  const { x = 0, y = 0, width = 0, height = 0 } = node;
  return (
    <g
      class={`${box.kind} ${critical ? "critical" : ""} ${marked ? "marked" : ""}`}
      transform={`translate(${x} ${y})`}
      role="button"
      tabindex={0}
      aria-label={`${box.kind} ${box.label}${box.line > 0 ? `, line ${box.line}` : ""}${critical ? ", critical path" : ""}`}
      onClick={onClick}
      onKeyDown={(event) => {
        if (event.key === "Enter" || event.key === " ") onClick();
      }}
    >
      <rect width={width} height={height} rx={box.kind === "operation" ? 12 : 2} />
      <text x={width / 2} y={height / 2 + 4} text-anchor="middle">
        {box.label}
      </text>
    </g>
  );
}
