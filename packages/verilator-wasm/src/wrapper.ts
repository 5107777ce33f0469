import { type Files, textOf } from "./files.ts";
import { answersOf, inputsOf, type ModelInterface } from "./interface.ts";

/** The wrapper's own port names: those of a design may mean something to Verilator or to C++. */
export const inputName = (index: number): string => `i${index}`;
export const answerName = (index: number): string => `o${index}`;

/** The word, with `_` appended until it occurs nowhere in the design's text. */
function unusedWord(word: string, files: Files): string {
  const texts = Object.values(files).map(textOf);
  let name = word;
  while (texts.some((text) => text.includes(name))) name += "_";
  return name;
}

/** A module of fixed port names around a design: its C++ class does not depend on the design's names. */
export function wrapper(
  files: Files,
  model: ModelInterface,
): { readonly name: string; readonly text: string } {
  const name = unusedWord("model_of", files);
  const instance = unusedWord("dut", files);
  const range = (width: number): string => (width > 1 ? `[${width - 1}:0] ` : "");
  const controls = [model.clock && "clock", model.reset && "reset"].filter((word) => word);
  const inputs = inputsOf(model);
  const outputs = model.ports.filter(({ direction }) => direction === "output");
  const declared = [
    ...controls.map((control) => `input wire ${control}`),
    ...inputs.map(({ width }, index) => `input wire ${range(width)}${inputName(index)}`),
    ...answersOf(model).map(
      ({ width }, index) => `output wire ${range(width)}${answerName(index)}`,
    ),
  ];
  const connected = [
    ...(model.clock ? [`.${model.clock}(clock)`] : []),
    ...(model.reset ? [`.${model.reset}(${model.resetActive === "low" ? "!" : ""}reset)`] : []),
    ...inputs.map((port, index) => `.${port.name}(${inputName(index)})`),
    ...outputs.map((port, index) => `.${port.name}(${answerName(index)})`),
  ];
  const probes = (model.probes ?? []).map(
    ({ path }, index) =>
      `  assign ${answerName(outputs.length + index)} = ${[instance, ...path].join(".")};`,
  );
  const text = [
    `module ${name}(`,
    declared.map((line) => `  ${line}`).join(",\n"),
    ");",
    `  ${model.top} ${instance}(${connected.join(", ")});`,
    ...probes,
    "endmodule",
    "",
  ].join("\n");
  return { name, text };
}
