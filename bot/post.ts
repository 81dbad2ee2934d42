/**
 * Step 6 of a message's path: what a commit left in its outbox is put where it belongs (W3). Every entry can be put
 * there twice without harm, so a full outbox found after a crash is simply posted again.
 */
import type { CaseRecord } from "../flows/effect.ts";
import type { ChatDocument } from "../models/chats.ts";
import type { Database } from "../models/database.ts";
import type { InboundDocument } from "../models/inbound.ts";
import type { MessageDocument } from "../models/messages.ts";
import type { OutboxEntry, Subject } from "../models/subjects.ts";
import { Batch } from "./batch.ts";
import type { Sender } from "./send.ts";
import type { Tenure } from "./tenure.ts";

export class Poster {
  readonly #database: Database;
  readonly #sender: Sender;
  readonly #told: () => void;
  readonly #messages: Batch<MessageDocument[], void>;
  readonly #inputs: Batch<InboundDocument[], void>;
  readonly #chats: Batch<ChatDocument[], void>;
  readonly #records: Batch<CaseRecord[], void>;
  readonly #done: Batch<string[], void>;
  readonly #emptied: Batch<{ id: Subject["id"]; version: number }, void>;

  /** @param told called when one subject told another something */
  constructor(database: Database, sender: Sender, told: () => void) {
    this.#database = database;
    this.#sender = sender;
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
    if (entries.message.length > 0) {
      const documents = entries.message.map(({ document }) => document);
      await this.#messages.add(documents);
      this.#sender.queue(documents.filter(({ delivery }) => delivery === "queued"));
    }
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
    if (entries.done.length > 0) await this.#done.add(entries.done.map(({ key }) => key));
    await this.#emptied.add({ id, version });
  }
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
    forget: [],
    message: [],
    release: [],
    input: [],
    record: [],
    done: [],
  };
  for (const entry of outbox) (entries[entry.entry] as OutboxEntry[]).push(entry);
  return entries;
}
