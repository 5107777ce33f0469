import { InvalidArgumentError, Option } from "commander";

/** `--record FILE`: what each matrix reads, for `rf8 power --activations`. @param when it may be given */
export const recordOption = (when: string): Option =>
  new Option(
    "--record <file>",
    `write the integers that each matrix reads, 256 vectors at most, as safetensors for rf8 power --activations; ${when}`,
  ).argParser((file) => {
    if (!file.endsWith(".safetensors"))
      throw new InvalidArgumentError(`${file} must end in .safetensors.`);
    return file;
  });
