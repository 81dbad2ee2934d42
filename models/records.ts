/** What remains of closed cases: who, when, how many words; never which. */
import type { Connection, mongo } from "mongoose";
import { Schema } from "mongoose";
import type { CaseRecord } from "../flows/effect.ts";
import type { CaseId, RecordId, ThreadId } from "../flows/party.ts";
import type { PastAlert, WrapUp } from "../flows/state.ts";
import { type Collection, collectionOf, insertNew } from "./collection.ts";

export interface RecordDocument
  extends Omit<CaseRecord, "case" | "openedAt" | "talkingAt" | "closedAt" | "alerts"> {
  _id: string;
  openedAt: Date;
  talkingAt: Date | null;
  closedAt: Date;
  /** Left out in records that are older than this field. */
  alerts?: PastAlert[];
  /** What the supporter said of it; left out until they have. */
  wrapUp?: WrapUp;
  /** True while the words of the case are still stored. */
  words: boolean;
  /** True while they may stand in the chats of those who read them. */
  copies: boolean;
}

const schema = new Schema<RecordDocument>(
  {
    _id: { type: String, required: true },
    site: { type: String, required: true },
    handle: { type: String, required: true },
    channel: { type: String, required: true },
    language: { type: String, required: true },
    openedAt: { type: Date, required: true },
    talkingAt: Date,
    closedAt: { type: Date, required: true },
    supporter: String,
    closedBy: { type: String, required: true },
    wordsIn: { type: Number, required: true },
    wordsOut: { type: Number, required: true },
    escalated: { type: Boolean, required: true },
    highestFlag: { type: Number, required: true },
    alerts: { type: Schema.Types.Mixed },
    wrapUp: { type: Schema.Types.Mixed },
    words: { type: Boolean, required: true },
    copies: { type: Boolean, required: true },
  },
  { collection: "records", versionKey: false, autoIndex: false },
);
schema.index({ site: 1, closedAt: 1 }, { name: "closed" });
schema.index({ closedAt: 1 }, { name: "copies", partialFilterExpression: { copies: true } });
schema.index({ closedAt: 1 }, { name: "words", partialFilterExpression: { words: true } });

/** A contact made elsewhere has no words here. */
function isCase(id: RecordId): id is CaseId {
  return id.startsWith("t");
}

export class Records {
  readonly #documents: Collection<RecordDocument>;

  constructor(connection: Connection) {
    this.#documents = collectionOf<RecordDocument>(connection, "Record", schema);
  }

  /** Stores records that are not there yet. */
  async add(records: CaseRecord[]): Promise<void> {
    await insertNew(
      this.#documents,
      records.map(({ case: id, openedAt, talkingAt, closedAt, ...rest }) => ({
        _id: id,
        ...rest,
        openedAt: new Date(openedAt),
        talkingAt: talkingAt === null ? null : new Date(talkingAt),
        closedAt: new Date(closedAt),
        words: isCase(id),
        copies: isCase(id),
      })),
    );
  }

  /** What the supporter says of a talk; it comes after the record itself. */
  async complete(id: RecordId, wrapUp: WrapUp): Promise<void> {
    await this.#documents.updateOne({ _id: id }, { $set: { wrapUp } });
  }

  /** The records of a site's cases that were closed from one time to another, in that order. */
  async between(site: string, from: Date, to: Date): Promise<RecordDocument[]> {
    return this.#documents
      .find({ site, closedAt: { $gte: from, $lt: to } })
      .sort({ closedAt: 1 })
      .toArray();
  }

  /** Cases that were closed before a time and whose words are still stored, but for those of some threads. */
  async withWords(before: Date, limit: number, without: ThreadId[]): Promise<CaseId[]> {
    const kept = (await Promise.all(without.map((thread) => this.of(thread)))).flat();
    return this.#closed({ words: true, _id: { $nin: kept.map(({ _id }) => _id) } }, before, limit);
  }

  /** The records of a thread's cases, in their order. */
  async of(thread: ThreadId): Promise<RecordDocument[]> {
    return this.#documents
      .find({ _id: { $gte: `${thread}.`, $lt: `${thread}/` } })
      .sort({ closedAt: 1 })
      .toArray();
  }

  async wordsErased(ids: CaseId[]): Promise<void> {
    await this.#documents.updateMany({ _id: { $in: ids } }, { $set: { words: false, copies: false } });
  }

  /** Cases that were closed before a time and may still stand in the chats of those who read them. */
  async withCopies(before: Date, limit: number): Promise<CaseId[]> {
    return this.#closed({ copies: true }, before, limit);
  }

  async copiesHidden(ids: CaseId[]): Promise<void> {
    await this.#documents.updateMany({ _id: { $in: ids } }, { $set: { copies: false } });
  }

  async #closed(those: mongo.Filter<RecordDocument>, before: Date, limit: number): Promise<CaseId[]> {
    const found = await this.#documents
      .find({ ...those, closedAt: { $lt: before } }, { projection: { _id: 1 } })
      .sort({ closedAt: 1 })
      .limit(limit)
      .toArray();
    return found.map(({ _id }) => _id as CaseId);
  }

  /** What remains of old records can be counted, and leads to nobody. */
  async forgetPeople(site: string, before: Date): Promise<void> {
    await this.#documents.updateMany(
      { site, closedAt: { $lt: before }, handle: { $ne: "" } },
      { $set: { handle: "", supporter: null } },
    );
  }
}
