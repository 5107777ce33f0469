/** A register of eight bits. */
export const register = `import { input, module, output, register, uint } from "rf8";
export default module(
  { name: "late", ports: { x: input(uint(8)), y: output(uint(8)) } },
  ({ x, y }) => {
    const kept = register("kept", uint(8), { reset: 0 });
    kept.set(x);
    y.set(kept);
  },
);
`;

/** Programs with what is printed below them, and what the first view says. */
export const mistakes: readonly (readonly [code: string, printed: string, view: string])[] = [
  ["", "", "no module yet"],
  ["const nothing = 1;", "", "no module yet"],
  [register.replace("export default ", ""), "", "no module yet"],
  [
    "all.",
    "line 1 Unexpectedly reached the end of input, column 5",
    "failed before it had a module",
  ],
  ["export default 5 +;", "line 1 Unexpected token, column", "failed before it had a module"],
  [
    'import { nothing } from "rf8";\nnothing();',
    "line 2 rf8 exports no nothing",
    "failed before it had a module",
  ],
  ['import _ from "lodash";\n_.x();', "line 1 there is no package lodash here; there are rf8", ""],
  ["throw null;", "the program threw null", ""],
  [`${register}setTimeout(() => { throw new Error("late"); });`, "line 10 late", "module late"],
  [`${register}Promise.reject(new Error("left"));`, "line 10 left", "module late"],
  [`${register}for (let i = 0; i < 5000; i++) console.log(i);`, "and 4,000 lines more", ""],
  ["const a: { b?: object } = {};\na.b = a;\nconsole.log(a);", '{"b":"a circle"}', "no module yet"],
  [
    `${register.replace("export default", "const late =")}console.log({ late });`,
    "module late",
    "",
  ],
];
