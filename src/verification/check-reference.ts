/** @throws RangeError where the function that a circuit is compared with is missing, as JavaScript allows. */
export function checkReference(name: string, options: unknown): void {
  const given = options as { readonly reference?: unknown } | undefined;
  if (typeof given?.reference === "function") return;
  throw new RangeError(
    `${name} needs { reference }: a function from columns of the inputs and the number of cycles to columns of the outputs`,
  );
}
