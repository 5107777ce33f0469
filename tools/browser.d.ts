/** The part of a browser's API in use; the compiler's own declarations of it would hide what Node lacks. */
interface BrowserMessage<T> {
  readonly data: T;
}

interface BrowserWorker {
  postMessage(message: unknown): void;
  onmessage: ((event: BrowserMessage<never>) => void) | null;
  onerror: ((event: { readonly message: string }) => void) | null;
}

declare const Worker: new (program: URL, options: { readonly type: "module" }) => BrowserWorker;
