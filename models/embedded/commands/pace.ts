import { CommandError } from "../errors.ts";
import type { Pace } from "../plan/read.ts";

/** The pace of one command: slices that the scheduler gives it, and the time that its client allows it. */
export class SlicedPace implements Pace {
  private sliceEnd = Number.POSITIVE_INFINITY;
  private readonly deadline: number;

  /** `limit` is the client's maxTimeMS; 0 is none. */
  constructor(limit: number) {
    this.deadline = limit > 0 ? performance.now() + limit : Number.POSITIVE_INFINITY;
  }

  /** Begins a slice of so many milliseconds. */
  begin(milliseconds: number): void {
    this.sliceEnd = performance.now() + milliseconds;
  }

  due(): boolean {
    const now = performance.now();
    if (now >= this.deadline) throw new CommandError("MaxTimeMSExpired", "operation exceeded time limit");
    return now >= this.sliceEnd;
  }
}
