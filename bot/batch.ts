import { databaseIsAway } from "../models/failure.ts";

/**
 * Writes that wait for each other share one bulk write: while one is under way the next ones gather. Nothing waits
 * when nothing is under way, so a single message pays nothing for it.
 */
export class Batch<Item, Result> {
  readonly #run: (items: Item[]) => Promise<Result[]>;
  readonly #limit: number;
  #gathered: Waiting<Item, Result>[] = [];
  #busy = false;

  /**
   * @param run writes all items, and answers in their order; when it throws for another reason than that the
   *   database is away, each item is run again alone, so it must be safe to repeat
   */
  constructor(run: (items: Item[]) => Promise<Result[]>, limit = 500) {
    this.#run = run;
    this.#limit = limit;
  }

  add(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#gathered.push({ item, resolve, reject });
      if (!this.#busy) {
        this.#busy = true;
        // What the same tick brings goes along.
        queueMicrotask(() => void this.#drain());
      }
    });
  }

  async #drain(): Promise<void> {
    while (this.#gathered.length > 0) {
      const now = this.#gathered.splice(0, this.#limit);
      try {
        const results = await this.#run(now.map(({ item }) => item));
        for (const [index, { resolve }] of now.entries()) resolve(results[index] as Result);
      } catch (error) {
        await this.#alone(now, error);
      }
    }
    this.#busy = false;
  }

  /** One item that can't be written must not keep its neighbours from it. */
  async #alone(waiting: Waiting<Item, Result>[], error: unknown): Promise<void> {
    if (waiting.length === 1 || databaseIsAway(error)) {
      for (const { reject } of waiting) reject(error);
      return;
    }
    for (const { item, resolve, reject } of waiting) {
      await this.#run([item]).then(([result]) => resolve(result as Result), reject);
    }
  }
}

interface Waiting<Item, Result> {
  item: Item;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}
