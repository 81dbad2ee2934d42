/** What time it is for the simulated platforms: message dates, messaging windows, how long an update is kept. */
export interface Clock {
  now(): Date;
}

/**
 * A clock that a test or the page moves forward, never back. It stands still between moves, or runs with the real
 * one when `ticking`.
 */
export class SimulatedClock implements Clock {
  readonly ticking: boolean;
  readonly #listeners = new Set<() => void>();
  #from: number;
  #since = performance.now();

  constructor(start: Date = new Date(), options: { ticking?: boolean } = {}) {
    this.#from = start.getTime();
    this.ticking = options.ticking ?? false;
  }

  now(): Date {
    return new Date(this.#from + (this.ticking ? Math.floor(performance.now() - this.#since) : 0));
  }

  /** Moves forward by a length of time in milliseconds. */
  advance(milliseconds: number): void {
    this.moveTo(new Date(this.now().getTime() + milliseconds));
  }

  /** Moves forward to a date. Throws a RangeError when the date has passed. */
  moveTo(date: Date): void {
    const now = this.now();
    if (!(date.getTime() >= now.getTime())) {
      throw new RangeError(
        `The simulated clock only moves forward: it is ${now.toISOString()}, asked for ${String(date)}.`,
      );
    }
    this.#from = date.getTime();
    this.#since = performance.now();
    for (const listener of [...this.#listeners]) listener();
  }

  /** Calls `listener` after each move: whoever sleeps until a date has to look again. Returns how to stop that. */
  onMove(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
