/** An image or a descriptor that the core cannot run: one line, with its place. */
export class CoreError extends Error {
  override readonly name = "CoreError";
}
