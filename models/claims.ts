/** One-time codes by which a Telegram group becomes a site's staff group. A code itself is never stored. */
import { randomInt } from "node:crypto";
import type { Connection } from "mongoose";
import { Schema } from "mongoose";
import type { Address } from "../adapters/channel.ts";
import type { SiteId } from "../flows/party.ts";
import { type Collection, collectionOf } from "./collection.ts";
import type { BlindIndex } from "./seal.ts";

interface ClaimDocument {
  _id: SiteId;
  /** The blind index of the code. */
  code: string;
  triesLeft: number;
  /** The blind index of the group that has used it; null until then. */
  usedBy: string | null;
}

const schema = new Schema<ClaimDocument>(
  {
    _id: { type: String, required: true },
    code: { type: String, required: true },
    triesLeft: { type: Number, required: true },
    usedBy: String,
  },
  { collection: "claims", versionKey: false, autoIndex: false },
);

/** So many wrong codes, and nobody can guess on: a new one is needed. */
const tries = 5;

export class Claims {
  readonly #documents: Collection<ClaimDocument>;
  readonly #blind: BlindIndex;

  constructor(connection: Connection, blind: BlindIndex) {
    this.#documents = collectionOf<ClaimDocument>(connection, "Claim", schema);
    this.#blind = blind;
  }

  /** Makes a site's code, such as `4821-7730`; the one before is worth nothing any more. */
  async renew(site: SiteId): Promise<string> {
    const digits = String(randomInt(100_000_000)).padStart(8, "0");
    const made = { code: this.#blind.of("claim", digits), triesLeft: tries, usedBy: null };
    await this.#documents.updateOne({ _id: site }, { $set: made }, { upsert: true });
    return `${digits.slice(0, 4)}-${digits.slice(4)}`;
  }

  /**
   * Uses a code up, for one group: the same group may say it again. A wrong one counts against every code there is.
   *
   * @returns the site whose code it is; `spent` when there is no code that could be right
   */
  async use(code: string, group: Address): Promise<SiteId | "wrong" | "spent"> {
    const right = this.#blind.of("claim", code.replace(/\D/g, ""));
    const usedBy = this.#blind.of("chat", group);
    await this.#documents.updateOne(
      { code: right, triesLeft: { $gt: 0 }, usedBy: null },
      { $set: { usedBy } },
    );
    const found = await this.#documents.findOne({ code: right, usedBy }, { projection: { _id: 1 } });
    if (found) return found._id;
    const open = { triesLeft: { $gt: 0 }, usedBy: null };
    const counted = await this.#documents.updateMany(open, { $inc: { triesLeft: -1 } });
    return counted.matchedCount > 0 ? "wrong" : "spent";
  }
}
