/** What is done to the database itself from time to time, and when it was done last. */
import mongoose, { type Connection, Schema } from "mongoose";
import { type Collection, collectionOf, insertNew } from "./collection.ts";

interface UpkeepDocument {
  _id: string;
  at?: Date;
  /** Of what is done once a month: the last one, such as `2026-11`. */
  month?: string;
}

const schema = new Schema<UpkeepDocument>(
  { _id: { type: String, required: true }, at: Date, month: String },
  { collection: "upkeep", versionKey: false, autoIndex: false },
);

/** MongoDB does not know our command. */
const commandNotFound = 59;

export class Upkeep {
  readonly #documents: Collection<UpkeepDocument>;
  readonly #uri: string;

  constructor(connection: Connection, uri: string) {
    this.#documents = collectionOf<UpkeepDocument>(connection, "Upkeep", schema);
    this.#uri = uri;
  }

  /**
   * Rewrites the file of the embedded database, unless it was done since: what was deleted is gone from the disk. Of a
   * MongoDB its own servers take care.
   */
  async compact(now: Date, since: Date): Promise<void> {
    const last = await this.#documents.findOne({ _id: "compacted" });
    if (!last) return insertNew(this.#documents, [{ _id: "compacted", at: now }]);
    if (last.at && last.at >= since) return;
    // A connection of its own: it takes as long as it takes.
    const client = new mongoose.mongo.MongoClient(this.#uri);
    try {
      await client.db("admin").command({ embeddedCompact: 1 });
    } catch (error) {
      if ((error as { code?: unknown }).code !== commandNotFound) throw error;
    } finally {
      await client.close();
    }
    await this.#documents.updateOne({ _id: "compacted" }, { $set: { at: now } });
  }

  /** The month in which something monthly was done last; a new one begins with the next month. */
  async lastMonth(job: string, now: string): Promise<string> {
    const last = await this.#documents.findOne({ _id: job });
    if (!last) await insertNew(this.#documents, [{ _id: job, month: now }]);
    return last?.month ?? now;
  }

  async noteMonth(job: string, month: string): Promise<void> {
    await this.#documents.updateOne({ _id: job }, { $set: { month } });
  }
}
