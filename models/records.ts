/** What remains of closed cases: who, when, how many words; never which. */
import type { Connection } from "mongoose";
import { Schema } from "mongoose";
import type { CaseRecord } from "../flows/effect.ts";
import { type Collection, collectionOf, insertNew } from "./collection.ts";

interface RecordDocument extends Omit<CaseRecord, "case" | "openedAt" | "talkingAt" | "closedAt"> {
  _id: string;
  openedAt: Date;
  talkingAt: Date | null;
  closedAt: Date;
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
  },
  { collection: "records", versionKey: false, autoIndex: false },
);
schema.index({ site: 1, closedAt: 1 }, { name: "closed" });

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
      })),
    );
  }
}
