import type { SampleFile } from "../samples.ts";
import type { SimulatedBot } from "./bot.ts";
import type { TelegramChat } from "./chat.ts";
import { type InlineButton, type Keyboard, keyboardJson } from "./keyboard.ts";
import type { Entity } from "./text.ts";
import type { TelegramUser } from "./user.ts";

/** What a message is made of when it is written. */
export interface MessageDraft {
  sender: TelegramUser | SimulatedBot;
  text: string;
  entities: Entity[];
  keyboard?: Keyboard;
  replyTo?: TelegramMessage | null;
  protected?: boolean;
  /** Sent without a sound. */
  silent?: boolean;
  /** An administrator who writes in the group's name. */
  anonymously?: boolean;
  /** What is not text: the wire fields of a photo, a service message, where a copy came from. */
  fields?: Readonly<Record<string, unknown>>;
  /** The kind of thing that is attached; its text is then a caption. */
  attachment?: string | null;
  /** Its bytes, where it is a file. */
  file?: SampleFile | null;
  /** A sentence that the app shows for a service message. */
  notice?: string | null;
}

/** Who writes for administrators that hide their name. */
const anonymousAdministrator = {
  id: 1_087_968_824,
  is_bot: true,
  first_name: "Group",
  username: "GroupAnonymousBot",
};

/** One message as everybody in the chat sees it now: a live object, edits and deletions show in it. */
export class TelegramMessage {
  readonly id: number;
  readonly chat: TelegramChat;
  /** The chat's id when this was written: a group that becomes a supergroup has another one afterwards. */
  readonly chatId: number;
  readonly sender: TelegramUser | SimulatedBot;
  readonly date: Date;
  readonly replyTo: TelegramMessage | null;
  /** Can't be forwarded or saved. */
  readonly protected: boolean;
  readonly silent: boolean;
  readonly anonymously: boolean;
  readonly attachment: string | null;
  readonly file: SampleFile | null;
  readonly notice: string | null;
  readonly #fields: Readonly<Record<string, unknown>>;
  text: string;
  entities: Entity[];
  keyboard: Keyboard;
  editedAt: Date | null = null;
  deleted = false;
  /** True when a bot has confirmed the update about it: the second tick. */
  confirmed = false;
  /** Reactions by who gave them. */
  readonly reactions = new Map<number, string>();

  constructor(id: number, chat: TelegramChat, date: Date, draft: MessageDraft) {
    this.id = id;
    this.chat = chat;
    this.chatId = chat.id;
    this.date = date;
    this.sender = draft.sender;
    this.text = draft.text;
    this.entities = draft.entities;
    this.keyboard = draft.keyboard ?? [];
    this.replyTo = draft.replyTo ?? null;
    this.protected = draft.protected ?? false;
    this.silent = draft.silent ?? false;
    this.anonymously = draft.anonymously ?? false;
    this.attachment = draft.attachment ?? null;
    this.file = draft.file ?? null;
    this.notice = draft.notice ?? null;
    this.#fields = draft.fields ?? {};
  }

  get edited(): boolean {
    return this.editedAt !== null;
  }

  get fromBot(): boolean {
    return this.sender.isBot;
  }

  get buttons(): InlineButton[] {
    return this.keyboard.flat();
  }

  /** The button with this label or callback data. Throws when there is none, naming those there are. */
  button(labelOrData: string): InlineButton {
    const found = this.buttons.find(({ label, data }) => label === labelOrData || data === labelOrData);
    if (found !== undefined) return found;
    const labels = this.buttons.map(({ label }) => `"${label}"`).join(", ") || "none";
    throw new Error(`No button "${labelOrData}" under this message; it has: ${labels}.`);
  }

  /** Only what can be forwarded or copied: service messages can't. */
  get isService(): boolean {
    return this.notice !== null;
  }

  /** The fields that make this more than a text: an attachment's, a service message's. */
  get fields(): Readonly<Record<string, unknown>> {
    return this.#fields;
  }

  /** The Bot API's `Message`. A message that is answered stands in it, without the one that it answers. */
  json(withReply = true): Record<string, unknown> {
    const words = this.attachment === null ? "text" : "caption";
    const entities = this.attachment === null ? "entities" : "caption_entities";
    return {
      message_id: this.id,
      from: this.anonymously ? anonymousAdministrator : this.sender.json(),
      ...(this.anonymously ? { sender_chat: this.chat.json() } : {}),
      chat: { ...this.chat.json(), id: this.chatId },
      date: seconds(this.date),
      ...(this.editedAt === null ? {} : { edit_date: seconds(this.editedAt) }),
      ...(withReply && this.replyTo !== null ? { reply_to_message: this.replyTo.json(false) } : {}),
      ...(this.protected ? { has_protected_content: true } : {}),
      ...this.#fields,
      ...(this.text === "" ? {} : { [words]: this.text }),
      ...(this.entities.length === 0 ? {} : { [entities]: this.entities }),
      ...(this.keyboard.length === 0 ? {} : { reply_markup: keyboardJson(this.keyboard) }),
    };
  }

  /** For people: one line, as a failing test prints it. */
  toString(): string {
    const who = this.notice === null ? this.sender.shownName : "·";
    const marks = [this.edited ? "edited" : "", this.deleted ? "deleted" : ""].filter((mark) => mark !== "");
    const buttons = this.buttons.map(({ label }) => ` [${label}]`).join("");
    const attached = this.attachment === null ? "" : `<${this.attachment}> `;
    return `${who}: ${attached}${this.notice ?? this.text}${marks.map((mark) => ` (${mark})`).join("")}${buttons}`;
  }
}

/** Unix time, as the Bot API writes dates. */
export function seconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}
