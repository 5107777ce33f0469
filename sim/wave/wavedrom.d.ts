// Types for the part of wavedrom in use, which comes without declarations.

declare module "wavedrom" {
  /** An element as JsonML: its tag, attributes and contents. */
  type Element = readonly [string, ...unknown[]];
  /** The shapes and styles to draw with. */
  const waveSkin: Readonly<Record<string, unknown>>;
  /** The picture of WaveJSON; `index` tells the identifiers of several pictures on one page apart. */
  function renderAny(index: number, source: object, skin: typeof waveSkin): Element;
  const onml: { stringify(element: Element): string };
}
