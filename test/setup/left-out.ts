import type { Reporter, TestModule } from "vitest/node";

/** Says at the end how many tests were left out, and why. */
export default class LeftOut implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = new Map<string, number>();
    for (const module of modules)
      for (const test of module.children.allTests("skipped")) {
        const result = test.result();
        const why = (result.state === "skipped" && result.note) || "not asked for";
        counts.set(why, (counts.get(why) ?? 0) + 1);
      }
    for (const [why, count] of counts) {
      if (why !== "not asked for") console.log(`   Left out: ${count} tests, since ${why}`);
    }
  }
}
