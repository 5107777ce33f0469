/** What is in use of Observable Plot. A build puts it and all that it needs into this file of dist/ (build.mjs). */
export {
  areaY,
  barX,
  dot,
  line,
  link,
  type Markish,
  type MarkOptions,
  type PlotOptions,
  plot,
  rectX,
  rectY,
  ruleX,
  ruleY,
  scale,
  text,
  tickX,
} from "@observablehq/plot";
