import type { SampleFile } from "../samples.ts";
import { type AttachmentKind, attachmentFields, sampleOf } from "./attachments.ts";
import { SimulatedBot } from "./bot.ts";
import type { PrivateChat, TelegramChat } from "./chat.ts";
import type { TelegramGroup } from "./group.ts";
import { seconds, type TelegramMessage } from "./message.ts";
import type { Press } from "./press.ts";
import type { SimulatedTelegram } from "./telegram.ts";
import { cleanText, countCharacters, findEntities, longestText } from "./text.ts";

export interface UserOptions {
  firstName: string;
  lastName?: string;
  username?: string;
  languageCode?: string;
}

/** Where a person writes: to a bot, in private, or into a group. */
export type Place = SimulatedBot | TelegramGroup;

export interface WriteOptions {
  replyTo?: TelegramMessage;
  /** In the group's name, as hidden administrators do. */
  anonymously?: boolean;
}

/** A person with Telegram on their phone. What they do happens at once; bots hear of it over HTTP. */
export class TelegramUser {
  readonly telegram: SimulatedTelegram;
  readonly id: number;
  readonly firstName: string;
  readonly lastName: string | null;
  readonly username: string | null;
  readonly languageCode: string | null;
  readonly isBot = false;
  /** The account is gone. */
  deactivated = false;

  constructor(telegram: SimulatedTelegram, id: number, options: UserOptions) {
    this.telegram = telegram;
    this.id = id;
    this.firstName = options.firstName;
    this.lastName = options.lastName ?? null;
    this.username = options.username ?? null;
    this.languageCode = options.languageCode ?? null;
  }

  get shownName(): string {
    return this.lastName === null ? this.firstName : `${this.firstName} ${this.lastName}`;
  }

  json(): Record<string, unknown> {
    return {
      id: this.id,
      is_bot: false,
      first_name: this.firstName,
      ...(this.lastName === null ? {} : { last_name: this.lastName }),
      ...(this.username === null ? {} : { username: this.username }),
      ...(this.languageCode === null ? {} : { language_code: this.languageCode }),
    };
  }

  chatWith(bot: SimulatedBot): PrivateChat {
    return this.telegram.privateChat(this, bot);
  }

  /** Opens the bot's chat and presses Start: the bot may write from now on, and again after a block. */
  start(bot: SimulatedBot, parameter?: string): TelegramMessage {
    this.unblocks(bot);
    return this.writes(bot, parameter === undefined ? "/start" : `/start ${parameter}`);
  }

