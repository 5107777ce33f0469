import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/**
 * Firefox by Marionette, the protocol of its own tests: JSON on a socket, its length and a colon before it. Playwright's way needs
 * commands that Debian's Firefox lacks.
 */
export class Firefox {
  readonly #process: ChildProcess;
  readonly #profile: string;
  readonly #socket: Socket;
  readonly #waiting = new Map<number, Waiting>();
  #bytes = Buffer.alloc(0);

  private constructor(process: ChildProcess, profile: string, socket: Socket) {
    this.#process = process;
    this.#profile = profile;
    this.#socket = socket;
    socket.on("data", (bytes: Buffer) => this.#take(bytes));
  }

  static async open(): Promise<Firefox> {
    const profile = mkdtempSync(join(tmpdir(), "rf8-firefox-"));
    // 0: a port that is free, which Firefox writes into the profile.
    writeFileSync(join(profile, "user.js"), 'user_pref("marionette.port", 0);\n');
    const args = ["--headless", "--marionette", "--no-remote", "--profile", profile];
    const child = spawn("/usr/bin/firefox-esr", args, { stdio: "ignore" });
    const port = await soon(() =>
      Number(readFileSync(join(profile, "MarionetteActivePort"), "utf8")),
    );
    const socket = connect(port, "127.0.0.1");
    await once(socket, "connect");
    const firefox = new Firefox(child, profile, socket);
    await firefox.#send("WebDriver:NewSession", { capabilities: {} });
    await firefox.#send("WebDriver:SetTimeouts", { script: 60_000 });
    await firefox.#send("WebDriver:SetWindowRect", { width: 1280, height: 900 });
    return firefox;
  }

  goto = (url: string): Promise<unknown> => this.#send("WebDriver:Navigate", { url });

  /** What the body of a function says in the page: it is asked again until it says something. */
  async until(body: string): Promise<unknown> {
    const script = `const done = arguments[arguments.length - 1];
      const look = () => { const found = (() => { ${body} })(); if (found) done(found); else setTimeout(look, 50); };
      look();`;
    try {
      const answer = await this.#send("WebDriver:ExecuteAsyncScript", { script, args: [] });
      return (answer as { value: unknown }).value;
    } catch (error) {
      throw new Error(`Firefox never answers ${body}: ${(error as Error).message}`);
    }
  }

  async screenshot(file: string): Promise<void> {
    const answer = await this.#send("WebDriver:TakeScreenshot", { full: false });
    writeFileSync(file, Buffer.from((answer as { value: string }).value, "base64"));
  }

  async close(): Promise<void> {
    const ended = once(this.#process, "exit");
    this.#process.kill();
    await ended;
    this.#socket.destroy();
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }

  #send(command: string, parameters: object): Promise<unknown> {
    const id = this.#waiting.size + 1;
    const text = JSON.stringify([0, id, command, parameters]);
    this.#socket.write(`${Buffer.byteLength(text)}:${text}`);
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  #take(more: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, more]);
    for (;;) {
      const colon = this.#bytes.indexOf(":");
      const end = colon + 1 + Number(this.#bytes.subarray(0, colon));
      if (colon < 0 || this.#bytes.length < end) return;
      const answer: unknown = JSON.parse(this.#bytes.subarray(colon + 1, end).toString());
      this.#bytes = this.#bytes.subarray(end);
      // The first is a greeting.
      if (!Array.isArray(answer)) continue;
      const [, id, error, value] = answer as [number, number, object | null, unknown];
      const waiting = this.#waiting.get(id);
      if (error) waiting?.reject(new Error(JSON.stringify(error)));
      else waiting?.resolve(value);
    }
  }
}

/** What a file says, once it is there. */
async function soon(read: () => number): Promise<number> {
  for (let tries = 0; tries < 300; tries++) {
    try {
      const found = read();
      if (found > 0) return found;
    } catch {
      // Firefox has not written it yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("Firefox does not listen");
}
