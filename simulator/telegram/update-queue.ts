import type { Clock } from "../clock.ts";
import type { TelegramMessage } from "./message.ts";
import { telegramRefusal } from "./refusals.ts";

export interface Update {
  readonly id: number;
  readonly kind: string;
  /** The whole update as it goes over the wire. */
  readonly json: Readonly<Record<string, unknown>>;
  readonly at: Date;
  /** Updates of one line are delivered in order, also over several connections. */
  readonly line: string;
  /** The message that it is about, for its tick. */
  readonly message: TelegramMessage | null;
}

/** Telegram forgets updates that nobody takes for a day. */
const keptFor = 24 * 3_600_000;
const rememberedConfirmed = 100;

/** The updates of one bot that it has not confirmed, oldest first, and the one poll that waits for more. */
export class UpdateQueue {
  readonly #clock: Clock;
  #pending: Update[] = [];
  #confirmed: Update[] = [];
  #nextId: number;
  #waiting: { finish: () => void; refuse: (why: Error) => void } | null = null;
  /** Called when an update is added, and when some are confirmed. */
  onChange: () => void = () => {};

  constructor(clock: Clock, firstId: number) {
    this.#clock = clock;
    this.#nextId = firstId;
  }

  add(kind: string, payload: object, line: string, message: TelegramMessage | null = null): void {
    const id = this.#nextId;
    this.#nextId += 1;
    this.#pending.push({
      id,
      kind,
      json: { update_id: id, [kind]: payload },
      at: this.#clock.now(),
      line,
      message,
    });
    this.#waiting?.finish();
    this.onChange();
  }

  /** What is not confirmed and not too old. */
  get pending(): readonly Update[] {
    const oldest = this.#clock.now().getTime() - keptFor;
    const isTooOld = ({ at }: Update) => at.getTime() < oldest;
    const [first] = this.#pending;
    if (first !== undefined && isTooOld(first)) {
      this.#pending = this.#pending.filter((update) => !isTooOld(update));
    }
    return this.#pending;
  }

  confirm(update: Update): void {
    if (!this.#pending.includes(update)) return;
    this.#pending = this.#pending.filter((other) => other !== update);
    this.#remember([update]);
  }

  /** Drops all that wait, unseen. */
  clear(): void {
    this.#pending = [];
    this.onChange();
  }

  /**
   * After a silent week Telegram goes on with ids that have nothing to do with the earlier ones.
   */
  restartIdsAt(id: number): void {
    this.#nextId = id;
  }

  /** Puts the latest confirmed updates back in front, with the same ids, as a platform does that was not sure. */
  repeat(count: number): void {
    const again = this.#confirmed.splice(-count);
    this.#pending = [...again, ...this.#pending];
    this.#waiting?.finish();
    this.onChange();
  }

  /**
   * `getUpdates`: confirms what is below `offset` (a negative one keeps only that many), then gives what there is or
   * waits for it. A poll that waits is refused when another begins.
   */
  async poll(
    offset: number,
    limit: number,
    timeout: number,
    signal: AbortSignal,
  ): Promise<readonly Update[]> {
    this.#confirmBelow(offset);
    if (this.pending.length === 0 && timeout > 0) {
      this.#waiting?.refuse(telegramRefusal.conflictPoll());
      await this.#wait(timeout, signal);
    }
    return this.pending.slice(0, limit);
  }

  /** Ends the poll that waits, because a webhook was set. */
  endPoll(why: Error): void {
    this.#waiting?.refuse(why);
  }

  #confirmBelow(offset: number): void {
    const pending = this.pending;
    const from = offset < 0 ? Math.max(0, pending.length + offset) : firstAtLeast(pending, offset);
    if (from === 0) return;
    const confirmed = pending.slice(0, from);
    this.#pending = pending.slice(from);
    this.#remember(confirmed);
  }

  #remember(confirmed: readonly Update[]): void {
    for (const { message } of confirmed) if (message !== null) message.confirmed = true;
    this.#confirmed = [...this.#confirmed, ...confirmed].slice(-rememberedConfirmed);
    this.onChange();
  }

  #wait(timeout: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (how: () => void) => {
        clearTimeout(timer);
        signal.removeEventListener("abort", giveUp);
        if (this.#waiting === waiting) this.#waiting = null;
        how();
      };
      const giveUp = () => end(resolve);
      const waiting = {
        finish: () => end(resolve),
        refuse: (why: Error) => end(() => reject(why)),
      };
      const timer = setTimeout(giveUp, timeout);
      signal.addEventListener("abort", giveUp);
      this.#waiting = waiting;
      if (signal.aborted) giveUp();
    });
  }
}

/** The place of the first update that is not below `offset`; an offset before or after all of them is allowed. */
function firstAtLeast(pending: readonly Update[], offset: number): number {
  const at = pending.findIndex((update) => update.id >= offset);
  return at < 0 && offset > 0 ? pending.length : Math.max(at, 0);
}
