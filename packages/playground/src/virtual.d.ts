declare module "virtual:declarations" {
  /** Texts by address. */
  export const files: Readonly<Record<string, string>>;
  /** From a module's name to its address. */
  export const paths: Record<string, string[]>;
}
