import { defaultPatience } from "../changes.ts";
import { type SampleFile, samples } from "../samples.ts";
import { type MessageDraft, MessengerMessage, type QuickReply } from "./message.ts";
import type { MessengerPage } from "./page.ts";

export interface PersonOptions {
  firstName: string;
  lastName?: string;
  locale?: string;
}

/** How to recognise a message: a part of its text, a pattern, or a question asked of it. */
export type WantedMessage = string | RegExp | ((message: MessengerMessage) => boolean);

/** What a person can attach on Messenger. */
export const messengerAttachments = [
  "image",
  "video",
  "audio",
  "file",
  "sticker",
  "location",
  "fallback",
] as const;
export type MessengerAttachment = (typeof messengerAttachments)[number];

/** What exactly is sent, where that matters: words along with it, several files at once. */
export interface SentThing {
  text?: string;
  files?: readonly SampleFile[];
}

/** What somebody sends who does not say which file; null for what is no file. */
function sampleOf(kind: MessengerAttachment): SampleFile | null {
  switch (kind) {
    case "image":
      return samples.picture;
    case "sticker":
      return samples.sticker;
    case "video":
      return samples.film;
    case "audio":
      return samples.sound;
    case "file":
      return samples.paper;
    default:
      return null;
  }
}

const longestText = 2000;
const mostEdits = 5;

/** A person with Messenger on their phone, and their conversation with one page. */
export class MessengerPerson {
  readonly page: MessengerPage;
  /** The page-scoped id: another page knows the same person by another one. */
  readonly id: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly locale: string;
  /** When they last did something that opens the messaging window; null before they ever did. */
  lastAction: Date | null = null;
  blocked = false;
  /** The page shows that it is typing. */
  typing = false;
  readonly #messages: MessengerMessage[] = [];

  constructor(page: MessengerPage, id: string, options: PersonOptions) {
    this.page = page;
    this.id = id;
    this.firstName = options.firstName;
    this.lastName = options.lastName ?? "";
    this.locale = options.locale ?? "en_GB";
  }

  get shownName(): string {
    return this.lastName === "" ? this.firstName : `${this.firstName} ${this.lastName}`;
  }

  /** The whole conversation as they see it, oldest first. */
  get messages(): readonly MessengerMessage[] {
    return this.#messages;
  }

  get lastMessage(): MessengerMessage | undefined {
    return this.#messages.at(-1);
  }

  /** The choices that can be tapped now: those of the last message, until somebody writes. */
  get quickReplies(): readonly QuickReply[] {
    return this.lastMessage?.author === "app" ? this.lastMessage.quickReplies : [];
  }

  post(draft: MessageDraft): MessengerMessage {
    const { page } = this;
    const message = new MessengerMessage(page.nextMessageId(), this, page.nextMoment(), draft);
    this.#messages.push(message);
    if (draft.author !== "person") this.typing = false;
    page.messenger.changes.announce();
    return message;
  }

  find(id: unknown): MessengerMessage | undefined {
    return this.#messages.findLast((message) => message.id === id);
  }

  /** Writes a text. What Messenger's app would not send is an error: a blank text, or one that is too long. */
  writes(text: string, options: { replyTo?: MessengerMessage } = {}): MessengerMessage {
    if (text.trim() === "") throw new Error("Messenger does not send a blank message.");
    if (text.length > longestText) throw new Error(`Messenger sends at most ${longestText} characters.`);
    const message = this.post({ author: "person", text, replyTo: options.replyTo ?? null });
    const reply = options.replyTo === undefined ? {} : { reply_to: { mid: options.replyTo.id } };
    this.#tellMessage(message, { text, ...reply });
    return message;
  }

  /** Sends something that is not text. */
  sends(kind: MessengerAttachment, given: SentThing = {}): MessengerMessage {
    const { text = "", files = [sampleOf(kind)] } = given;
    const message = this.post({ author: "person", text, attachment: kind, file: files[0] ?? null });
    const attachments = files.map((file) => this.#attachmentOf(kind, file));
    this.#tellMessage(message, { ...(text === "" ? {} : { text }), attachments });
    return message;
  }

  #attachmentOf(kind: MessengerAttachment, file: SampleFile | null): object {
    if (kind === "location") return { type: kind, payload: { coordinates: { lat: 59.9139, long: 10.7522 } } };
    if (kind === "fallback") {
      const url = "https://www.facebook.com/share/p/1";
      return { type: kind, title: "A post", url, payload: { url, title: "A post" } };
    }
    const url = file === null ? "" : this.page.messenger.files.add(file);
    if (kind === "sticker") return { type: "image", payload: { url, sticker_id: 369_239_263_222_822 } };
    return { type: kind, payload: { url } };
  }

  /** Taps a quick reply of the last message, by its label or payload. */
  presses(labelOrPayload: string): MessengerMessage {
    const choice = this.quickReplies.find((one) => isNamed(one, labelOrPayload));
    if (choice === undefined) {
      const there = this.quickReplies.map(({ label }) => `"${label}"`).join(", ") || "none";
      throw new Error(`No quick reply "${labelOrPayload}" can be tapped now; there are: ${there}.`);
    }
    const message = this.post({ author: "person", text: choice.label });
    this.#tellMessage(message, { text: choice.label, quick_reply: { payload: choice.payload } });
    return message;
  }

