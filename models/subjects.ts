/**
 * Threads, people and sites: what updates are applied to. One document each; a step changes exactly one of them, in
 * one write that is fenced by version and epoch and carries everything that follows in its outbox (W2).
 */
import type { Connection } from "mongoose";
import { Schema } from "mongoose";
import type { CaseRecord } from "../flows/effect.ts";
import type { CaseId, RecordId, SubjectId } from "../flows/party.ts";
import type { SubjectState, WrapUp } from "../flows/state.ts";
import type { ChatDocument } from "./chats.ts";
import { type Collection, collectionOf, onlyRefusedByIndexes } from "./collection.ts";
import type { InboundDocument } from "./inbound.ts";
import type { ChatId, MessageDocument, Reader } from "./messages.ts";
import type { Sealer } from "./seal.ts";

export interface SubjectDocument {
  _id: SubjectId;
  /** Raised by one with each commit; 1 when new. */
  version: number;
  /** The lease under which it was last committed: an older holder's commit is refused. */
  epoch: number;
  /** The update applied last. */
  lastKey: string | null;
  /** Names the bulk write that made this version, so that a lost answer can be asked for. */
  round: string;
  /** Sealed JSON of the state. */
  state: Buffer;
  /** True while the outbox is not posted yet. */
  pending: boolean;
  outbox: OutboxEntry[];
  site: string;
  wakeAt: Date | null;
  /** Threads: their handle, unique. */
  handle?: string;
  /** Threads: since when they wait for a supporter, or as if they did, so that danger comes first. */
  waitingSince?: Date | null;
  /** Threads: when the mentee was last heard. */
  contactAt?: Date | null;
  /** Threads: until when nothing of theirs may be deleted. */
  heldUntil?: Date | null;
  /** Threads: whether their words are kept longer, as they agreed. */
  keeps?: boolean;
  /** Threads: whether they want to hear of events. */
  listens?: boolean;
  /** People: whether they answer mentees or are called by alerts. */
  team?: boolean;
}

/** What follows from a step, in the order in which it is posted. Each entry can be posted twice without harm. */
export type OutboxEntry =
  | { entry: "chat"; document: ChatDocument }
  | { entry: "recall"; chat: ChatId }
  | { entry: "forget" }
  | { entry: "erase"; cases: CaseId[]; everything: boolean }
  | { entry: "hide"; case: CaseId }
  | { entry: "forget_chat" }
  | { entry: "alert"; alert: AlertCall }
  | { entry: "message"; document: MessageDocument }
  | {
      entry: "release";
      /** Whose waiting words go. */
      waitsFor: "supporter" | "mentee";
      chat: ChatId;
      reader: Reader;
      n: number;
      protected: boolean;
    }
  | {
      entry: "show";
      case: CaseId;
      what: "unread" | "talk";
      last: number;
      why: string;
      chat: ChatId;
      reader: Reader;
      n: number;
      protected: boolean;
    }
  | { entry: "input"; document: InboundDocument }
  | { entry: "wrap_up"; case: RecordId; answers: WrapUp }
  | { entry: "record"; record: CaseRecord }
  | { entry: "done"; key: string };

/** What the second route of an alert is told: no word of the mentee. */
export interface AlertCall {
  id: string;
  handle: string;
  what: "raised" | "reminder";
  at: Date;
}

/** A subject as it was read, its state opened. */
export interface Subject<State extends SubjectState = SubjectState> {
  id: SubjectId;
  /** 0 when it is not in the database yet. */
  version: number;
  lastKey: string | null;
  state: State;
  outbox: OutboxEntry[];
}

/** A step's result, ready to be written. */
export interface Commit {
  id: SubjectId;
  /** The version that was read; 0 for a new subject. */
  read: number;
  lastKey: string | null;
  state: SubjectState;
  outbox: OutboxEntry[];
  wakeAt: Date | null;
  fields: Pick<
    SubjectDocument,
    "site" | "handle" | "waitingSince" | "contactAt" | "heldUntil" | "team" | "keeps" | "listens"
  >;
}

