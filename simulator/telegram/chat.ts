import { defaultPatience } from "../changes.ts";
import type { SimulatedBot } from "./bot.ts";
import type { TelegramGroup } from "./group.ts";
import { type MessageDraft, TelegramMessage } from "./message.ts";
import type { SimulatedTelegram } from "./telegram.ts";
import type { TelegramUser } from "./user.ts";

/** How to recognise a message: a part of its text, a pattern, or a question asked of it. */
export type Wanted = string | RegExp | ((message: TelegramMessage) => boolean);

export interface WaitOptions {
  /** Only messages that came later than this one. */
  after?: TelegramMessage | undefined;
  /** Real milliseconds until it is given up. */
  timeout?: number;
}

/** What private chats and groups have in common: messages, in order, as people see them. */
export abstract class TelegramChat {
  readonly telegram: SimulatedTelegram;
  /** When a bot last said that it is typing; null once it has written. */
  typingSince: Date | null = null;
  readonly #all: TelegramMessage[] = [];
  readonly #byId = new Map<string, TelegramMessage>();

  constructor(telegram: SimulatedTelegram) {
    this.telegram = telegram;
  }

  abstract get id(): number;
  abstract get title(): string;
  /** The bots that are in this chat. */
  abstract get bots(): SimulatedBot[];
  abstract get kind(): "private" | "group" | "supergroup";
  /** The Bot API's `Chat`. */
  abstract json(): Record<string, unknown>;
  /** The id for the next message. */
  protected abstract nextMessageId(): number;

  /** This chat as the group that it is, or null. */
  asGroup(): TelegramGroup | null {
    return null;
  }

  /** What is to be seen in this chat now, oldest first; what was deleted is gone. */
  get messages(): TelegramMessage[] {
    return this.#all.filter((message) => !message.deleted);
  }

  get lastMessage(): TelegramMessage | undefined {
    return this.#all.findLast((message) => !message.deleted);
  }

  /** The message a bot means by an id; undefined when it is deleted or was written under another chat id. */
  find(id: number | undefined): TelegramMessage | undefined {
    const message = this.#byId.get(`${this.id}/${id}`);
    return message?.deleted === false ? message : undefined;
  }

  /** Puts a message into the chat; the bots that may see it hear of it. */
  post(draft: MessageDraft): TelegramMessage {
    const message = new TelegramMessage(this.nextMessageId(), this, this.telegram.clock.now(), draft);
    this.#all.push(message);
    this.#byId.set(`${message.chatId}/${message.id}`, message);
    for (const bot of this.bots) bot.hear("message", message);
    this.telegram.changes.announce();
    return message;
  }

  /** Resolves with the first visible message that is wanted, at once when it is already there. */
  waitFor(wanted: Wanted, options: WaitOptions = {}): Promise<TelegramMessage> {
    const { after, timeout = defaultPatience } = options;
    const isWanted = asQuestion(wanted);
    const from = after === undefined ? 0 : this.#all.indexOf(after) + 1;
    return this.telegram.changes.waitFor(
      () => this.#all.slice(from).find((message) => !message.deleted && isWanted(message)),
      () => `No message ${String(wanted)} in ${timeout} ms. ${this}`,
      timeout,
    );
  }

  /** For people: the whole chat, as a failing test prints it. */
  toString(): string {
    const lines = this.messages.map((message) => `  ${message}`);
    return `Chat "${this.title}" shows:\n${lines.join("\n") || "  (nothing)"}`;
  }
}

function asQuestion(wanted: Wanted): (message: TelegramMessage) => boolean {
  if (typeof wanted === "function") return wanted;
  if (typeof wanted === "string") return (message) => message.text.includes(wanted);
  return (message) => wanted.test(message.text);
}

/** One person's chat with one bot. For the bot its id is the person's. */
export class PrivateChat extends TelegramChat {
  readonly user: TelegramUser;
  readonly bot: SimulatedBot;
  /** The person has written to the bot: only then may it write. */
  started = false;
  blocked = false;

  constructor(telegram: SimulatedTelegram, user: TelegramUser, bot: SimulatedBot) {
    super(telegram);
    this.user = user;
    this.bot = bot;
  }

  get id(): number {
    return this.user.id;
  }

  get kind(): "private" {
    return "private";
  }

  get title(): string {
    return `${this.user.shownName} and @${this.bot.username}`;
  }

  get bots(): SimulatedBot[] {
    return [this.bot];
  }

  json(): Record<string, unknown> {
    const { is_bot: _, language_code: __, ...person } = this.user.json();
    return { ...person, type: "private" };
  }

  /** In private chats the ids of all messages of a bot rise together. */
  protected nextMessageId(): number {
    return this.bot.nextMessageId();
  }
}
