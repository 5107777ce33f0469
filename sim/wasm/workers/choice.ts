// Chooses between one thread and two by the time that each takes.

/** The next cycles of a batch, and how they are to be computed. */
export interface Piece {
  readonly two: boolean;
  readonly cycles: number;
}

/** What decides for one simulation. */
export interface Choice {
  /** How the next of `left` cycles are to be computed; `inTwo` says whether the state is in two parts now. */
  next(left: number, inTwo: boolean): Piece;
  /** A piece has taken so long, without what was done to get ready for it. */
  took(piece: Piece, milliseconds: number): void;
  /** To change from one thread to two takes so long from now on. */
  changes(milliseconds: number): void;
}

/** Milliseconds of a piece of work that is long enough to measure, and of those that two threads are given: first and at most. */
const [shortest, firstPiece, longestPiece] = [10, 50, 1000];
/** Cycles that are tried first. */
const fewest = 256;
/** Milliseconds until a worker runs and its code is optimised. */
const starting = 150;
/** Work that is known to come, or that was done, after which as much may come or none, has to take so many times as long as the change. */
const worth = 10;
/** Two threads have to be so much faster at least once in so many pieces; otherwise it is one for good. */
const [fasterBy, patience] = [1.05, 4];

/** Two threads where they are faster, by so much that the change to them is paid for. @param made milliseconds that opening took. */
export function measuredChoice(made: number): Choice {
  /** The shortest time of a cycle in one thread. */
  let pace = Number.POSITIVE_INFINITY;
  let probe = fewest;
  let probed = false;
  let done = 0;
  let change = starting + 2 * made;
  let slow = 0;
  let piece = firstPiece;
  return {
    next(left, inTwo) {
      if (slow >= patience) return { two: false, cycles: left };
      if (!probed) return { two: false, cycles: Math.min(left, probe) };
      const time = left * pace;
      const minimum = worth * change;
      const pays = time > minimum || (time > shortest && done > minimum);
      if (!pays && !inTwo) return { two: false, cycles: left };
      return { two: true, cycles: Math.min(left, Math.ceil(piece / pace)) };
    },
    took({ two, cycles }, milliseconds) {
      if (two) {
        const faster = milliseconds * fasterBy < cycles * pace;
        slow = faster ? 0 : slow + 1;
        piece = faster ? Math.min(2 * piece, longestPiece) : firstPiece;
        return;
      }
      pace = Math.min(pace, milliseconds / cycles);
      done += milliseconds;
      probed ||= milliseconds >= shortest;
      probe = 2 * cycles;
    },
    changes(milliseconds) {
      change = milliseconds;
    },
  };
}

/** Two threads for every batch. */
export const alwaysTwo: Choice = {
  next: (left) => ({ two: true, cycles: left }),
  took() {},
  changes() {},
};
