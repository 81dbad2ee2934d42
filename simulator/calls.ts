import { type Changes, defaultPatience } from "./changes.ts";
import type { Fault } from "./faults.ts";

/** One call that a simulated platform got, as tests read it. The token is not in it. */
export interface Call {
  method: string;
  /** A bot's username or a page's id. */
  account: string;
  /** Whom it was for: a chat id or a page-scoped id; null when it was for nobody. */
  chat: string | null;
  parameters: Readonly<Record<string, unknown>>;
  /** When it arrived, by the simulator's clock. */
  at: Date;
  /** True when it did what it asked for, whatever the caller was told. */
  effect: boolean;
  /** The HTTP status of the answer; null when there was none (yet). */
  status: number | null;
  fault: Fault["kind"] | null;
}

/** Calls in the order of arrival; only the latest are kept, so that long runs stay small. */
export class CallLog {
  readonly #changes: Changes;
  readonly #kept: number;
  #calls: Call[] = [];

  constructor(changes: Changes, kept = 100_000) {
    this.#changes = changes;
    this.#kept = kept;
  }

  add(call: Call): void {
    this.#calls.push(call);
    if (this.#calls.length > this.#kept * 1.5) this.#calls = this.#calls.slice(-this.#kept);
    this.#changes.announce();
  }

  /** Resolves with the first call of a method that `isWanted`, at once when it has been made. */
  waitFor(
    method: string,
    isWanted: (call: Call) => boolean = () => true,
    timeout = defaultPatience,
  ): Promise<Call> {
    return this.#changes.waitFor(
      () => this.list(method).find(isWanted),
      () => `No such call of ${method} in ${timeout} ms; there were ${this.list(method).length} others.`,
      timeout,
    );
  }

  /** All calls, or those of one method. */
  list(method?: string): readonly Call[] {
    return method === undefined ? this.#calls : this.#calls.filter((call) => call.method === method);
  }

  clear(): void {
    this.#calls = [];
  }
}
