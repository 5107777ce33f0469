import { createHash } from "node:crypto";
import {
  createReadStream,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from "node:fs";
import { arch, availableParallelism, platform, tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { stderr, stdout } from "node:process";
import { type Command, Option } from "commander";
import {
  DocumentError,
  type Missing,
  modelPlan,
  modelSections,
  Part,
  type Planned,
  projectPlan,
  projectSections,
  reportPage,
  type Section,
  type Source,
  sectionFor,
} from "../../report/index.ts";
import { commandLine } from "../command-line.ts";
import { UsageError } from "../errors.ts";
import { count, progress, seconds } from "../output.ts";
import { inTurn, type Ran, runCommand } from "../run-commands.ts";
import { version } from "../version.ts";
import { wholeNumber } from "../whole-number.ts";
import { writeFiles } from "../write-files.ts";

interface Flags {
  readonly output: string;
  readonly with: readonly string[];
  readonly limit: number;
}

/** `rf8 report [MODEL]`: what the commands say, on one page. */
export function addReport(program: Command): void {
  program
    .command("report")
    .description("one HTML page of a model, or of rf8's circuits, from what the other commands say")
    .argument("[model]", "model folder, .gguf, llama2.c .bin, or safetensors file")
    .option("-o, --output <file>", "output file, ending in .html", "rf8-report.html")
    .option(
      "--with <file>",
      "a document that a command wrote with --json, instead of running that command; repeat",
      (file: string, files: readonly string[]) => [...files, file],
      [] as readonly string[],
    )
    .addOption(
      new Option("--limit <seconds>", "each command that it runs is stopped after so long")
        .argParser(wholeNumber("--limit", 1, 1_000_000))
        .default(60),
    )
    .action(run);
}

/** Bytes of a page that is still easy to send. */
const MOST_BYTES = 2 ** 21;

async function run(model: string | undefined, flags: Flags): Promise<void> {
  const { output } = flags;
  if (!output.endsWith(".html")) throw new UsageError(`-o ${output}: it must end in .html`);
  if (statSync(output, { throwIfNoEntry: false })?.isDirectory())
    throw new UsageError(`-o ${output}: this is a folder, a file is needed`);
  const sections = model === undefined ? projectSections : modelSections;
  const given = flags.with.map((file) => readSource(file, sections));
  const folder = mkdtempSync(join(tmpdir(), "rf8-report-"));
  const gatherer = new Gatherer(sections, given, folder, flags.limit);
  const began = performance.now();
  try {
    if (model === undefined) await gatherer.gather(projectPlan(folder));
    else {
      const quantized = await gatherer.inspect(model);
      await gatherer.gather(modelPlan(model, folder, quantized));
    }
    const { sources, missing, failures } = gatherer;
    const title = model === undefined ? "rf8: circuits" : `rf8: ${basename(model)}`;
    const facts = [madeBy(), ...(model === undefined ? [] : await filesOf(model))];
    const text = await reportPage({ title, facts, sections, sources, missing });
    const bytes = Buffer.byteLength(text);
    if (bytes > MOST_BYTES)
      throw new UsageError(`the page would have ${count(bytes)} bytes, more than ${MOST_BYTES}`);
    writeFiles(dirname(output), [{ name: basename(output), text }]);
    const left = missing.length > 0 ? `, ${missing.length} commands without figures` : "";
    stdout.write(
      `${output}: ${count(Math.ceil(bytes / 1024))} kB, ${sources.length} documents${left}, ${seconds((performance.now() - began) / 1000)}\n`,
    );
    for (const { command, why } of missing) stderr.write(`npx ${command} ${why}\n`);
    for (const command of failures)
      stderr.write(`npx ${command}: a check failed; the page shows it\n`);
    if (failures.length > 0) process.exitCode = 1;
  } finally {
    gatherer.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs commands and keeps what they say. */
class Gatherer {
  readonly missing: Missing[] = [];
  /** Commands whose check failed. */
  readonly failures: string[] = [];
  readonly #sections: readonly Section[];
  readonly #sources = new Map<number, Source>();
  readonly #given: readonly Source[];
  readonly #folder: string;
  readonly #limit: number;
  readonly #stop = new AbortController();
  readonly #abort = (): void => this.#stop.abort();

  constructor(
    sections: readonly Section[],
    given: readonly Source[],
    folder: string,
    limit: number,
  ) {
    this.#sections = sections;
    this.#given = given;
    this.#folder = folder;
    this.#limit = limit;
    process.once("SIGINT", this.#abort);
  }

  get sources(): readonly Source[] {
    return [...this.#given, ...[...this.#sources].sort(([a], [b]) => a - b).map(([, one]) => one)];
  }

  close(): void {
    process.off("SIGINT", this.#abort);
  }

  /** @returns whether the weights are RF8 already. @throws UsageError for what is no checkpoint. */
  async inspect(model: string): Promise<boolean> {
    statSync(model);
    const isGiven = this.#has("weights");
    const { document, why, seconds } = await this.#run(["inspect", model]);
    if (!document) {
      if (why?.startsWith("gave no figures: ")) throw new UsageError(why.slice(17));
      this.#lose("weights", ["inspect", model], why ?? "");
      return false;
    }
    const part = new Part(document, "rf8 inspect");
    if (!isGiven) this.#keep(-1, ["inspect", model], document, seconds);
    return part.parts("tensors").some((tensor) => tensor.text("dtype") === "RF8");
  }

  /** Runs what no given document stands for. */
  async gather(plan: readonly Planned[]): Promise<void> {
    const left = plan.flatMap((planned, at) =>
      this.#has(planned.section) ? [] : [{ planned, at }],
    );
    const bar = progress("commands");
    let done = 0;
    const tick = (label: string): void => bar.update(done, left.length, label);
    try {
      await inTurn(left, async ({ planned: { section, args, after }, at }) => {
        tick(args.slice(0, 2).join(" "));
        const before = after && (await this.#run(after));
        const failed = before?.document || !after ? undefined : before;
        const ran = failed ?? (await this.#run(args));
        const { document, why = "", seconds } = ran;
        if (ran.failed) this.failures.push(this.#shown(args));
        if (document && !failed) this.#keep(at, args, document, seconds);
        else this.#lose(section, failed && after ? after : args, why);
        done += 1;
        tick(args.slice(0, 2).join(" "));
      });
    } finally {
      bar.stop();
    }
  }

  #has = (id: string): boolean =>
    this.#given.some((source) => sectionFor(this.#sections, source)?.id === id);

  #run = (args: readonly string[]): Promise<Ran> =>
    runCommand(args, this.#limit, this.#stop.signal);

  /** A command line without the folder that is deleted. */
  #shown = (args: readonly string[]): string =>
    commandLine(args.map((word) => word.replace(`${this.#folder}/`, "")));

  #keep(at: number, args: readonly string[], document: object, took: number): void {
    const command = this.#shown(args);
    const part = new Part({ ...document, command }, command);
    this.#sources.set(at, { command, version, document: part, how: `run in ${seconds(took)}` });
  }

  #lose(id: string, args: readonly string[], why: string): void {
    const section = this.#sections.find((one) => one.id === id);
    if (section) this.missing.push({ section, command: this.#shown(args), why });
  }
}

/** @throws UsageError where no section shows what a file holds. */
function readSource(file: string, sections: readonly Section[]): Source {
  const fail = (problem: string): never => {
    throw new UsageError(`--with ${file}: ${problem}`);
  };
  const parsed = ((): unknown => {
    const text = readFileSync(file, "utf8");
    try {
      return JSON.parse(text);
    } catch {
      return fail("is no JSON; it must be what a command writes with --json");
    }
  })();
  const document = new Part(parsed, file);
  try {
    const command = document.text("command");
    const source = {
      command,
      version: document.text("rf8_version"),
      document,
      how: `read from ${file}`,
    };
    const names = sections.map((section) => section.command).join(", ");
    return sectionFor(sections, source)
      ? source
      : fail(`${command} has no section here; there are some for ${names}`);
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
    return fail("names no command; it must be what a command writes with --json");
  }
}

const madeBy = (): string =>
  `Made by rf8 ${version} on ${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${platform()} ${arch()}, ${availableParallelism()} processors.`;

/** Files whose digests are shown. */
const maxFiles = 8;

/** What the model is, to the bit. */
async function filesOf(model: string): Promise<string[]> {
  const files = statSync(model).isDirectory()
    ? readdirSync(model)
        .filter((name) => /\.(safetensors|json)$/.test(name))
        .sort()
        .map((name) => join(model, name))
    : [model];
  const lines: string[] = [];
  for (const file of files.slice(0, maxFiles)) {
    const hash = createHash("sha256");
    for await (const chunk of createReadStream(file)) hash.update(chunk);
    lines.push(`${file}: ${count(statSync(file).size)} bytes, SHA-256 ${hash.digest("hex")}.`);
  }
  return files.length > maxFiles ? [...lines, `${files.length - maxFiles} more files.`] : lines;
}
