/**
 * Something became different on a simulated platform: a message came, was edited, an update was confirmed. Tests
 * wait for it and the page draws it.
 */
export class Changes {
  readonly #listeners = new Set<() => void>();

  /** Calls `listener` after each change. Returns how to stop that. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  announce(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  /**
   * Resolves with what `look` finds, now or after a change, as soon as it is neither undefined nor false. Rejects
   * after `timeout` real milliseconds with the sentence that `explain` gives then.
   */
  waitFor<Found>(
    look: () => Found | undefined | false,
    explain: () => string,
    timeout: number,
  ): Promise<Found> {
    return new Promise((resolve, reject) => {
      const finish = (how: () => void) => {
        clearTimeout(timer);
        stop();
        how();
      };
      const tryNow = () => {
        try {
          const found = look();
          if (found !== undefined && found !== false) finish(() => resolve(found));
        } catch (error) {
          finish(() => reject(error));
        }
      };
      const timer = setTimeout(() => finish(() => reject(new Error(explain()))), timeout);
      const stop = this.listen(tryNow);
      tryNow();
    });
  }
}

/** How long the waiting functions wait, in real milliseconds, when nobody says otherwise. */
export const defaultPatience = 10_000;
