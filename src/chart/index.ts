export { type Axis, type LabelledOptions, labelled, type Point } from "./labelled.ts";
export { escaped, type Panel, type PictureOptions, picture } from "./picture.ts";
export { link } from "./plot.ts";
export { palette, type Series, seriesOf } from "./series.ts";
