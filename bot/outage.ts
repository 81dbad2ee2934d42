/**
 * Notices for how long nothing could be stored. Meta stops calling an app whose webhook failed for long; after such
 * an outage we ask to be called again, and say so.
 */
export class Outage {
  readonly #longEnough: number;
  readonly #over: (minutes: number) => void;
  #since: number | null = null;

  /** @param over called when an outage of at least `longEnough` milliseconds is over */
  constructor(over: (minutes: number) => void, longEnough = 10 * 60_000) {
    this.#over = over;
    this.#longEnough = longEnough;
  }

  failed(): void {
    this.#since ??= performance.now();
  }

  worked(): void {
    if (this.#since === null) return;
    const lasted = performance.now() - this.#since;
    this.#since = null;
    if (lasted >= this.#longEnough) this.#over(Math.round(lasted / 60_000));
  }
}
