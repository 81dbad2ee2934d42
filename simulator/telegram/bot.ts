import { defaultPatience } from "../changes.ts";
import type { TelegramGroup } from "./group.ts";
import type { TelegramMessage } from "./message.ts";
import type { SimulatedTelegram } from "./telegram.ts";
import { UpdateQueue } from "./update-queue.ts";
import { TelegramWebhook, type WebhookSettings } from "./webhook.ts";

export interface BotOptions {
  /** `<id>:<secret>`; made up when left out. */
  token?: string;
  username: string;
  name: string;
  /** Privacy mode off: the bot sees everything in its groups. */
  readsAllGroupMessages?: boolean;
}

export interface BotCommand {
  command: string;
  description: string;
}

/** The kinds of update that a bot gets without asking for them by name, and those that it must name. */
const byDefault = ["message", "edited_message", "callback_query", "my_chat_member"];
const whenNamed = ["chat_member", "message_reaction"];

/** A bot as BotFather and its owner see it. What it does itself comes over HTTP. */
export class SimulatedBot {
  readonly telegram: SimulatedTelegram;
  readonly id: number;
  readonly username: string;
  readonly name: string;
  readonly isBot = true;
  readonly queue: UpdateQueue;
  /** Commands by scope and language, descriptions by language, menu buttons by chat: as last set, for look-up. */
  readonly commands = new Map<string, readonly BotCommand[]>();
  readonly descriptions = new Map<string, string>();
  readonly shortDescriptions = new Map<string, string>();
  readonly menuButtons = new Map<string, object>();
  readsAllGroupMessages: boolean;
  /** Null: the token was revoked and there is no new one yet. */
  token: string | null;
  webhook: TelegramWebhook | null = null;
  #allowedUpdates: ReadonlySet<string> = new Set(byDefault);
  #lastMessageId = 0;

  constructor(telegram: SimulatedTelegram, id: number, options: BotOptions & { token: string }) {
    this.telegram = telegram;
    this.id = id;
    this.token = options.token;
    this.username = options.username;
    this.name = options.name;
    this.readsAllGroupMessages = options.readsAllGroupMessages ?? false;
    this.queue = new UpdateQueue(telegram.clock, 1 + (id % 900_000) * 1000);
    this.queue.onChange = () => {
      this.webhook?.look();
      telegram.changes.announce();
    };
  }

  get shownName(): string {
    return this.name;
  }

  /** The link that opens a chat with this bot, and starts it with a parameter. */
  link(parameter?: string): string {
    return `https://t.me/${this.username}${parameter === undefined ? "" : `?start=${parameter}`}`;
  }

  json(): Record<string, unknown> {
    return { id: this.id, is_bot: true, first_name: this.name, username: this.username };
  }

  nextMessageId(): number {
    this.#lastMessageId += 1;
    return this.#lastMessageId;
  }

  /** Resolves when the bot has confirmed every update that there was for it. */
  async caughtUp(timeout = defaultPatience): Promise<void> {
    await this.telegram.changes.waitFor(
      () => this.queue.pending.length === 0,
      () => `@${this.username} has ${this.queue.pending.length} unconfirmed updates after ${timeout} ms.`,
      timeout,
    );
  }

  /** From now on the token is refused. A new one can be given at once, or later by setting `token`. */
  revokeToken(next: string | null = null): void {
    this.token = next;
  }

  get allowedUpdates(): string[] {
    return [...this.#allowedUpdates];
  }

  /** Keeps what was asked for until it is asked again; an empty list means the usual kinds. */
  allowUpdates(kinds: readonly string[]): void {
    const known = kinds.filter((kind) => byDefault.includes(kind) || whenNamed.includes(kind));
    this.#allowedUpdates = new Set(known.length === 0 ? byDefault : known);
  }

  setWebhook(settings: WebhookSettings | null): void {
    this.webhook?.stop();
    this.webhook =
      settings === null
        ? null
        : new TelegramWebhook(settings, this.queue, this.telegram.clock, this.telegram.webhookPatience);
    this.webhook?.look();
  }

  /** Hands an update to the bot, when it wants updates of this kind. */
  receive(kind: string, payload: object, line: string, message: TelegramMessage | null = null): void {
    if (this.#allowedUpdates.has(kind)) this.queue.add(kind, payload, line, message);
  }

  /** Hands over what was written or edited, if this bot may see it. */
  hear(kind: "message" | "edited_message", message: TelegramMessage): void {
    if (!this.#mayHear(message)) return;
    this.receive(kind, message.json(), `message ${message.chatId}`, message);
  }

  #mayHear(message: TelegramMessage): boolean {
    if (message.sender === this) return false;
    const group = message.chat.asGroup();
    if (group === null) return true;
    if (message.isService) return true;
    if (message.fromBot) return false;
    return this.readsAllGroupMessages || group.isAdministrator(this) || this.#isMeant(message, group);
  }

  /** Privacy mode: commands for this bot, answers to it, and mentions of it. */
  #isMeant(message: TelegramMessage, group: TelegramGroup): boolean {
    if (message.replyTo?.sender === this) return true;
    const named = `@${this.username}`.toLowerCase();
    return message.entities.some(({ type, offset, length }) => {
      const written = message.text.slice(offset, offset + length).toLowerCase();
      if (type === "mention") return written === named;
      if (type !== "bot_command") return false;
      return written.includes("@") ? written.endsWith(named) : this.#isLastBot(group);
    });
  }

  /** A command without a name is for the bot that wrote last in the group, or for all when none did. */
  #isLastBot(group: TelegramGroup): boolean {
    const last = group.messages.findLast((message) => message.fromBot && !message.isService);
    return last === undefined || last.sender === this;
  }
}
