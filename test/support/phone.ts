/** Somebody at their phone, alike on every simulated platform: writes, taps, and reads what comes, in order. */
import { expect } from "vitest";
import type { MediaKind } from "../../adapters/content.ts";
import type {
  MessengerMessage,
  MessengerPerson,
  SimulatedBot,
  Simulator,
  TelegramGroup,
  TelegramMessage,
  TelegramUser,
} from "../../simulator/index.ts";
import type { MessengerAttachment } from "../../simulator/messenger/person.ts";
import type { SampleFile } from "../../simulator/samples.ts";
import type { AttachmentKind } from "../../simulator/telegram/attachments.ts";

type Wanted = string | RegExp;

/** What somebody sends, as we call it. */
export type Sent = MediaKind | "location" | "contact" | "poll" | "shared_post";

const onTelegram: Partial<Record<Sent, AttachmentKind>> = {
  photo: "photo",
  video: "video",
  round_video: "video_note",
  voice: "voice",
  audio: "audio",
  document: "document",
  sticker: "sticker",
  animation: "animation",
  location: "location",
  contact: "contact",
  poll: "poll",
};

const onMessenger: Partial<Record<Sent, MessengerAttachment>> = {
  photo: "image",
  video: "video",
  voice: "audio",
  document: "file",
  sticker: "sticker",
  location: "location",
  shared_post: "fallback",
};
type Message = TelegramMessage | MessengerMessage;

export interface Phone {
  writes(text: string): void;
  /** Sends something that is not text, as this phone does it: a given file, or just any. */
  sends(kind: Sent, words?: string, file?: SampleFile): void;
  /** Waits for a button of that name, the newest, and taps it. */
  taps(label: string): Promise<void>;
  /** Waits for a message that comes after everything that was read before. */
  reads(wanted: Wanted): Promise<Message>;
  /** Waits for a file, which the phone shows as this. */
  receives(shown: string): Promise<Message & { file: SampleFile }>;
  /** Everything on the screen that others wrote, oldest first. */
  readonly screen: string[];
}

export class TelegramPhone implements Phone {
  readonly user: TelegramUser;
  readonly place: SimulatedBot | TelegramGroup;
  readonly #simulator: Simulator;
  #read: TelegramMessage | undefined;

  constructor(simulator: Simulator, user: TelegramUser, place: SimulatedBot | TelegramGroup) {
    this.#simulator = simulator;
    this.user = user;
    this.place = place;
  }

  get chat() {
    return "token" in this.place ? this.user.chatWith(this.place) : this.place;
  }

  get screen(): string[] {
    return this.chat.messages.filter(({ sender }) => sender !== this.user).map(({ text }) => text);
  }

  starts(parameter?: string): void {
    if ("token" in this.place) this.user.start(this.place, parameter);
  }

  writes(text: string, replyTo?: TelegramMessage): void {
    this.user.writes(this.place, text, replyTo ? { replyTo } : {});
  }

  sends(kind: Sent, words = "", file?: SampleFile): void {
    this.user.sends(this.place, onTelegram[kind] ?? expect.fail(`Telegram has no ${kind}`), words, file);
  }

  async taps(label: string): Promise<void> {
    this.user.presses(await this.#withButton(label), label);
  }

  /** A button's payload, also one that this person was never shown. */
  pressesData(message: TelegramMessage, data: string): void {
    this.user.pressesData(message, data);
  }

  async reads(wanted: Wanted): Promise<TelegramMessage> {
    const after = this.#read;
    this.#read = await this.chat.waitFor(
      asQuestion<TelegramMessage>(wanted, (one) => one.sender !== this.user),
      {
        ...(after ? { after } : {}),
      },
    );
    return this.#read;
  }

  async receives(shown: string): Promise<TelegramMessage & { file: SampleFile }> {
    const after = this.#read;
    this.#read = await this.chat.waitFor(
      ({ sender, attachment }) => sender !== this.user && attachment === shown,
      { ...(after ? { after } : {}) },
    );
    return withFile(this.#read);
  }

  #withButton(label: string): Promise<TelegramMessage> {
    return this.#simulator.telegram.changes.waitFor(
      () => this.chat.messages.findLast(({ buttons }) => buttons.some((button) => button.label === label)),
      () => `No button "${label}". ${this.chat}`,
      10_000,
    );
  }
}

export class MessengerPhone implements Phone {
  readonly person: MessengerPerson;
  readonly #simulator: Simulator;
  #read: MessengerMessage | undefined;

  constructor(simulator: Simulator, person: MessengerPerson) {
    this.#simulator = simulator;
    this.person = person;
  }

  get screen(): string[] {
    return this.person.messages.filter(({ author }) => author !== "person").map(({ text }) => text);
  }

  writes(text: string): void {
    this.person.writes(text);
  }

  sends(kind: Sent, text = "", file?: SampleFile): void {
    const own = onMessenger[kind] ?? expect.fail(`Messenger has no ${kind}`);
    this.person.sends(own, { text, ...(file ? { files: [file] } : {}) });
  }

  /** A quick reply, or an entry of the menu, which is always there. */
  async taps(label: string): Promise<void> {
    const inMenu = () => this.person.page.profile.menuEntries.some((entry) => entry.label === label);
    const asQuickReply = () => this.person.quickReplies.some((choice) => choice.label === label);
    await this.#simulator.messenger.changes.waitFor(
      () => asQuickReply() || inMenu(),
      () => `Neither a quick reply nor the menu says "${label}". ${this.person}`,
      10_000,
    );
    if (asQuickReply()) this.person.presses(label);
    else this.person.opensMenu(label);
  }

  async receives(shown: string): Promise<MessengerMessage & { file: SampleFile }> {
    this.#read = await this.person.waitFor(
      ({ author, attachment }) => author !== "person" && attachment === shown,
      { after: this.#read },
    );
    return withFile(this.#read);
  }

  async reads(wanted: Wanted): Promise<MessengerMessage> {
    const isOthers = ({ author }: MessengerMessage) => author !== "person";
    this.#read = await this.person.waitFor(asQuestion(wanted, isOthers), { after: this.#read });
    return this.#read;
  }
}

function withFile<Kind extends Message>(message: Kind): Kind & { file: SampleFile } {
  const { file } = message;
  if (!file) expect.fail(`no file: ${message}`);
  return Object.assign(message, { file });
}

function asQuestion<Kind extends { text: string }>(
  wanted: Wanted,
  counts: (message: Kind) => boolean,
): (message: Kind) => boolean {
  const fits = (text: string) => (typeof wanted === "string" ? text.includes(wanted) : wanted.test(text));
  return (message) => counts(message) && fits(message.text);
}
