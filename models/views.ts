/** Who opened a talk beside the two who had it, when, and why. No word of it stands here. */
import type { Connection } from "mongoose";
import { Schema } from "mongoose";
import type { CaseId } from "../flows/party.ts";
import { type Collection, collectionOf, insertNew } from "./collection.ts";

export interface ViewDocument {
  /** `<subject>/<version>/<n>` of the step that showed it. */
  _id: string;
  case: string;
  by: string;
  at: Date;
  why: string;
}

const schema = new Schema<ViewDocument>(
  {
    _id: { type: String, required: true },
    case: { type: String, required: true },
    by: { type: String, required: true },
    at: { type: Date, required: true },
    why: { type: String, required: true },
  },
  { collection: "views", versionKey: false, autoIndex: false },
);
schema.index({ at: 1 }, { name: "at" });
schema.index({ case: 1, at: 1 }, { name: "case" });

export class Views {
  readonly #documents: Collection<ViewDocument>;

  constructor(connection: Connection) {
    this.#documents = collectionOf<ViewDocument>(connection, "View", schema);
  }

  async note(views: ViewDocument[]): Promise<void> {
    await insertNew(this.#documents, views);
  }

  async forget(before: Date): Promise<void> {
    await this.#documents.deleteMany({ at: { $lt: before } });
  }

  /** When some cases were opened, oldest first. */
  async of(cases: CaseId[]): Promise<ViewDocument[]> {
    return this.#documents
      .find({ case: { $in: cases } })
      .sort({ at: 1 })
      .toArray();
  }

  /** Everything that was opened from one time to another, oldest first. */
  async between(from: Date, to: Date): Promise<ViewDocument[]> {
    return this.#documents
      .find({ at: { $gte: from, $lt: to } })
      .sort({ at: 1 })
      .toArray();
  }
}
