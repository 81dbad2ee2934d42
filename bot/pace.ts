/**
 * How fast a channel may be used: one message a second to a chat with short bursts, so many a minute to a group, so
 * many a second in all. What the platform itself asks for always wins. Goes by the monotonic clock.
 */
import type { ChannelLimits } from "../adapters/channel.ts";
import type { ChatId } from "../models/messages.ts";

/** A chat may get a few messages at once after a silence: a welcome and a question. */
const burst = 4;
const minute = 60_000;

export class Pace {
  readonly #limits: ChannelLimits["pace"];
  readonly #now: () => number;
  readonly #chats = new Map<ChatId, Bucket>();
  readonly #groups = new Map<ChatId, number[]>();
  readonly #all: Bucket;
  #allUntil = 0;
  readonly #until = new Map<ChatId, number>();

  constructor(limits: ChannelLimits["pace"], now: () => number = () => performance.now()) {
    this.#limits = limits;
    this.#now = now;
    this.#all = { tokens: limits.allPerSecond, at: now() };
  }

  /** Milliseconds until the next message to a chat may go; 0 for now. */
  wait(chat: ChatId, group: boolean): number {
    const now = this.#now();
    const { chat: every, allPerSecond, groupPerMinute } = this.#limits;
    const waits = [
      (this.#until.get(chat) ?? 0) - now,
      this.#allUntil - now,
      shortage(this.#chats.get(chat), burst, every, now),
      shortage(this.#all, allPerSecond, 1000 / allPerSecond, now),
    ];
    if (group) {
      const sent = (this.#groups.get(chat) ?? []).filter((at) => at > now - minute);
      const oldest = sent[sent.length - groupPerMinute];
      if (oldest !== undefined) waits.push(oldest + minute - now);
    }
    return Math.max(0, ...waits);
  }

  /** A message goes now. */
  take(chat: ChatId, group: boolean): void {
    const now = this.#now();
    const { chat: every, allPerSecond, groupPerMinute } = this.#limits;
    this.#chats.set(chat, spend(this.#chats.get(chat), burst, every, now));
    Object.assign(this.#all, spend(this.#all, allPerSecond, 1000 / allPerSecond, now));
    if (group) {
      const sent = [...(this.#groups.get(chat) ?? []), now];
      this.#groups.set(chat, sent.slice(-groupPerMinute));
    }
    if (this.#chats.size > 10_000) this.#forgetIdle(now);
  }

  /** The platform asked for a pause, in one chat or everywhere. */
  pause(chat: ChatId | "all", milliseconds: number): void {
    const until = this.#now() + milliseconds;
    if (chat === "all") this.#allUntil = Math.max(this.#allUntil, until);
    else this.#until.set(chat, Math.max(this.#until.get(chat) ?? 0, until));
  }

  #forgetIdle(now: number): void {
    const full = burst * this.#limits.chat;
    for (const [chat, { at }] of this.#chats) if (now - at > full) this.#chats.delete(chat);
    for (const [chat, until] of this.#until) if (until < now) this.#until.delete(chat);
  }
}

interface Bucket {
  tokens: number;
  at: number;
}

function filled(bucket: Bucket | undefined, size: number, every: number, now: number): number {
  if (!bucket) return size;
  return Math.min(size, bucket.tokens + (every > 0 ? (now - bucket.at) / every : size));
}

function shortage(bucket: Bucket | undefined, size: number, every: number, now: number): number {
  const tokens = filled(bucket, size, every, now);
  return tokens >= 1 ? 0 : (1 - tokens) * every;
}

function spend(bucket: Bucket | undefined, size: number, every: number, now: number): Bucket {
  return { tokens: filled(bucket, size, every, now) - 1, at: now };
}
