import { defaultPatience } from "../changes.ts";
import type { SimulatedBot } from "./bot.ts";
import type { TelegramMessage } from "./message.ts";
import type { TelegramUser } from "./user.ts";

export interface PressAnswer {
  /** A short note over the chat; empty when the bot only stopped the spinner. */
  text: string;
  /** The note is a box that has to be closed. */
  alert: boolean;
}

/** A pressed button: it spins until the bot answers. */
export class Press {
  readonly id: string;
  readonly bot: SimulatedBot;
  readonly user: TelegramUser;
  readonly message: TelegramMessage;
  readonly data: string;
  readonly at: Date;
  #answer: PressAnswer | null = null;

  constructor(id: string, bot: SimulatedBot, user: TelegramUser, message: TelegramMessage, data: string) {
    this.id = id;
    this.bot = bot;
    this.user = user;
    this.message = message;
    this.data = data;
    this.at = bot.telegram.clock.now();
  }

  /** Null while it spins. */
  get answer(): PressAnswer | null {
    return this.#answer;
  }

  give(answer: PressAnswer): void {
    this.#answer = answer;
    this.bot.telegram.changes.announce();
  }

  /** Resolves with what the bot answered. */
  waitForAnswer(timeout = defaultPatience): Promise<PressAnswer> {
    return this.bot.telegram.changes.waitFor(
      () => this.#answer ?? undefined,
      () => `@${this.bot.username} did not answer the press of "${this.data}" in ${timeout} ms.`,
      timeout,
    );
  }

  /** The Bot API's `CallbackQuery`. */
  json(): object {
    return {
      id: this.id,
      from: this.user.json(),
      message: this.message.json(),
      chat_instance: String(5_000_000_000_000_000 + Math.abs(this.message.chatId)),
      data: this.data,
    };
  }
}
