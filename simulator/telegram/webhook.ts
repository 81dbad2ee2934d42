import type { Clock } from "../clock.ts";
import { seconds } from "./message.ts";
import type { Update, UpdateQueue } from "./update-queue.ts";

export interface WebhookSettings {
  url: string;
  secret: string;
  /** Deliveries at the same time. With one, updates go strictly in order; with more, in order within a line. */
  connections: number;
}

/** How a platform behaves towards a webhook; real milliseconds. */
export interface WebhookPatience {
  /** Pauses after the first, second, … failure of an update; the last one goes on for ever. */
  pauses: readonly number[];
  /** How long an answer may take. */
  timeout: number;
}

/** Delivers a bot's updates by POST until each is answered with 2xx. */
export class TelegramWebhook {
  readonly settings: WebhookSettings;
  readonly #queue: UpdateQueue;
  readonly #clock: Clock;
  readonly #patience: WebhookPatience;
  readonly #stopped = new AbortController();
  readonly #underWay = new Set<Update>();
  readonly #failures = new Map<Update, number>();
  #lastError: { at: Date; message: string } | null = null;

  constructor(settings: WebhookSettings, queue: UpdateQueue, clock: Clock, patience: WebhookPatience) {
    this.settings = settings;
    this.#queue = queue;
    this.#clock = clock;
    this.#patience = patience;
  }

  /** Looks whether there is something to deliver; to be called after each change of the queue. */
  look(): void {
    if (this.#stopped.signal.aborted) return;
    const taken = new Set([...this.#underWay].map(({ line }) => line));
    for (const update of this.#queue.pending) {
      if (this.#underWay.size >= this.settings.connections) return;
      if (taken.has(update.line)) continue;
      taken.add(update.line);
      this.#underWay.add(update);
      void this.#deliver(update);
    }
  }

  stop(): void {
    this.#stopped.abort();
  }

  /** What `getWebhookInfo` tells about failures. */
  get errorJson(): object {
    if (this.#lastError === null) return {};
    return { last_error_date: seconds(this.#lastError.at), last_error_message: this.#lastError.message };
  }

  async #deliver(update: Update): Promise<void> {
    while (!this.#stopped.signal.aborted) {
      const problem = await this.#post(update);
      if (this.#stopped.signal.aborted) return;
      if (problem === null) break;
      this.#lastError = { at: this.#clock.now(), message: problem.message };
      await this.#pause(update, problem.retryAfter);
      if (!this.#queue.pending.includes(update)) break;
    }
    this.#underWay.delete(update);
    this.#failures.delete(update);
    this.#queue.confirm(update);
    this.look();
  }

  /** Null when it was taken, otherwise why not. */
  async #post(update: Update): Promise<{ message: string; retryAfter: number } | null> {
    const { url, secret } = this.settings;
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          ...(secret === "" ? {} : { "X-Telegram-Bot-Api-Secret-Token": secret }),
        },
        body: JSON.stringify(update.json),
        redirect: "manual",
        signal: AbortSignal.any([this.#stopped.signal, AbortSignal.timeout(this.#patience.timeout)]),
      });
      await response.arrayBuffer();
      if (response.ok) return null;
      return {
        message: `Wrong response from the webhook: ${response.status} ${response.statusText}`,
        retryAfter: Number(response.headers.get("retry-after") ?? 0) * 1000 || 0,
      };
    } catch (error) {
      const timedOut = error instanceof Error && error.name === "TimeoutError";
      return { message: timedOut ? "Read timeout expired" : "Connection refused", retryAfter: 0 };
    }
  }

  async #pause(update: Update, retryAfter: number): Promise<void> {
    const failures = this.#failures.get(update) ?? 0;
    this.#failures.set(update, failures + 1);
    const { pauses } = this.#patience;
    const length = retryAfter || (pauses[Math.min(failures, pauses.length - 1)] ?? 0);
    await new Promise<void>((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.#stopped.signal.removeEventListener("abort", end);
        resolve();
      };
      const timer = setTimeout(end, length);
      this.#stopped.signal.addEventListener("abort", end);
    });
  }
}
