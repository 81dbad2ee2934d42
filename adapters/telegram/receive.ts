/** From what Telegram delivers to what is stored, and back. */
import type { Update } from "grammy/types";
import type { ReceivedUpdate } from "../channel.ts";
import { parseJson, toJson } from "../json.ts";
import { addressOf, type BotKind } from "./address.ts";
import { readUpdate } from "./wire.ts";

export class Receiver {
  readonly #bot: BotKind;
  /** The latest time that Telegram has named, seconds since 1970. */
  #latest = 0;

  constructor(bot: BotKind) {
    this.#bot = bot;
  }

  /** Cuts what came into updates, in order; `ignored` counts what is nothing to us. Never throws. */
  take(delivered: readonly unknown[]): { updates: ReceivedUpdate[]; ignored: number } {
    const updates = delivered.flatMap((json) => this.#take(json) ?? []);
    return { updates, ignored: delivered.length - updates.length };
  }

  /** @throws when the text is not what `take` made; without a word of it */
  read(raw: string): Update {
    const cut = readUpdate(this.#bot, parseJson(raw));
    if (!cut) throw new TypeError("a stored update of Telegram can't be read");
    return cut.update;
  }

  #take(json: unknown): ReceivedUpdate | null {
    const cut = readUpdate(this.#bot, json);
    if (!cut || (this.#bot === "public" && cut.chat.type !== "private")) return null;
    const raw = toJson(cut.update);
    if (raw === null) return null;
    // A press has no time. It comes after what came before it, and its id puts it before what comes after it.
    const seconds = cut.date ?? Math.max(this.#latest, cut.after);
    this.#latest = Math.max(this.#latest, seconds);
    return {
      key: `telegram:${this.#bot}:${cut.update.update_id}:${cut.mark}`,
      by: addressOf(this.#bot, cut.by),
      at: seconds * 1000,
      place: cut.update.update_id,
      raw,
    };
  }
}