const schema = new Schema<SubjectDocument>(
  {
    _id: { type: String, required: true },
    version: { type: Number, required: true },
    epoch: { type: Number, required: true },
    lastKey: String,
    round: { type: String, required: true },
    state: { type: Buffer, required: true },
    pending: { type: Boolean, required: true },
    outbox: { type: Schema.Types.Mixed, required: true },
    site: { type: String, required: true },
    wakeAt: Date,
    handle: String,
    waitingSince: Date,
    contactAt: Date,
    heldUntil: Date,
    team: Boolean,
    keeps: Boolean,
    listens: Boolean,
  },
  { collection: "subjects", versionKey: false, autoIndex: false },
);
schema.index(
  { wakeAt: 1, waitingSince: 1 },
  { name: "due_in_line", partialFilterExpression: { wakeAt: { $type: "date" } } },
);
schema.index({ pending: 1 }, { name: "pending", partialFilterExpression: { pending: true } });
schema.index(
  { handle: 1 },
  { name: "handle", unique: true, partialFilterExpression: { handle: { $type: "string" } } },
);
schema.index(
  { site: 1, waitingSince: 1 },
  { name: "waiting", partialFilterExpression: { waitingSince: { $type: "date" } } },
);
schema.index(
  { contactAt: 1 },
  { name: "contact", partialFilterExpression: { contactAt: { $type: "date" } } },
);
schema.index({ heldUntil: 1 }, { name: "hold", partialFilterExpression: { heldUntil: { $type: "date" } } });
schema.index({ site: 1 }, { name: "team", partialFilterExpression: { team: true } });
schema.index({ keeps: 1 }, { name: "keeps", partialFilterExpression: { keeps: true } });
schema.index({ site: 1 }, { name: "listens", partialFilterExpression: { listens: true } });

const collection = "subjects";

export class Subjects {
  readonly #documents: Collection<SubjectDocument>;
  readonly #sealer: Sealer;

  constructor(connection: Connection, sealer: Sealer) {
    this.#documents = collectionOf<SubjectDocument>(connection, "Subject", schema);
    this.#sealer = sealer;
  }

