/** What a line of a chart, or its points, look like. */
export interface Series {
  readonly name: string;
  readonly colour: string;
  readonly symbol: Symbol;
  /** Drawn with gaps in its line and open points: the other of two lines of one colour. */
  readonly open?: boolean;
}

type Symbol = "circle" | "square" | "triangle" | "diamond" | "star" | "wye" | "cross" | "times";

const symbols: readonly Symbol[] = [
  ...(["circle", "square", "triangle", "diamond", "star", "wye", "cross", "times"] as const),
];

/** Colours that stay apart for those who do not see all of them, on white and on black. */
export const palette = [
  ...(["#d55e00", "#2a82c4", "#009e73", "#c0659a", "#a67a00", "#7a6fd0", "#6b7780"] as const),
] as const;

/** Names in the order that they first come in, each with a colour and a symbol of its own. */
export const seriesOf = (names: readonly string[]): Series[] =>
  [...new Set(names)].map((name, index) => ({
    name,
    colour: palette[index % palette.length] ?? palette[0],
    symbol: symbols[index % symbols.length] ?? "circle",
    open: index >= palette.length,
  }));
