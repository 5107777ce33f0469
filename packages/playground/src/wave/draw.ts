import type { Trace } from "../protocol.ts";
import { changeBefore, type Radix, valueText } from "./text.ts";

/** A trace with the cycles in which it changes. */
export interface Row extends Trace {
  readonly changes: Uint32Array;
}

export interface Scene {
  readonly rows: readonly Row[];
  readonly cycles: number;
  /** The first cycle at the left edge, and pixels of a cycle. */
  readonly from: number;
  readonly scale: number;
  readonly radix: Radix;
  readonly cursors: readonly (number | undefined)[];
  readonly selected: string | undefined;
}

export const [rowHeight, axisHeight, labelWidth] = [26, 24, 150];

const font = (size: number): string => `${size}px ui-monospace, monospace`;

/** Draws what is in view, in time that grows with the pixels and not with the cycles. */
export function draw(canvas: HTMLCanvasElement, scene: Scene): void {
  const context = canvas.getContext("2d");
  if (!context) return;
  const ratio = window.devicePixelRatio;
  const width = canvas.clientWidth;
  const height = axisHeight + rowHeight * scene.rows.length;
  const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== wide) canvas.width = wide;
  if (canvas.height !== high) canvas.height = high;
  canvas.style.height = `${height}px`;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  const style = getComputedStyle(canvas);
  const color = (name: string): string => style.getPropertyValue(`--${name}`);
  context.fillStyle = color("page");
  context.fillRect(0, 0, width, height);
  drawAxis(context, scene, width, color);
  scene.rows.forEach((row, index) => {
    const top = axisHeight + rowHeight * index;
    if (row.name === scene.selected) {
      context.fillStyle = color("mark");
      context.fillRect(0, top, width, rowHeight);
    }
    context.save();
    context.beginPath();
    context.rect(labelWidth, top, width - labelWidth, rowHeight);
    context.clip();
    context.strokeStyle = color(row.width === 1 ? "level" : "bus");
    context.fillStyle = color("text");
    drawRow(context, scene, row, { top, width });
    context.restore();
    context.fillStyle = color("text");
    context.font = font(12);
    context.textAlign = "left";
    context.fillText(shortened(context, row.name, labelWidth - 12), 4, top + 17);
    context.strokeStyle = color("edge");
    context.lineWidth = 0.5;
    line(context, [0, top + rowHeight], [width, top + rowHeight]);
    context.lineWidth = 1;
  });
  drawCursors(context, scene, height, color);
}

function drawAxis(
  context: CanvasRenderingContext2D,
  scene: Scene,
  width: number,
  color: (name: string) => string,
): void {
  const minimum = 70 / scene.scale;
  const power = 10 ** Math.floor(Math.log10(minimum));
  const step = Math.max(
    1,
    [1, 2, 5, 10].map((n) => n * power).find((n) => n >= minimum) ?? minimum,
  );
  context.font = font(11);
  context.textAlign = "center";
  for (let cycle = Math.ceil(scene.from / step) * step; cycle < scene.cycles; cycle += step) {
    const x = labelWidth + (cycle - scene.from) * scene.scale;
    if (x > width) break;
    context.strokeStyle = color("edge");
    context.lineWidth = 0.5;
    line(context, [x, axisHeight - 5], [x, axisHeight + rowHeight * scene.rows.length]);
    context.fillStyle = color("quiet");
    if (x > labelWidth + 12 && x < width - 20) context.fillText(String(cycle), x, 13);
  }
  context.lineWidth = 1;
  context.textAlign = "left";
  context.fillStyle = color("quiet");
  context.fillText("cycle", 4, 13);
}

function drawRow(
  context: CanvasRenderingContext2D,
  scene: Scene,
  row: Row,
  { top, width }: { readonly top: number; readonly width: number },
): void {
  const { changes, values } = row;
  const [high, low] = [top + 5, top + rowHeight - 6];
  const x = (cycle: number): number => labelWidth + (cycle - scene.from) * scene.scale;
  const last = Math.min(scene.cycles, Math.ceil(scene.from + (width - labelWidth) / scene.scale));
  context.font = font(11);
  context.textAlign = "center";
  let at = changeBefore(changes, Math.floor(scene.from));
  while (at < changes.length) {
    const begin = changes[at] as number;
    if (begin >= last) break;
    const end = changes[at + 1] ?? scene.cycles;
    const [left, right] = [Math.max(labelWidth, x(begin)), Math.min(width, x(end))];
    if (x(end) - x(begin) < 1.5) {
      // Too narrow to tell apart: one filled column, and on to the next pixel.
      line(context, [left, high], [left, low]);
      const next = changeBefore(changes, scene.from + (left + 1 - labelWidth) / scene.scale);
      at = Math.max(at + 1, next);
      continue;
    }
    if (row.width === 1) {
      const y = Number(values[begin]) === 0 ? low : high;
      line(context, [left, y], [right, y]);
      if (begin > 0 && x(begin) >= labelWidth) line(context, [left, high], [left, low]);
    } else {
      const slant = Math.min(3, (right - left) / 2);
      context.beginPath();
      context.moveTo(left, (high + low) / 2);
      context.lineTo(left + slant, high);
      context.lineTo(right - slant, high);
      context.lineTo(right, (high + low) / 2);
      context.lineTo(right - slant, low);
      context.lineTo(left + slant, low);
      context.closePath();
      context.stroke();
      if (right - left > 16) {
        const text = valueText(row, begin, scene.radix);
        context.fillText(shortened(context, text, right - left - 8), (left + right) / 2, top + 17);
      }
    }
    at += 1;
  }
}

function drawCursors(
  context: CanvasRenderingContext2D,
  scene: Scene,
  height: number,
  color: (name: string) => string,
): void {
  context.strokeStyle = color("bad");
  context.fillStyle = color("bad");
  scene.cursors.forEach((cycle, index) => {
    if (cycle === undefined) return;
    const x = labelWidth + (cycle + 0.5 - scene.from) * scene.scale;
    if (x < labelWidth) return;
    context.setLineDash(index === 0 ? [] : [4, 3]);
    line(context, [x, 16], [x, height]);
    context.setLineDash([]);
  });
}

function line(
  context: CanvasRenderingContext2D,
  from: readonly [x: number, y: number],
  to: readonly [x: number, y: number],
): void {
  context.beginPath();
  context.moveTo(...from);
  context.lineTo(...to);
  context.stroke();
}

/** As much of a text as fits, the end of it marked. */
function shortened(context: CanvasRenderingContext2D, text: string, room: number): string {
  if (context.measureText(text).width <= room) return text;
  const letter = context.measureText("0").width;
  const fits = Math.floor(room / letter) - 1;
  return fits <= 0 ? "" : `${text.slice(0, fits)}…`;
}
