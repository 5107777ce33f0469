import { accumulateReference } from "./accumulate.ts";
import {
  embeddedCodeReference,
  encoderReference,
  exponentialReference,
  paletteReference,
  shareReference,
  squareRootReference,
} from "./core/references.ts";
import { decodeReference } from "./decode.ts";
import { dotReference } from "./dot.ts";
import { macReference } from "./mac.ts";
import { processingElementReference } from "./processing-element.ts";
import { productReference, registeredProductReference } from "./product.ts";
import { queueReference } from "./queue.ts";
import type { Reference } from "./reference.ts";
import { systolicReference } from "./systolic.ts";

/** The reference of each circuit, by its module's name. */
export const references = {
  decode: decodeReference,
  product: productReference,
  product_registered: registeredProductReference,
  accumulate: accumulateReference,
  mac: macReference,
  dot: dotReference,
  processing_element: processingElementReference,
  systolic: systolicReference,
  queue: queueReference,
  palette: paletteReference,
  rf8_encoder: encoderReference,
  core_embedded_code: embeddedCodeReference,
  exponential: exponentialReference,
  square_root: squareRootReference,
  core_share: shareReference,
} satisfies Readonly<Record<string, (parameters: never) => Reference>>;