  /** Those that exist, by id. */
  async load(ids: SubjectId[]): Promise<Map<SubjectId, Subject>> {
    if (ids.length === 0) return new Map();
    const documents = await this.#documents.find({ _id: { $in: ids } }).toArray();
    return new Map(documents.map((document) => [document._id, this.#read(document)]));
  }

  /**
   * Writes steps of different subjects at once. Returns the ids that went through; the others were changed by
   * somebody else, or belong to a later holder of the lease, and must be read and stepped again.
   *
   * @param round a name used once
   */
  async commit(commits: Commit[], epoch: number, round: string): Promise<Set<SubjectId>> {
    if (commits.length === 0) return new Set();
    const writes = commits.map((commit) => this.#write(commit, epoch, round));
    try {
      const result = await this.#documents.bulkWrite(writes, { ordered: false });
      if (result.matchedCount + result.insertedCount === commits.length) {
        return new Set(commits.map(({ id }) => id));
      }
    } catch (error) {
      // A duplicate says that somebody else made the subject or took the handle: that one did not go through.
      if (!onlyRefusedByIndexes(error)) throw error;
    }
    const ids = commits.map(({ id }) => id);
    const through = await this.#documents
      .find({ _id: { $in: ids }, round }, { projection: { _id: 1 } })
      .toArray();
    return new Set(through.map(({ _id }) => _id));
  }

  /** Empties outboxes that were posted, unless a later version has filled them again. */
  async posted(list: { id: SubjectId; version: number }[]): Promise<void> {
    if (list.length === 0) return;
    await this.#documents.bulkWrite(
      list.map(({ id, version }) => ({
        updateOne: {
          filter: { _id: id, version, pending: true },
          update: { $set: { pending: false, outbox: [] } },
        },
      })),
      { ordered: false },
    );
  }

  /** Subjects whose outbox was not posted to its end: they are healed before anything else of theirs. */
  async unposted(limit: number): Promise<Subject[]> {
    const documents = await this.#documents.find({ pending: true }).limit(limit).toArray();
    return documents.map((document) => this.#read(document));
  }

  /** Subjects whose time has come, the longest overdue first; of those that wait for the same opening, the first in line. */
  async due(now: Date, limit: number): Promise<SubjectId[]> {
    const documents = await this.#documents
      .find({ wakeAt: { $type: "date", $lte: now } }, { projection: { _id: 1 } })
      .sort({ wakeAt: 1, waitingSince: 1 })
      .limit(limit)
      .toArray();
    return documents.map(({ _id }) => _id);
  }

  /** The versions of those that exist. */
  async versions(ids: SubjectId[]): Promise<Map<SubjectId, number>> {
    const documents = await this.#documents
      .find({ _id: { $in: ids } }, { projection: { version: 1 } })
      .toArray();
    return new Map(documents.map(({ _id, version }) => [_id, version]));
  }

  /**
   * Another state takes the place of what is stored, and what was still to be posted is dropped: for what can't be
   * read any more, or must not. Nobody else may work on the database.
   */
  async restart(id: SubjectId, version: number, state: SubjectState): Promise<void> {
    await this.#documents.updateOne(
      { _id: id },
      {
        $set: {
          version,
          lastKey: null,
          state: this.#sealer.seal({ collection, id, field: "state" }, JSON.stringify(state)),
          pending: false,
          outbox: [],
          wakeAt: null,
          ...("handle" in state
            ? { handle: state.handle, waitingSince: null, contactAt: null, heldUntil: null }
            : {}),
          ...("supporter" in state ? { team: false } : {}),
        },
      },
    );
  }

  /** All supporters and coordinators of a site. */
  async team(site: string): Promise<Subject[]> {
    const documents = await this.#documents.find({ site, team: true }).toArray();
    return documents.map((document) => this.#read(document));
  }

  /** Threads whose mentee was last heard before a time, the longest ago first. */
  async silentSince(before: Date, limit: number): Promise<Subject[]> {
    const documents = await this.#documents
      .find({ contactAt: { $type: "date", $lt: before }, pending: false })
      .sort({ contactAt: 1 })
      .limit(limit)
      .toArray();
    return documents.map((document) => this.#read(document));
  }

  /** Threads of which nothing may be deleted now. */
  async held(now: Date): Promise<SubjectId[]> {
    const documents = await this.#documents
      .find({ heldUntil: { $type: "date", $gt: now } }, { projection: { _id: 1 } })
      .toArray();
    return documents.map(({ _id }) => _id);
  }

  /** Threads whose words are kept longer. */
  async keepers(): Promise<SubjectId[]> {
    return ids(await this.#documents.find({ keeps: true }, { projection: { _id: 1 } }).toArray());
  }

  /** Threads of a site that want to hear of events. */
  async eventListeners(site: string, limit: number): Promise<SubjectId[]> {
    const found = this.#documents.find({ site, listens: true }, { projection: { _id: 1 } }).limit(limit);
    return ids(await found.toArray());
  }

  /** The thread that is shown under a handle. */
  async byHandle(handle: string): Promise<SubjectId | null> {
    const found = await this.#documents.findOne({ handle }, { projection: { _id: 1 } });
    return found?._id ?? null;
  }

  /** Threads that wait for a supporter, longest wait first. */
  async waiting(site: string, limit: number): Promise<SubjectId[]> {
    const documents = await this.#documents
      .find({ site, waitingSince: { $type: "date" } }, { projection: { _id: 1 } })
      .sort({ waitingSince: 1 })
      .limit(limit)
      .toArray();
    return documents.map(({ _id }) => _id);
  }

  #read({ _id, version, lastKey, state, outbox }: SubjectDocument): Subject {
    const opened = this.#sealer.open({ collection, id: _id, field: "state" }, state);
    return { id: _id, version, lastKey, state: JSON.parse(opened) as SubjectState, outbox };
  }

  #write({ id, read, lastKey, state, outbox, wakeAt, fields }: Commit, epoch: number, round: string) {
    const values = {
      version: read + 1,
      epoch,
      lastKey,
      round,
      state: this.#sealer.seal({ collection, id, field: "state" }, JSON.stringify(state)),
      pending: outbox.length > 0,
      outbox,
      wakeAt,
      ...fields,
    };
    if (read === 0) return { insertOne: { document: { _id: id, ...values } } };
    return {
      updateOne: {
        filter: { _id: id, version: read, epoch: { $lte: epoch }, pending: false },
        update: { $set: values },
      },
    };
  }
}

function ids(documents: Pick<SubjectDocument, "_id">[]): SubjectId[] {
  return documents.map(({ _id }) => _id);
}
