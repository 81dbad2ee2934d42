/**
 * Everything that came in and waits to be applied: what platforms delivered, and what one subject told another.
 * A platform is told "received" only when its update stands here (W1).
 */
import type { Connection } from "mongoose";
import { Schema } from "mongoose";
import type { ChannelName } from "../adapters/channel.ts";
import type { SubjectId } from "../flows/party.ts";
import { type Collection, collectionOf, insertNew } from "./collection.ts";
import { SealError, type Sealer } from "./seal.ts";

export interface InboundDocument {
  /** The blind index of the update's key: a repeat can't be stored twice. */
  _id: string;
  subject: SubjectId;
  /** Order within a subject: the platform's time, then its own order. */
  at: number;
  place: number;
  /** `told` when another subject said it. */
  source: ChannelName | "told";
  state: "new" | "done" | "aside";
  /** The update, or the input that was told, as sealed JSON; null when done. */
  raw: Buffer | null;
  storedAt: Date;
  /** Why it was set aside; never what it said. */
  aside?: string;
}

const schema = new Schema<InboundDocument>(
  {
    _id: { type: String, required: true },
    subject: { type: String, required: true },
    at: { type: Number, required: true },
    place: { type: Number, required: true },
    source: { type: String, required: true },
    state: { type: String, enum: ["new", "done", "aside"], required: true },
    raw: Buffer,
    storedAt: { type: Date, required: true },
    aside: String,
  },
  { collection: "inbound", versionKey: false, autoIndex: false },
);
// What is new, in order. Done updates, by far the most, are not in this index.
schema.index({ at: 1, place: 1 }, { name: "new", partialFilterExpression: { state: "new" } });
schema.index({ storedAt: 1 }, { name: "done", partialFilterExpression: { state: "done" } });
schema.index({ storedAt: 1 }, { name: "aside", partialFilterExpression: { state: "aside" } });

const collection = "inbound";

export class Inbound {
  readonly #documents: Collection<InboundDocument>;
  readonly #sealer: Sealer;

  constructor(connection: Connection, sealer: Sealer) {
    this.#documents = collectionOf<InboundDocument>(connection, "Inbound", schema);
    this.#sealer = sealer;
  }

  seal(id: string, raw: string): Buffer {
    return this.#sealer.seal({ collection, id, field: "raw" }, raw);
  }

  /** @throws SealError when there is nothing to open, or it can't be opened */
  open(id: string, raw: Buffer | null): string {
    if (!raw) throw new SealError("an update that is done holds nothing any more");
    return this.#sealer.open({ collection, id, field: "raw" }, raw);
  }

  /** Stores what is not there yet; safe to repeat. Resolves when it is on disk. */
  async store(updates: InboundDocument[]): Promise<void> {
    await insertNew(this.#documents, updates);
  }

  /** The oldest updates not applied yet, leaving out subjects that are being worked on. */
  async next(limit: number, without: Iterable<SubjectId>): Promise<InboundDocument[]> {
    const busy = [...without];
    return this.#documents
      .find({ state: "new", ...(busy.length > 0 ? { subject: { $nin: busy } } : {}) })
      .sort({ at: 1, place: 1 })
      .limit(limit)
      .toArray();
  }

  /** Marks updates as applied and forgets what they said. The key stays, so a late repeat is still known. */
  async finish(keys: string[]): Promise<void> {
    if (keys.length === 0) return;
    await this.#documents.updateMany(
      { _id: { $in: keys }, state: { $ne: "done" } },
      { $set: { state: "done", raw: null } },
    );
  }

  /** Forgets what a subject has not been told yet. */
  async forgetFor(subject: SubjectId): Promise<void> {
    await this.#documents.updateMany(
      { subject, state: { $ne: "done" } },
      { $set: { state: "done", raw: null } },
    );
  }

  /** Forgets what was set aside: of one subject, or everything older than a time. */
  async forgetAside(which: { subject: SubjectId } | { storedAt: { $lt: Date } }): Promise<void> {
    await this.#documents.updateMany({ state: "aside", ...which }, { $set: { state: "done", raw: null } });
  }

  /** Forgets the keys of what was applied long ago: no platform repeats it any more. */
  async forgetDone(before: Date): Promise<number> {
    const { deletedCount } = await this.#documents.deleteMany({ state: "done", storedAt: { $lt: before } });
    return deletedCount;
  }

  /** Takes an update that can't be applied out of the way; it is kept for a person to look at. */
  async setAside(key: string, why: string): Promise<void> {
    await this.#documents.updateOne({ _id: key, state: "new" }, { $set: { state: "aside", aside: why } });
  }
}
