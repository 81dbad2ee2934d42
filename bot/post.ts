/**
 * Step 6 of a message's path: what a commit left in its outbox is put where it belongs (W3). Every entry can be put
 * there twice without harm, so a full outbox found after a crash is simply posted again.
 */
import type { CaseRecord } from "../flows/effect.ts";
import { isThread } from "../flows/party.ts";
import type { ChatDocument } from "../models/chats.ts";
import type { Database } from "../models/database.ts";
import type { Erasure } from "../models/erasures.ts";
import type { InboundDocument } from "../models/inbound.ts";
import type { MessageDocument } from "../models/messages.ts";
import type { AlertCall, OutboxEntry, Subject } from "../models/subjects.ts";
import { Batch } from "./batch.ts";
import type { Clock } from "./clock.ts";
import { chatOf } from "./identity.ts";
import type { Sender } from "./send.ts";
import type { Tenure } from "./tenure.ts";

export class Poster {
  readonly #database: Database;
  readonly #sender: Sender;
  readonly #clock: Clock;
  readonly #alert: (alert: AlertCall) => void;
  readonly #told: () => void;
  readonly #messages: Batch<MessageDocument[], void>;
  readonly #inputs: Batch<InboundDocument[], void>;
  readonly #chats: Batch<ChatDocument[], void>;
  readonly #records: Batch<CaseRecord[], void>;
  readonly #done: Batch<string[], void>;
  readonly #emptied: Batch<{ id: Subject["id"]; version: number }, void>;

  /**
   * @param told called when one subject told another something
   * @param alert calls the second route of an alert; waits for nothing
   */
  constructor(
    database: Database,
    sender: Sender,
    clock: Clock,
    told: () => void,
    alert: (alert: AlertCall) => void,
  ) {
    this.#database = database;
    this.#sender = sender;
    this.#clock = clock;
    this.#alert = alert;
    this.#told = told;
    this.#messages = together((documents) => database.messages.post(documents));
    this.#inputs = together((documents) => database.inbound.store(documents));
    this.#chats = together((documents) => database.chats.add(documents));
    this.#records = together((records) => database.records.add(records));
    this.#done = together((keys) => database.inbound.finish(keys));
    this.#emptied = new Batch<{ id: Subject["id"]; version: number }, void>(async (list) => {
      await database.subjects.posted(list);
      return list.map(() => undefined);
    });
  }

  /** Posts a subject's outbox and empties it. */
  async post(
    tenure: Tenure,
    { id, version, outbox }: Pick<Subject, "id" | "version" | "outbox">,
  ): Promise<void> {
    const entries = sorted(outbox);
    const { messages } = this.#database;
    if (entries.chat.length > 0) await this.#chats.add(entries.chat.map(({ document }) => document));
    for (const { chat } of entries.recall) {
      await this.#sender.withdraw(chat, id, () => messages.recall(id, version, chat, tenure.epoch));
    }
    for (const { cases, everything } of entries.erase) {
      const chat = entries.forget_chat.length > 0;
      await this.#noteErasure({ id, version }, { cases, everything, chat });
      if (everything) await this.#database.inbound.forgetAside({ subject: id });
      // What waits in a line can't be claimed any more. Nobody hears that it is done before it is.
      await messages.erase(cases, version - 1);
    }
    if (entries.message.length > 0) {
      const documents: MessageDocument[] = [];
      for (const { document } of entries.message) {
        if (!(await this.#amended(document))) documents.push(document);
      }
      await this.#messages.add(documents);
      this.#sender.queue(documents.filter(({ delivery }) => delivery === "queued"));
    }
    for (const show of entries.show) await this.#show(tenure, { id, version }, show);
    for (const { case: id } of entries.hide) await messages.hide([id]);
    for (const { alert } of entries.alert) this.#alert(alert);
    if (entries.forget_chat.length > 0) await this.#forgetChat(id);
    if (entries.forget.length > 0) await messages.forgetHeld(id, version);
    for (const release of entries.release) {
      await messages.release(id, version, release, tenure.epoch);
      const released = await messages.unsent([id]);
      this.#sender.queue(released.filter(({ delivery }) => delivery === "queued"));
    }
    if (entries.input.length > 0) {
      await this.#inputs.add(entries.input.map(({ document }) => document));
      this.#told();
    }
    if (entries.record.length > 0) await this.#records.add(entries.record.map(({ record }) => record));
    for (const { case: id, answers } of entries.wrap_up) await this.#database.records.complete(id, answers);
    if (entries.done.length > 0) await this.#done.add(entries.done.map(({ key }) => key));
    await this.#emptied.add({ id, version });
  }

  /** Remembered first, by ids alone: a backup that is put back must not bring it back. */
  async #noteErasure(
    { id, version }: Pick<Subject, "id" | "version">,
    what: Pick<Erasure, "cases" | "everything" | "chat">,
  ): Promise<void> {
    if (!isThread(id)) return;
    const at = this.#clock.now();
    await this.#database.erasures.note([
      { _id: `${id}/${version}/${at.getTime()}`, thread: id, version, ...what, at },
    ]);
  }

  /** Words that still wait are changed where they wait; true when nothing more is to be sent. */
  async #amended(change: MessageDocument): Promise<boolean> {
    const { messages } = this.#database;
    const words = await messages.waiting(change);
    if (!words) return false;
    if ((words.amended ?? 0) >= change.made) return true;
    const content = messages.open(change);
    if (!content) return true;
    let done = false;
    const amend = async (): Promise<void> => {
      done = await messages.amend(words._id, content, change.made);
    };
    if (words.delivery === "queued" && words.chat)
      await this.#sender.withdraw(words.chat, words.subject, amend);
    else await amend();
    return done;
  }

  async #forgetChat(id: Subject["id"]): Promise<void> {
    if (!isThread(id)) return;
    await this.#database.chats.remove(chatOf(id));
    this.#sender.forgetChat(chatOf(id));
  }

  /** Words that are stored are put into another reader's line; whoever is no part of the talk is noted first. */
  async #show(tenure: Tenure, from: Pick<Subject, "id" | "version">, show: Show): Promise<void> {
    const { messages, views } = this.#database;
    const at = this.#clock.now();
    if (show.what === "talk") {
      const { case: id, reader, why } = show;
      await views.note([{ _id: `${from.id}/${from.version}/${show.n}`, case: id, by: reader, at, why }]);
    }
    const originals = await messages.lastWords(show.case, show.what, show.last, from.version - 1);
    const copies = originals.flatMap((original, nth): MessageDocument[] => {
      const content = messages.open(original);
      if (!content) return [];
      const copy = copyOf(original, from, show, nth, tenure.epoch, at);
      return [{ ...copy, content: messages.seal(copy._id, { ...content, buttons: [] }) }];
    });
    if (copies.length === 0) return;
    await this.#messages.add(copies);
    this.#sender.queue(copies);
  }
}

