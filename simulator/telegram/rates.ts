import { telegramRefusal } from "./refusals.ts";

/** How much a bot may write; Telegram's own numbers are not published, these are the usual ones. */
export interface Rates {
  chatPerSecond: number;
  groupPerMinute: number;
  allPerSecond: number;
}

export const usualRates: Rates = { chatPerSecond: 1, groupPerMinute: 20, allPerSecond: 30 };

/** Counts what each bot writes, by the real clock, and refuses what is too much with the seconds to wait. */
export class RateLimits {
  readonly #rates: Rates;
  readonly #sent = new Map<string, number[]>();

  constructor(rates: Rates) {
    this.#rates = rates;
  }

  /** Counts one message. Throws the refusal when it is one too many. */
  count(bot: string, chat: number, inGroup: boolean): void {
    const { chatPerSecond, groupPerMinute, allPerSecond } = this.#rates;
    const windows = [
      { key: `${bot}`, most: allPerSecond, length: 1000 },
      inGroup
        ? { key: `${bot}/${chat}`, most: groupPerMinute, length: 60_000 }
        : { key: `${bot}/${chat}`, most: chatPerSecond, length: 1000 },
    ];
    const now = performance.now();
    let wait = 0;
    for (const { key, most, length } of windows) {
      const recent = (this.#sent.get(key) ?? []).filter((at) => at > now - length);
      this.#sent.set(key, recent);
      const oldest = recent.at(-most);
      if (oldest !== undefined) wait = Math.max(wait, oldest + length - now);
    }
    if (wait > 0) throw telegramRefusal.tooManyRequests(Math.ceil(wait / 1000));
    for (const { key } of windows) this.#sent.get(key)?.push(now);
  }
}
