import { type DesignFile, emitTogether, textsByName } from "@chisel-ts/core";
import type { Sources } from "../tools/yosys.ts";
import { withObligations } from "./checks.ts";
import type { Property } from "./property.ts";

/** The name of the module that is proved. */
export const checkerName = "check";

/**
 * The checker and the Verilog of the modules that it instantiates. Modules that share their texts are read
 * once; those below that are called like another are numbered.
 *
 * @throws CircuitError when two modules that the checker can name are called alike, or one is called like
 *   the checker.
 */
export function sourcesOf(property: Property): Sources {
  const { subject, helpers = [], prefix: own = "", helperPrefix = "", checker } = property;
  const reserved = [...checker.matchAll(/^\s*module\s+\\?(\w+)/gm)].map(([, name = ""]) => name);
  const subjects = subject ? [subject] : [];
  const groups =
    own === helperPrefix
      ? [{ prefix: own, tops: [...helpers, ...subjects] }]
      : [
          { prefix: helperPrefix, tops: helpers },
          { prefix: own, tops: subjects },
        ];
  const files = groups.flatMap(({ prefix, tops }) =>
    emitTogether([...new Set(tops)].map(withObligations), { prefix, reserved, models: true }),
  );
  // Both sides of a comparison may place one black box.
  const isFirst = ({ name, text }: DesignFile, index: number): boolean =>
    files.findIndex((other) => other.name === name && other.text === text) === index;
  return textsByName([{ name: `${checkerName}.v`, text: checker }, ...files.filter(isFirst)]);
}
