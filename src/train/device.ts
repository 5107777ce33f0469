import { TrainingError } from "./error.ts";

/** Where networks are trained: on the processor's cores through WebAssembly, or on a graphics processor. */
export const devices = ["wasm", "webgpu"] as const;
export type Device = (typeof devices)[number];

let adapterName = "";
let failure: string | undefined;

/** What a device is called: `wasm`, or the name of the graphics processor once it is in use. */
export const deviceName = (device: Device): string => (device === "wasm" ? device : adapterName);

/** @throws TrainingError where the device has failed: nothing that it computed since is to be believed. */
export function checkDevice(device: Device): void {
  if (device === "webgpu" && failure !== undefined)
    throw new TrainingError(`webgpu: ${adapterName} failed: ${failure}`);
}

/**
 * Gives this process the WebGPU that browsers have, by the package `webgpu`, for @jax-js/jax to find.
 *
 * @throws TrainingError where the package is not installed, or no graphics processor is found.
 */
export async function provideWebgpu(): Promise<void> {
  if (adapterName !== "") return;
  const { create, globals } = await installedPackage();
  const gpu = create([]);
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter)
    throw new TrainingError(
      "webgpu: no graphics processor is found; Linux needs the Vulkan loader (libvulkan1) and a driver",
    );
  const { description, vendor, architecture } = adapter.info;
  adapterName = description || `${vendor} ${architecture}`.trim() || "an adapter without a name";
  const { features, limits } = adapter;
  const requestDevice = async (wanted: GPUDeviceDescriptor): Promise<GPUDevice> => {
    const device = await adapter.requestDevice(wanted);
    // @jax-js/jax prints errors and goes on.
    device.addEventListener("uncapturederror", (event) => {
      event.preventDefault();
      event.stopImmediatePropagation();
      failure ??= firstLine(event.error.message);
    });
    device.lost.then(({ reason, message }) => {
      if (reason !== "destroyed") failure ??= `it is lost: ${firstLine(message)}`;
    });
    return device;
  };
  Object.assign(globalThis, globals);
  if (!("navigator" in globalThis)) define(globalThis, "navigator", { userAgent: "Node.js" });
  const found = { requestAdapter: async () => ({ features, limits, requestDevice }), adapter, gpu };
  define(navigatorOf(globalThis), "gpu", found);
}

const firstLine = (text: string): string => text.split("\n", 1)[0] ?? "";

const define = (target: object, name: string, value: object): void => {
  Object.defineProperty(target, name, { value, configurable: true });
};

const navigatorOf = (scope: object): object => Reflect.get(scope, "navigator");

async function installedPackage(): Promise<typeof import("webgpu")> {
  try {
    return await import("webgpu");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new TrainingError("webgpu: needs a package that is not installed: npm install webgpu");
  }
}
