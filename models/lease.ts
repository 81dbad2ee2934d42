/**
 * Who does the work. Of all processes on one database only the lease's holder polls, steps and sends. Each
 * acquisition raises the epoch, by the database's own clock; what is written under an older epoch is refused where it
 * would do harm.
 */
import type { Connection } from "mongoose";
import { Schema } from "mongoose";
import { type Collection, collectionOf } from "./collection.ts";

interface LeaseDocument {
  _id: "worker";
  holder: string;
  epoch: number;
  until: Date;
}

const schema = new Schema<LeaseDocument>(
  {
    _id: { type: String, required: true },
    holder: { type: String, required: true },
    epoch: { type: Number, required: true },
    until: { type: Date, required: true },
  },
  { collection: "leases", versionKey: false, autoIndex: false },
);

export class Lease {
  readonly #documents: Collection<LeaseDocument>;

  constructor(connection: Connection) {
    this.#documents = collectionOf<LeaseDocument>(connection, "Lease", schema);
  }

  /**
   * Takes the lease when it is free, run out, or was `abandoned` by a holder that is known to be dead.
   *
   * @returns the new epoch, or who holds it
   */
  async acquire(
    holder: string,
    milliseconds: number,
    abandoned: (holder: string) => boolean,
  ): Promise<{ epoch: number } | { heldBy: string }> {
    await this.#documents
      .updateOne(
        { _id: "worker" },
        { $setOnInsert: { holder: "", epoch: 0, until: new Date(0) } },
        { upsert: true },
      )
      .catch(() => undefined); // Two at once: the other one has inserted it.
    const current = await this.#documents.findOne({ _id: "worker" });
    if (!current) return { heldBy: "" };
    const dead = abandoned(current.holder);
    const taken = await this.#documents.findOneAndUpdate(
      {
        _id: "worker",
        epoch: current.epoch,
        ...(dead ? {} : { $expr: { $lte: ["$until", "$$NOW"] } }),
      },
      [{ $set: { holder, epoch: { $add: ["$epoch", 1] }, until: { $add: ["$$NOW", milliseconds] } } }],
      { returnDocument: "after" },
    );
    return taken ? { epoch: taken.epoch } : { heldBy: current.holder };
  }

  /** Prolongs the lease; false when somebody else has it by now. */
  async renew(holder: string, epoch: number, milliseconds: number): Promise<boolean> {
    const renewed = await this.#documents.updateOne({ _id: "worker", holder, epoch }, [
      { $set: { until: { $add: ["$$NOW", milliseconds] } } },
    ]);
    return renewed.matchedCount === 1;
  }

  /** Gives the lease back at a clean stop, so that the next one need not wait. */
  async release(holder: string, epoch: number): Promise<void> {
    await this.#documents.updateOne({ _id: "worker", holder, epoch }, { $set: { until: new Date(0) } });
  }
}
