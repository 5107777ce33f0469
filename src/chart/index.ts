export { type Axis, figure, type LabelledOptions, labelled, type Point } from "./labelled.ts";
export { escaped, type Panel, type PictureOptions, picture } from "./picture.ts";
export { barX, dot, line, link, rectY, ruleX } from "./plot.ts";
export { palette, type Series, seriesOf } from "./series.ts";