  /** Taps an entry of the persistent menu, by its title or payload. */
  opensMenu(titleOrPayload: string): void {
    const entry = this.page.profile.menuEntries.find((one) => isNamed(one, titleOrPayload));
    if (entry === undefined) throw new Error(`The persistent menu has no "${titleOrPayload}".`);
    this.#postback(entry.label, entry.payload);
  }

  /** Taps Get Started, as everybody does who opens the conversation for the first time. */
  getsStarted(ref?: string): void {
    const payload = this.page.profile.getStarted;
    if (payload === null) throw new Error(`${this.page.name} has no Get Started button.`);
    this.#postback("Get Started", payload, ref);
  }

  /** Follows an `https://m.me/<page>?ref=…` link: Get Started on the first visit, a referral later. */
  opens(link: string): void {
    const url = new URL(link);
    const name = decodeURIComponent(url.pathname.slice(1));
    if (url.hostname !== "m.me" || (name !== this.page.id && name !== this.page.username)) {
      throw new Error(`${link} does not lead to ${this.page.name}.`);
    }
    const ref = url.searchParams.get("ref") ?? undefined;
    if (this.messages.length === 0 && this.lastAction === null) {
      if (this.page.profile.getStarted !== null) this.getsStarted(ref);
    } else if (ref !== undefined) {
      this.#acts();
      this.#tell("messaging_referrals", { referral: referralOf(ref) });
    }
  }

  edits(message: MessengerMessage, text: string): void {
    if (message.author !== "person") throw new Error("Nobody can edit what somebody else wrote.");
    if (message.timesEdited >= mostEdits) throw new Error(`Messenger allows ${mostEdits} edits.`);
    message.text = text;
    message.timesEdited += 1;
    this.#tell("message_edits", { message_edit: { mid: message.id, text, num_edit: message.timesEdited } });
  }

  /** Puts a reaction on a message, or takes it back with null. */
  reacts(message: MessengerMessage, emoji: string | null): void {
    message.reaction = emoji;
    this.#acts();
    const given = emoji === null ? {} : { emoji, reaction: "other" };
    const action = emoji === null ? "unreact" : "react";
    this.#tell("message_reactions", { reaction: { mid: message.id, action, ...given } });
  }

  /** Opens the conversation: all that the page wrote is read. */
  reads(): void {
    for (const message of this.#messages) if (message.author !== "person") message.seen = true;
    this.#tell("message_reads", { read: { watermark: this.page.nextMoment().getTime() } });
  }

  /** Turns messages from this page off: it can't write any more, and is told only by the error. */
  blocks(): void {
    this.blocked = true;
    this.page.messenger.changes.announce();
  }

  unblocks(): void {
    this.blocked = false;
    this.page.messenger.changes.announce();
  }

  /** Resolves with the first message that is wanted, at once when it is already there. */
  waitFor(
    wanted: WantedMessage,
    options: { after?: MessengerMessage | undefined; timeout?: number } = {},
  ): Promise<MessengerMessage> {
    const { after, timeout = defaultPatience } = options;
    const isWanted = asQuestion(wanted);
    const from = after === undefined ? 0 : this.#messages.indexOf(after) + 1;
    return this.page.messenger.changes.waitFor(
      () => this.#messages.slice(from).find(isWanted),
      () => `No message ${String(wanted)} in ${timeout} ms. ${this}`,
      timeout,
    );
  }

  /** For people: the whole conversation, as a failing test prints it. */
  toString(): string {
    const lines = this.#messages.map((message) => `  ${message}`).join("\n") || "  (nothing)";
    return `The conversation of ${this.shownName} with ${this.page.name} shows:\n${lines}`;
  }

  #postback(title: string, payload: string, ref?: string): void {
    const message = this.post({ author: "person", text: title });
    const referral = ref === undefined ? {} : { referral: referralOf(ref) };
    const postback = { mid: message.id, title, payload, ...referral };
    this.#tellOf(message, "messaging_postbacks", { postback });
  }

  #tellMessage(message: MessengerMessage, content: object): void {
    this.#tellOf(message, "messages", { message: { mid: message.id, ...content } });
  }

  #tellOf(message: MessengerMessage, field: string, what: Record<string, unknown>): void {
    this.lastAction = message.date;
    this.page.tell({
      field,
      person: this,
      at: message.date,
      what,
      onTaken: () => {
        message.delivered = true;
      },
    });
  }

  #tell(field: string, what: Record<string, unknown>): void {
    this.page.tell({ field, person: this, at: this.page.nextMoment(), what });
    this.page.messenger.changes.announce();
  }

  #acts(): void {
    this.lastAction = this.page.messenger.clock.now();
  }
}

function isNamed(choice: QuickReply, name: string): boolean {
  return choice.label === name || choice.payload === name;
}

function referralOf(ref: string): object {
  return { ref, source: "SHORTLINK", type: "OPEN_THREAD" };
}

function asQuestion(wanted: WantedMessage): (message: MessengerMessage) => boolean {
  if (typeof wanted === "function") return wanted;
  if (typeof wanted === "string") return (message) => message.text.includes(wanted);
  return (message) => wanted.test(message.text);
}
