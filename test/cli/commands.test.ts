import { expect, test } from "vitest";
import { rf8 } from "./run.ts";

/** The commands that a help text lists. */
const commandsOf = (help: string): string[] =>
  [...help.slice(help.indexOf("Commands:")).matchAll(/^ {2}(\S+)(?= |$)/gm)]
    .map(([, name = ""]) => name)
    .filter((name) => name !== "help");

test("docs/commands.md is what every command says of itself; -u writes it again", {
  timeout: 60_000,
}, async () => {
  const help = (...command: string[]): string => rf8(".", ...command, "--help").stdout;
  const top = commandsOf(help());
  expect(top.length).toBeGreaterThan(15);
  const all = top.flatMap((name) => {
    const text = help(name);
    const below = text.includes("Commands:") ? commandsOf(text) : [];
    return [
      { name, text },
      ...below.map((own) => ({ name: `${name} ${own}`, text: help(name, own) })),
    ];
  });
  const page = `# Commands

What \`rf8 COMMAND --help\` says. \`--json\` puts exactly one document on stdout. Exit status: 0 done, 1 a check failed, 2 bad usage or input.

${all.map(({ name, text }) => `## rf8 ${name}\n\n\`\`\`text\n${text.trimEnd()}\n\`\`\`\n`).join("\n")}`;
  await expect(page).toMatchFileSnapshot("../../docs/commands.md");
});
