/**
 * Who said what to whom, and what became of it, kept by whoever says it and not by the service: at the end every word
 * is accounted for. Words carry `~m<number>~`, and one that must never be seen outside a chat.
 */
import type { Arrived, LoadBot, LoadTelegram, LoadUpdate } from "../../simulator/load/telegram.ts";
import type { Talk } from "./talks.ts";

/** Nobody but the two of a talk may ever read this: whoever finds it in a log has found a leak. */
const canary = "cinnabar-lantern-4417";
const words = `I do not know how to say this to anybody, but it was a long day. ${canary}`;
/** What readers are told when words may have arrived before. */
const saysItMayBeARepeat = /come twice|arrived twice|twice/i;

export type Direction = "to_supporter" | "to_mentee";

/** The account. All but `words`, `kills` and `repeatedUnknown` must be zero, and those repeats are marked. */
export interface Account {
  words: number;
  kills: number;
  /** Never arrived. */
  lost: number;
  /** Arrived again although the answer to the first time had been heard long before. */
  repeatedKnown: number;
  /** Arrived again because what had become of them was not known: on their way at a kill, or without an answer. */
  repeatedUnknown: number;
  /** Of the latter: without saying so. */
  unmarked: number;
  /** The most repeats in one line after one kill. */
  repeatsOfALine: number;
  misdelivered: number;
  outOfOrder: number;
  /** Took longer than `lateAfter` from the first moment in which they could have been taken. */
  late: number;
  leaked: number;
}

interface Word {
  line: string;
  bot: LoadBot;
  chat: number;
  saidAt: number;
  /** Until it has arrived. */
  update: LoadUpdate | null;
  arrivedAt: number | null;
  /** The first time was taken without a word to the sender. */
  unanswered: boolean;
  /** The first time said that it may have arrived before: its sender did not know what somebody else had on its way. */
  marked: boolean;
}

export interface LedgerOptions {
  /** Milliseconds after which words are late, counted from when they were said or the program was up again. */
  lateAfter: number;
}

export class Ledger {
  readonly #words: Word[] = [];
  readonly #lastOfLine = new Map<string, number>();
  readonly #repeatsSinceKill = new Map<string, number>();
  readonly #lateAfter: number;
  readonly #account: Omit<Account, "words" | "lost"> = {
    kills: 0,
    repeatedKnown: 0,
    repeatedUnknown: 0,
    unmarked: 0,
    repeatsOfALine: 0,
    misdelivered: 0,
    outOfOrder: 0,
    late: 0,
    leaked: 0,
  };
  #arrived = 0;
  #killedAt = Number.NEGATIVE_INFINITY;
  #upSince = 0;
  #end = "";
  /** Milliseconds from when a word was said, and from when Telegram handed it out, until it arrived. */
  onArrival: ((fromSaid: number, fromHanded: number) => void) | null = null;

  constructor({ lateAfter }: LedgerOptions) {
    this.#lateAfter = lateAfter;
  }

  get said(): number {
    return this.#words.length;
  }

  /** How many words have arrived, each counted once. */
  get arrived(): number {
    return this.#arrived;
  }

  /** One of the two says something. `at` is when it should have been said, by the monotonic clock. */
  say(
    telegram: LoadTelegram,
    { mentee, supporter }: Talk,
    direction: Direction,
    { at = performance.now(), replyTo }: { at?: number; replyTo?: number | undefined } = {},
  ): void {
    const toSupporter = direction === "to_supporter";
    const number = this.#words.length;
    const update = telegram.says(
      toSupporter ? "public" : "team",
      toSupporter ? mentee : supporter,
      `${words} ~m${number}~`,
      replyTo === undefined ? {} : { replyTo },
    );
    this.#words.push({
      line: `${mentee} ${direction}`,
      bot: toSupporter ? "team" : "public",
      chat: toSupporter ? supporter : mentee,
      saidAt: at,
      update,
      arrivedAt: null,
      unanswered: false,
      marked: false,
    });
  }

  /** A message of the service arrives somewhere; `answered` is false when the service will not hear that it did. */
  note({ bot, chat, text, at }: Arrived, answered = true): void {
    const mark = /~m(\d+)~/.exec(text);
    if (!mark) return;
    const number = Number(mark[1]);
    const word = this.#words[number];
    if (!word || word.bot !== bot || word.chat !== chat) {
      this.#account.misdelivered += 1;
      return;
    }
    if (word.arrivedAt !== null) {
      this.#repeated(word, text);
      return;
    }
    this.#arrived += 1;
    word.arrivedAt = at;
    word.unanswered = !answered;
    word.marked = saysItMayBeARepeat.test(text);
    if ((this.#lastOfLine.get(word.line) ?? -1) > number) this.#account.outOfOrder += 1;
    else this.#lastOfLine.set(word.line, number);
    if (at - Math.max(word.saidAt, this.#upSince) > this.#lateAfter) this.#account.late += 1;
    this.onArrival?.(at - word.saidAt, at - (word.update?.handedAt ?? at));
    word.update = null;
  }

  /** The program was killed, or frozen. */
  killed(): void {
    this.#account.kills += 1;
    this.#killedAt = performance.now();
    this.#repeatsSinceKill.clear();
  }

  /** The program is up again: what waits can be taken from now on. */
  up(): void {
    this.#upSince = performance.now();
  }

  /** Looks for words of people in what the program shows to others than them. */
  search(shown: string): void {
    // A word can be cut in two by the pieces in which output comes.
    const text = this.#end + shown;
    this.#account.leaked += text.split(canary).length - 1;
    this.#end = text.slice(-(canary.length - 1));
  }

  account(): Account {
    return { words: this.#words.length, lost: this.#words.length - this.#arrived, ...this.#account };
  }

  #repeated(word: Word, text: string): void {
    const { arrivedAt, unanswered, line, saidAt } = word;
    // A frozen process sends what it had on its way once it is thawed: who took over has said so with the word.
    const announced = word.marked && saidAt < this.#killedAt;
    if (!unanswered && !announced && (arrivedAt ?? 0) > this.#killedAt) {
      this.#account.repeatedKnown += 1;
      return;
    }
    this.#account.repeatedUnknown += 1;
    if (!announced && !saysItMayBeARepeat.test(text)) this.#account.unmarked += 1;
    // One that had no answer is repeated without any kill.
    if (unanswered) return;
    const ofLine = (this.#repeatsSinceKill.get(line) ?? 0) + 1;
    this.#repeatsSinceKill.set(line, ofLine);
    this.#account.repeatsOfALine = Math.max(this.#account.repeatsOfALine, ofLine);
  }
}
