/** One holding of the lease: from an acquisition until it is given back or lost. */
export class Tenure {
  readonly epoch: number;
  /** By the monotonic clock: after this time somebody else may hold the lease. */
  #validUntil: number;
  #ended = false;
  readonly #endings: (() => void)[] = [];

  constructor(epoch: number, validUntil: number) {
    this.epoch = epoch;
    this.#validUntil = validUntil;
  }

  /** Whether we may still act. What is written in spite of it is refused by the epoch. */
  get valid(): boolean {
    return !this.#ended && performance.now() < this.#validUntil;
  }

  /**
   * A tenure that has run out is never revived: whoever looked at it meanwhile has stopped, and would not go on.
   *
   * @returns false when it was over
   */
  prolong(validUntil: number): boolean {
    if (this.valid) this.#validUntil = validUntil;
    else this.end();
    return !this.#ended;
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const ending of this.#endings) ending();
  }

  /** Calls back once, when the tenure ends. */
  onEnd(ending: () => void): void {
    if (this.#ended) ending();
    else this.#endings.push(ending);
  }
}

/** Thrown to leave whatever is under way when we no longer hold the lease. */
export class TenureOver extends Error {
  override readonly name = "TenureOver";
}
