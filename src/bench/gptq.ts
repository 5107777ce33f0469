import { spawnSync } from "node:child_process";
import { Grid, Solver } from "../quantize/index.ts";

/** Processor seconds, of all cores together, that one matrix takes; null where it was not measured. Keys are those of the JSON. */
export interface GptqRow {
  readonly step: string;
  readonly rf8_s: number;
  /** The same by numpy, whose linear algebra is LAPACK and BLAS. */
  readonly numpy_s: number | null;
}

/** Vectors whose products H is the sum of, beside its diagonal. */
const RANK = 32;

/** A positive definite H, the greater columns first, and weights of uniform distribution, without a generator's state: `numpyScript` has the same. */
const vector = (r: number, j: number): number => Math.cos(0.7 * r + 0.37 * j * (r + 1)) / (r + 1);
const diagonal = (j: number): number => 0.05 + 1 / (1 + j);
function weight(i: number, j: number): number {
  const mixed = Math.sin(12.9898 * i + 78.233 * j) * 43758.5453;
  return 2 * (mixed - Math.floor(mixed)) - 1;
}

function hessianOf(n: number): Float64Array {
  const vectors = Array.from({ length: RANK }, (_, r) =>
    Float64Array.from({ length: n }, (_, j) => vector(r, j)),
  );
  const hessian = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (const u of vectors)
      for (let j = 0; j < n; j++)
        hessian[i * n + j] = (hessian[i * n + j] as number) + (u[i] as number) * (u[j] as number);
    hessian[i * n + i] = (hessian[i * n + i] as number) + diagonal(i);
  }
  return hessian;
}

/**
 * The processor time of GPTQ of a square matrix, beside numpy's on the same machine where python3 has it: the factorisation of H, and the columns.
 *
 * @param size rows, and columns
 */
export function benchGptq(size: number): GptqRow[] {
  const n = size;
  const solver = new Solver(hessianOf(n), n);
  const scale = 2 ** 18;
  const weights = Float64Array.from(
    { length: n * n },
    (_, k) => scale * weight(Math.floor(k / n), k % n),
  );
  const timed = (what: () => void): number => {
    const began = process.cpuUsage();
    what();
    const { user, system } = process.cpuUsage(began);
    return (user + system) / 1e6;
  };
  const rows = { count: n, columns: n, weights };
  const grid = new Grid();
  const factor = timed(() => void solver.feedback);
  const columns = timed(() => void solver.gptq(rows, grid));
  const all = timed(() => void solver.round(rows, grid, "gptq"));
  const numpy = numpySeconds(n, grid.magnitudes);
  return [
    { step: "factorisation", rf8_s: factor, numpy_s: numpy?.factor ?? null },
    { step: "columns", rf8_s: columns, numpy_s: numpy?.columns ?? null },
    {
      step: "both",
      rf8_s: factor + columns,
      numpy_s: numpy ? numpy.factor + numpy.columns : null,
    },
    { step: "columns, nearest codes and coordinate descent", rf8_s: all, numpy_s: null },
  ];
}

/** GPTQ as published, in blocks of 128 columns: Cholesky factor of the inverse, every multiplication in BLAS. */
const numpyScript = `
import sys, time
import numpy as np
n = int(sys.argv[1])
grid = np.array(sorted(set(float(x) for x in sys.stdin.read().split())))
j = np.arange(n)
r = np.arange(${RANK})[:, None]
u = np.cos(0.7 * r + 0.37 * j * (r + 1)) / (r + 1)
h = u.T @ u + np.diag(0.05 + 1 / (1 + j))
mixed = np.sin(12.9898 * j[:, None] + 78.233 * j[None, :]) * 43758.5453
w = 2.0**18 * (2 * (mixed - np.floor(mixed)) - 1)
middle = (grid[1:] + grid[:-1]) / 2
def nearest(x):
    return np.copysign(grid[np.searchsorted(middle, np.abs(x), side="right")], x)
start = time.process_time()
order = np.argsort(-np.diag(h), kind="stable")
damped = h[np.ix_(order, order)] + 0.01 * np.mean(np.diag(h)) * np.eye(n)
upper = np.linalg.cholesky(np.linalg.inv(damped)).T.copy()
factor = time.process_time() - start
start = time.process_time()
w = np.asfortranarray(w[:, order])
for first in range(0, n, 128):
    last = min(n, first + 128)
    errors = np.empty((n, last - first), order="F")
    for k in range(first, last):
        q = nearest(w[:, k])
        e = (w[:, k] - q) / upper[k, k]
        w[:, k] = q
        errors[:, k - first] = e
        w[:, k + 1 : last] -= np.outer(e, upper[k, k + 1 : last])
    w[:, last:] -= errors @ upper[first:last, last:]
print(factor, time.process_time() - start)
`;

/** Processor seconds of the factorisation and of the columns; undefined where python3 or numpy is missing. */
function numpySeconds(
  n: number,
  magnitudes: Float64Array,
): { readonly factor: number; readonly columns: number } | undefined {
  const { status, stdout } = spawnSync("python3", ["-c", numpyScript, String(n)], {
    encoding: "utf8",
    input: magnitudes.join(" "),
  });
  if (status !== 0) return undefined;
  const [factor = Number.NaN, columns = Number.NaN] = stdout.trim().split(" ").map(Number);
  return { factor, columns };
}
