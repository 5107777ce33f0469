import { accumulateReference } from "./accumulate.ts";
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
} satisfies Readonly<Record<string, (parameters: never) => Reference>>;
