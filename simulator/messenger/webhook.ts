import { createHmac, randomInt } from "node:crypto";

/** One thing that happened on a page, as it stands in `entry[].messaging[]`. */
export interface MessagingEvent {
  readonly page: string;
  readonly json: Readonly<{ timestamp: number }> & Readonly<Record<string, unknown>>;
  /** Called when the app has acknowledged it. */
  readonly onTaken: () => void;
}

/** How deliveries go; real milliseconds. */
export interface DeliveryOptions {
  /** Pauses after the first, second, … failure; the last one goes on. */
  pauses: readonly number[];
  /** How long an answer may take. */
  timeout: number;
  /** How long all deliveries may fail until the app is unsubscribed and what waits is lost. */
  unsubscribeAfter: number;
  /** At most so many events in one request. */
  batch: number;
  /** Deliver what waits in any order instead of the order in which it happened. */
  shuffle: boolean;
  /** Deliver each request this many times. */
  copies: number;
}

/** The real one's habits, as far as they are known; one event a request. */
export const usualDelivery: DeliveryOptions = {
  pauses: [1000, 2000, 5000, 15_000, 60_000],
  timeout: 20_000,
  unsubscribeAfter: 3_600_000,
  batch: 1,
  shuffle: false,
  copies: 1,
};

/** Delivers events to the app's webhook, signed, until each is answered with 200. */
export class MessengerWebhook {
  readonly url: string;
  readonly #secret: string;
  readonly #options: DeliveryOptions;
  readonly #onUnsubscribe: () => void;
  readonly #stopped = new AbortController();
  #waiting: MessagingEvent[] = [];
  #underWay: readonly MessagingEvent[] = [];
  #failures = 0;
  #failingSince: number | null = null;
  #running = false;

  constructor(url: string, secret: string, options: DeliveryOptions, onUnsubscribe: () => void) {
    this.url = url;
    this.#secret = secret;
    this.#options = options;
    this.#onUnsubscribe = onUnsubscribe;
  }

  /** Events that the app has not acknowledged. */
  get pending(): number {
    return this.#waiting.length + this.#underWay.length;
  }

  add(event: MessagingEvent): void {
    if (this.#stopped.signal.aborted) return;
    this.#waiting.push(event);
    if (!this.#running) void this.#run();
  }

  stop(): void {
    this.#stopped.abort();
    this.#waiting = [];
  }

  async #run(): Promise<void> {
    this.#running = true;
    await Promise.resolve();
    while (this.#waiting.length > 0 && !this.#stopped.signal.aborted) {
      this.#underWay = this.#take();
      await this.#deliver(this.#underWay);
    }
    this.#running = false;
  }

  #take(): MessagingEvent[] {
    const { batch, shuffle } = this.#options;
    const taken: MessagingEvent[] = [];
    while (taken.length < batch && this.#waiting.length > 0) {
      const place = shuffle ? randomInt(this.#waiting.length) : 0;
      taken.push(...this.#waiting.splice(place, 1));
    }
    return taken;
  }

  async #deliver(events: readonly MessagingEvent[]): Promise<void> {
    const body = bodyOf(events);
    while (!this.#stopped.signal.aborted) {
      const answers = await Promise.all(Array.from({ length: this.#options.copies }, () => this.#post(body)));
      if (answers.every((taken) => taken)) {
        this.#failures = 0;
        this.#failingSince = null;
        this.#underWay = [];
        for (const event of events) event.onTaken();
        return;
      }
      this.#failingSince ??= performance.now();
      if (performance.now() - this.#failingSince >= this.#options.unsubscribeAfter) {
        this.#waiting = [];
        this.#underWay = [];
        this.#failingSince = null;
        this.#onUnsubscribe();
        return;
      }
      await this.#pause();
    }
  }

  async #post(body: Buffer): Promise<boolean> {
    try {
      const response = await fetch(this.url, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          "user-agent": "facebookexternalua",
          "x-hub-signature": `sha1=${createHmac("sha1", this.#secret).update(body).digest("hex")}`,
          "x-hub-signature-256": signatureOf(this.#secret, body),
        },
        body: new Uint8Array(body),
        redirect: "manual",
        signal: AbortSignal.any([this.#stopped.signal, AbortSignal.timeout(this.#options.timeout)]),
      });
      await response.arrayBuffer();
      return response.status === 200;
    } catch {
      return false;
    }
  }

  async #pause(): Promise<void> {
    const { pauses } = this.#options;
    const length = pauses[Math.min(this.#failures, pauses.length - 1)] ?? 0;
    this.#failures += 1;
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

/** `X-Hub-Signature-256` for a body: over its raw bytes. */
function signatureOf(secret: string, body: Buffer): string {
  return `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
}

/**
 * The body of a webhook, one entry an event. Like the real one it escapes what is not ASCII, and slashes: the same
 * JSON written by anybody else has another signature.
 */
function bodyOf(events: ReadonlyArray<Pick<MessagingEvent, "page" | "json">>): Buffer {
  const entry = events.map(({ page, json }) => ({
    id: page,
    time: json.timestamp,
    messaging: [json],
  }));
  const written = JSON.stringify({ object: "page", entry })
    .replaceAll("/", "\\/")
    .replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return Buffer.from(written);
}
