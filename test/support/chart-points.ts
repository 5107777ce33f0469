/** The points of a chart that say what they are, in pixels of their panel, in the order they are drawn in. */
export function pointsOf(svg: string): { x: number; y: number; text: string }[] {
  return [...svg.matchAll(/<(?:circle|path)([^>]*)><title>([^<]*)</g)].map(
    ([, attributes = "", text = ""]) => {
      const [, moved = "", down = ""] = /translate\(([\d.]+),([\d.]+)\)/.exec(attributes) ?? [];
      const value = (name: string): string =>
        new RegExp(` ${name}="([\\d.]+)"`).exec(attributes)?.[1] ?? "";
      return { x: Number(moved || value("cx")), y: Number(down || value("cy")), text };
    },
  );
}
