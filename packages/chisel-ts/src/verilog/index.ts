export {
  type Design,
  type DesignFile,
  emitDesign,
  emitTogether,
  type Naming,
} from "./design.ts";
export { type TextFile, textsByName } from "./files.ts";
export { namedValues, verilogNames } from "./identifiers.ts";
export type { Manifest, ModuleManifest, PortManifest, SignalManifest } from "./manifest.ts";
export { emitModule } from "./module.ts";
export { checkName, checkNames } from "./names.ts";
export { reservedWords } from "./reserved-words.ts";