type Show = Extract<OutboxEntry, { entry: "show" }>;

/** A stored message once more, for another reader; its place in the line is the place of the step that shows it. */
function copyOf(
  original: MessageDocument,
  { id, version }: Pick<Subject, "id" | "version">,
  { what, chat, reader, n, protected: guarded }: Show,
  nth: number,
  epoch: number,
  at: Date,
): Omit<MessageDocument, "content"> {
  return {
    _id: `${id}/${version}/${n}/${nth}`,
    subject: original.subject,
    case: original.case,
    // A mentee's words follow the supporter; those that a coordinator reads stay where they are.
    author: what === "talk" ? "bot" : original.author,
    copyOf: original._id,
    reader,
    chat,
    at,
    delivery: "queued",
    priority: 1,
    made: version,
    n: n + (nth + 1) / 1000,
    queued: version,
    queuedN: n + (nth + 1) / 1000,
    held: null,
    protected: guarded,
    epoch,
    attempts: 0,
    platformIds: [],
  };
}

/** One bulk write for what several subjects post of one kind. */
function together<Item>(write: (items: Item[]) => Promise<void>): Batch<Item[], void> {
  return new Batch<Item[], void>(async (lists) => {
    await write(lists.flat());
    return lists.map(() => undefined);
  });
}

type Sorted = { [Name in OutboxEntry["entry"]]: Extract<OutboxEntry, { entry: Name }>[] };

function sorted(outbox: readonly OutboxEntry[]): Sorted {
  const entries: Sorted = {
    chat: [],
    recall: [],
    show: [],
    forget: [],
    erase: [],
    hide: [],
    forget_chat: [],
    alert: [],
    wrap_up: [],
    message: [],
    release: [],
    input: [],
    record: [],
    done: [],
  };
  for (const entry of outbox) (entries[entry.entry] as OutboxEntry[]).push(entry);
  return entries;
}
