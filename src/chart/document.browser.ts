/** What elements of a drawing are made with: the page's own. A worker has none, and cannot draw. */
export const { document } = globalThis as unknown as { readonly document: unknown };
