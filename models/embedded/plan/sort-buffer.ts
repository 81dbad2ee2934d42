import { CommandError } from "../errors.ts";
import type { Pace, Work } from "./read.ts";

/** The most that a sort may hold in memory, in bytes. */
export const SORT_MEMORY = 104857600;

/** How many items are sorted in one go: short enough that others do not wait for it. */
const RUN = 1024;

/** Sorts items as they come, in runs that are merged at the end; of a long list only the first `limit` are kept. */
export class SortBuffer<Item> {
  private readonly compare: (a: Item, b: Item) => number;
  private readonly limit: number;
  private readonly sizeOf: (item: Item) => number;
  private runs: Item[][] = [];
  private run: Item[] = [];
  private bytes = 0;

  constructor(compare: (a: Item, b: Item) => number, limit: number, sizeOf: (item: Item) => number) {
    this.compare = compare;
    this.limit = limit;
    this.sizeOf = sizeOf;
  }

  /** Takes one more item; throws MongoDB's error when too much is held. */
  add(item: Item): void {
    this.run.push(item);
    this.bytes += this.sizeOf(item);
    if (this.run.length >= RUN + Math.min(this.limit, RUN) || this.bytes > SORT_MEMORY) this.closeRun();
    if (this.bytes > SORT_MEMORY) {
      throw new CommandError(
        "QueryExceededMemoryLimitNoDiskUseAllowed",
        `Sort exceeded memory limit of ${SORT_MEMORY} bytes, and this database does not sort on disk: an index in the order of the sort helps`,
      );
    }
  }

  private closeRun(): void {
    this.run.sort(this.compare);
    if (this.limit <= RUN) {
      // the one run is all that is kept
      for (const dropped of this.run.splice(this.limit)) this.bytes -= this.sizeOf(dropped);
      return;
    }
    this.runs.push(this.run);
    this.run = [];
  }

  /** All that is kept, in order. */
  *sorted(pace: Pace): Work<Item[]> {
    this.closeRun();
    let runs = [...this.runs, this.run];
    while (runs.length > 1) {
      const merged: Item[][] = [];
      for (let at = 0; at < runs.length; at += 2) {
        merged.push(yield* this.merge(runs[at] ?? [], runs[at + 1] ?? [], pace));
      }
      runs = merged;
    }
    const [all = []] = runs;
    return all.length > this.limit ? all.slice(0, this.limit) : all;
  }

  private *merge(a: Item[], b: Item[], pace: Pace): Work<Item[]> {
    const result: Item[] = [];
    let left = 0;
    let right = 0;
    while (left < a.length || right < b.length) {
      const first = a[left];
      const second = b[right];
      const takeFirst = second === undefined || (first !== undefined && this.compare(first, second) <= 0);
      const next = takeFirst ? a[left++] : b[right++];
      if (next !== undefined) result.push(next);
      if ((result.length & 255) === 0 && pace.due()) yield;
    }
    return result;
  }
}
