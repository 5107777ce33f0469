import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Minutes on one core, the longest first; begun last, one of them would run alone while the other cores wait. */
const long = [
  "test/formal/prove.test.ts",
  "packages/playground/test/playground.test.ts",
  "test/formal/vacuity.test.ts",
  "test/hdl/baseline/agreement.test.ts",
];

const rank = ({ moduleId }: TestSpecification): number => {
  const index = long.findIndex((file) => moduleId.endsWith(file));
  return index < 0 ? long.length : index;
};

/** The order of the files: long ones, then as vitest has them. */
export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}