  /** Writes a text. What Telegram's app would not send is an error: a blank text, or one that is too long. */
  writes(place: Place, text: string, options: WriteOptions = {}): TelegramMessage {
    const cleaned = this.#checked(text);
    return this.#chatAt(place).post({
      sender: this,
      text: cleaned,
      entities: findEntities(cleaned),
      replyTo: options.replyTo ?? null,
      anonymously: options.anonymously ?? false,
    });
  }

  /** Sends something that is not text. */
  sends(place: Place, kind: AttachmentKind, caption = "", given?: SampleFile): TelegramMessage {
    const chat = this.#chatAt(place);
    const file = given ?? sampleOf(kind);
    const text = cleanText(caption);
    const [bot] = chat.bots;
    const id = file && bot ? this.telegram.files.add(bot, file).id : `${kind}-${this.id}`;
    return chat.post({
      sender: this,
      text,
      entities: findEntities(text),
      fields: attachmentFields(kind, id, file),
      attachment: kind,
      file,
    });
  }

  edits(message: TelegramMessage, text: string): void {
    if (message.sender !== this) throw new Error(`${this.shownName} can't edit what somebody else wrote.`);
    message.text = this.#checked(text);
    message.entities = findEntities(message.text);
    message.editedAt = this.telegram.clock.now();
    for (const bot of message.chat.bots) bot.hear("edited_message", message);
    this.telegram.changes.announce();
  }

  /** Deletes a message for everybody. Bots are not told: no update exists for it. */
  deletes(message: TelegramMessage): void {
    message.deleted = true;
    this.telegram.changes.announce();
  }

  /** Presses a button of a bot's message, by its label or callback data. A link can't be pressed but `opens`. */
  presses(message: TelegramMessage, labelOrData: string): Press {
    if (message.deleted) throw new Error("The message is deleted; its buttons are gone.");
    const { data, label, url } = message.button(labelOrData);
    if (data === null) throw new Error(`"${label}" is a link to ${url}; use opens.`);
    return this.pressesData(message, data);
  }

  /** Sends callback data that need not stand under the message: what an old copy of it, or a forger, can do. */
  pressesData(message: TelegramMessage, data: string): Press {
    const bot = message.sender;
    if (!bot.isBot) throw new Error("Only a bot's message has buttons.");
    const press = this.telegram.press(bot, this, message, data);
    bot.receive("callback_query", press.json(), `callback_query ${this.id}`);
    return press;
  }

  /** Follows a link to one of the bots (`https://t.me/<bot>?start=…`). */
  opens(link: string): TelegramMessage {
    const { bot, parameter } = this.telegram.resolveLink(link);
    return this.start(bot, parameter);
  }

  /** Puts a reaction on a message, or takes it back with null. */
  reacts(message: TelegramMessage, emoji: string | null): void {
    const before = message.reactions.get(this.id);
    const reaction = (written: string | null | undefined) =>
      written === null || written === undefined ? [] : [{ type: "emoji", emoji: written }];
    if (emoji === null) message.reactions.delete(this.id);
    else message.reactions.set(this.id, emoji);
    const update = {
      chat: message.chat.json(),
      message_id: message.id,
      user: this.json(),
      date: seconds(this.telegram.clock.now()),
      old_reaction: reaction(before),
      new_reaction: reaction(emoji),
    };
    for (const bot of message.chat.bots) {
      const group = message.chat.asGroup();
      if (group !== null && !group.isAdministrator(bot)) continue;
      bot.receive("message_reaction", update, `message_reaction ${message.chatId}`);
    }
    this.telegram.changes.announce();
  }

  /** Stops the bot: it can't write any more, and is told so. */
  blocks(bot: SimulatedBot): void {
    this.#setBlocked(bot, true);
  }

  unblocks(bot: SimulatedBot): void {
    this.#setBlocked(bot, false);
  }

  #setBlocked(bot: SimulatedBot, blocked: boolean): void {
    const chat = this.chatWith(bot);
    if (chat.blocked === blocked) return;
    chat.blocked = blocked;
    const member = (status: "member" | "kicked") => ({
      user: bot.json(),
      status,
      ...(status === "kicked" ? { until_date: 0 } : {}),
    });
    const update = {
      chat: chat.json(),
      from: this.json(),
      date: seconds(this.telegram.clock.now()),
      old_chat_member: member(blocked ? "member" : "kicked"),
      new_chat_member: member(blocked ? "kicked" : "member"),
    };
    bot.receive("my_chat_member", update, `my_chat_member ${chat.id}`);
    this.telegram.changes.announce();
  }

  #chatAt(place: Place): TelegramChat {
    if (this.deactivated) throw new Error(`${this.shownName} has no Telegram account any more.`);
    if (!(place instanceof SimulatedBot)) {
      if (!place.isMember(this)) throw new Error(`${this.shownName} is not in "${place.title}".`);
      return place;
    }
    const chat = this.chatWith(place);
    if (chat.blocked) throw new Error(`${this.shownName} has blocked @${place.username}; unblock it first.`);
    chat.started = true;
    return chat;
  }

  #checked(text: string): string {
    const cleaned = cleanText(text);
    if (cleaned === "") throw new Error("Telegram does not send a blank message.");
    if (countCharacters(cleaned) > longestText) {
      throw new Error(
        `Telegram's app cuts a text of more than ${longestText} characters in several messages.`,
      );
    }
    return cleaned;
  }
}
