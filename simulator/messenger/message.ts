import type { SampleFile } from "../samples.ts";
import type { MessengerPerson } from "./person.ts";

/** Who a message comes from: the person, the app that the program is, or somebody at the page's inbox. */
export type Author = "person" | "app" | "page_staff";

export interface QuickReply {
  label: string;
  payload: string;
}

export interface MessageDraft {
  author: Author;
  text: string;
  attachment?: string | null;
  /** Its bytes, where it is a file. */
  file?: SampleFile | null;
  quickReplies?: QuickReply[];
  replyTo?: MessengerMessage | null;
  /** What the app wrote into `metadata`; comes back with the echo. */
  metadata?: string | null;
  /** The tag with which it went out. */
  tag?: string | null;
}

/** One message of a conversation between a person and a page: a live object, edits show in it. */
export class MessengerMessage {
  readonly id: string;
  readonly person: MessengerPerson;
  readonly author: Author;
  readonly date: Date;
  readonly attachment: string | null;
  readonly file: SampleFile | null;
  readonly quickReplies: readonly QuickReply[];
  readonly replyTo: MessengerMessage | null;
  readonly metadata: string | null;
  readonly tag: string | null;
  text: string;
  timesEdited = 0;
  /** The other side has it: the app has acknowledged the webhook, or the person's phone is reached. */
  delivered = false;
  /** The other side has read it. */
  seen = false;
  /** The person's reaction. */
  reaction: string | null = null;
  /** The page's own. */
  pageReaction: string | null = null;

  constructor(id: string, person: MessengerPerson, date: Date, draft: MessageDraft) {
    this.id = id;
    this.person = person;
    this.author = draft.author;
    this.date = date;
    this.text = draft.text;
    this.attachment = draft.attachment ?? null;
    this.file = draft.file ?? null;
    this.quickReplies = draft.quickReplies ?? [];
    this.replyTo = draft.replyTo ?? null;
    this.metadata = draft.metadata ?? null;
    this.tag = draft.tag ?? null;
  }

  get edited(): boolean {
    return this.timesEdited > 0;
  }

  /** For people: one line, as a failing test prints it. */
  toString(): string {
    const who = this.author === "person" ? this.person.shownName : this.person.page.name;
    const staff = this.author === "page_staff" ? " (page inbox)" : "";
    const attached = this.attachment === null ? "" : `<${this.attachment}> `;
    const choices = this.quickReplies.map(({ label }) => ` (${label})`).join("");
    return `${who}${staff}: ${attached}${this.text}${this.edited ? " (edited)" : ""}${choices}`;
  }
}
