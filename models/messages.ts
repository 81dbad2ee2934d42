/**
 * The stored exchange: every word in or out is one document with its author, its reader, its time, its sealed
 * content and its delivery. It is transcript, outbox, and the map from a platform's message to its mirror, in one.
 */
import type { Connection, mongo } from "mongoose";
import { Schema } from "mongoose";
import type { PlatformId } from "../adapters/channel.ts";
import type { Button, Content } from "../adapters/content.ts";
import type { CaseId, PersonId, SubjectId } from "../flows/party.ts";
import { type Collection, collectionOf, insertNew } from "./collection.ts";
import type { Sealer } from "./seal.ts";

/** An internal name of a chat; its address stands, sealed, in one document of `chats`. */
export type ChatId = `c${string}`;

export type Author = "bot" | "mentee" | "page" | PersonId;
/** `supporter`: whoever it will be. */
export type Reader = "bot" | "mentee" | "staff" | "supporter" | PersonId;

/**
 * `held` waits for a reader; `queued` waits to be sent; `sending` was claimed; `sent` arrived; `failed` never will;
 * `kept` needs no sending, it is what somebody said to the bot.
 */
export type Delivery = "held" | "queued" | "sending" | "sent" | "failed" | "kept";

/** Words in a reader's language, ready to be sent. Sealed in the database. */
export interface MessageContent {
  /** Who speaks, where the reader must be told; a line of its own above the words. */
  header: string | null;
  content: Content;
  buttons: Button[];
  /** A sign to put on the message that is answered, null to take it back; the words are for where there is no such sign. */
  reaction?: string | null;
}

export interface MessageDocument {
  /** `<subject>/<version>/<n>` */
  _id: string;
  subject: SubjectId;
  /** The case it belongs to, for transcript and retention. */
  case: string | null;
  author: Author;
  reader: Reader;
  /** Where it goes; null while it is held. */
  chat: ChatId | null;
  at: Date;
  content: Buffer | null;
  delivery: Delivery;
  /** 0 goes first: crisis texts and alerts. */
  priority: 0 | 1;
  /** The version and place in it that made the message. */
  made: number;
  n: number;
  /** The version and place in it that queued the message; of the same version as `made` unless it was released. */
  queued: number | null;
  queuedN: number | null;
  /** The version that held it. */
  held: number | null;
  protected: boolean;
  /** The name under which the message can be changed later. */
  card?: string;
  /** This message changes that card instead of being sent. */
  changes?: string;
  /** The lease under which it was queued or claimed: an older holder can't claim it. */
  epoch: number;
  attempts: number;
  /** Not before this time of the real clock. */
  retryAt?: Date;
  /** What the platform calls its parts, as far as they were sent. */
  platformIds: PlatformId[];
  /** It may have arrived twice. */
  repeat?: boolean;
  /** Erased, and still to be removed from its reader's chat. */
  leaving?: boolean;
  /** Rings no bell where it arrives. */
  silent?: boolean;
  /** What the author's platform calls these words, in the author's own chat. */
  source?: PlatformId;
  /** The message in the author's own chat that these words answer. */
  answers?: PlatformId;
  /** These words change those which the author's platform calls so. */
  amends?: PlatformId;
  /** Instead of being sent, this takes back the words that the author's platform calls so; the last ones when empty. */
  takesBack?: PlatformId;
  /** The version that changed these words while they waited. */
  amended?: number;
  /** The message that this one shows once more. */
  copyOf?: string;
  sentAt?: Date;
  failure?: string;
}

/** Whose waiting words go where, and at which place of the version that says so. */
export interface Release {
  waitsFor: "supporter" | "mentee";
  chat: ChatId;
  reader: Reader;
  n: number;
  protected: boolean;
}

/** What sorts a line: priority, then what queued it, then what made it. No clock. */
export type LinePlace = Pick<MessageDocument, "_id" | "priority" | "made" | "n" | "queued" | "queuedN">;

export function compareInLine(a: LinePlace, b: LinePlace): number {
  return (
    a.priority - b.priority ||
    (a.queued ?? 0) - (b.queued ?? 0) ||
    (a.queuedN ?? 0) - (b.queuedN ?? 0) ||
    a.made - b.made ||
    a.n - b.n
  );
}

const schema = new Schema<MessageDocument>(
  {
    _id: { type: String, required: true },
    subject: { type: String, required: true },
    case: String,
    author: { type: String, required: true },
    reader: { type: String, required: true },
    chat: String,
    at: { type: Date, required: true },
    content: Buffer,
    delivery: { type: String, required: true },
    priority: { type: Number, required: true },
    made: { type: Number, required: true },
    n: { type: Number, required: true },
    queued: Number,
    queuedN: Number,
    held: Number,
    protected: { type: Boolean, required: true },
    card: String,
    changes: String,
    epoch: { type: Number, required: true },
    attempts: { type: Number, required: true },
    retryAt: Date,
    platformIds: { type: [String], required: true },
    repeat: Boolean,
    copyOf: String,
    source: String,
    answers: String,
    amends: String,
    amended: Number,
    takesBack: String,
    silent: Boolean,
    leaving: Boolean,
    sentAt: Date,
    failure: String,
  },
  { collection: "messages", versionKey: false, autoIndex: false },
);
const under = (delivery: Delivery) => ({ partialFilterExpression: { delivery } });
schema.index({ subject: 1, chat: 1 }, { name: "queued", ...under("queued") });
schema.index({ subject: 1, chat: 1 }, { name: "sending", ...under("sending") });
schema.index({ subject: 1, made: 1 }, { name: "held", ...under("held") });
schema.index({ chat: 1, platformIds: 1 }, { name: "mirror", partialFilterExpression: { delivery: "sent" } });
schema.index(
  { subject: 1, chat: 1, card: 1, made: 1 },
  { name: "card", partialFilterExpression: { card: { $exists: true } } },
);
schema.index(
  { author: 1, source: 1 },
  { name: "source", partialFilterExpression: { source: { $exists: true } } },
);
schema.index({ case: 1, made: 1, n: 1 }, { name: "case" });
schema.index({ leaving: 1 }, { name: "leaving", partialFilterExpression: { leaving: true } });

const collection = "messages";
/** A mentee's words, as opposed to the bot's, follow the reader when it changes. */
const menteesWords = { author: "mentee" } as const;

export class Messages {
  readonly #documents: Collection<MessageDocument>;
  readonly #sealer: Sealer;

  constructor(connection: Connection, sealer: Sealer) {
    this.#documents = collectionOf<MessageDocument>(connection, "Message", schema);
    this.#sealer = sealer;
  }

  seal(id: string, content: MessageContent): Buffer {
    return this.#sealer.seal({ collection, id, field: "content" }, JSON.stringify(content));
  }

  open({ _id, content }: Pick<MessageDocument, "_id" | "content">): MessageContent | null {
    if (!content) return null;
    return JSON.parse(
      this.#sealer.open({ collection, id: _id, field: "content" }, content),
    ) as MessageContent;
  }

  /** Inserts messages that are not there yet. */
  async post(documents: MessageDocument[]): Promise<void> {
    await insertNew(this.#documents, documents);
  }

  /** Sends on what waited for a reader, up to and with the version that says so. */
  async release(
    subject: SubjectId,
    version: number,
    { waitsFor, chat, reader, n, protected: guarded }: Release,
    epoch: number,
  ): Promise<void> {
    await this.#documents.updateMany(
      { subject, delivery: "held", reader: waitsFor, held: { $lte: version } },
      {
        $set: {
          delivery: "queued",
          chat,
          reader,
          protected: guarded,
          queued: version,
          queuedN: n,
          held: null,
          epoch,
          attempts: 0,
          // Parts that an earlier supporter has read say nothing about the next one.
          ...(waitsFor === "supporter" ? { platformIds: [] } : {}),
        },
        $unset: { retryAt: "", repeat: "", failure: "" },
      },
    );
  }

  /**
   * Takes back a mentee's words that have not left for this reader: those queued, and those that an older holder of
   * the lease was sending.
   */
  async recall(subject: SubjectId, version: number, chat: ChatId, epoch: number): Promise<void> {
    const change = {
      $set: { delivery: "held", reader: "supporter", chat: null, queued: null, queuedN: null, held: version },
    } as const;
    const line = { subject, chat, queued: { $lte: version }, ...menteesWords };
    // A copy is made anew for the next supporter; the words themselves come back.
    const copies = { ...line, copyOf: { $exists: true } };
    const drop = { $set: { delivery: "kept", content: null } } as const;
    await this.#documents.updateMany({ ...copies, delivery: "queued" }, drop);
    await this.#documents.updateMany({ ...copies, delivery: "sending", epoch: { $lt: epoch } }, drop);
    const those = { ...line, copyOf: { $exists: false } };
    await this.#documents.updateMany({ ...those, delivery: "queued" }, change);
    await this.#documents.updateMany({ ...those, delivery: "sending", epoch: { $lt: epoch } }, change);
  }

  /**
   * The last words of people in a case, oldest first, as far as a version knew them; `unread` are the mentee's that
   * were sent to somebody.
   */
  async lastWords(
    id: CaseId,
    what: "unread" | "talk",
    last: number,
    version: number,
  ): Promise<MessageDocument[]> {
    const those: mongo.Filter<MessageDocument> =
      what === "unread"
        ? { ...menteesWords, delivery: "sent", queued: { $lte: version } }
        : { author: { $ne: "bot" } };
    const found = await this.#documents
      .find({
        case: id,
        made: { $lte: version },
        content: { $type: "binData" },
        copyOf: { $exists: false },
        ...those,
      })
      .sort({ made: -1, n: -1 })
      .limit(last)
      .toArray();
    return found.reverse();
  }

  /** What a mentee wrote and was written in some cases, as far as it is still stored, in its order. */
  async withMentee(cases: CaseId[]): Promise<MessageDocument[]> {
    const found = await this.#documents
      .find({
        case: { $in: cases },
        $or: [menteesWords, { reader: "mentee" }],
        content: { $type: "binData" },
        copyOf: { $exists: false },
      })
      .toArray();
    return found.sort((a, b) => a.made - b.made || a.n - b.n);
  }

  /** Forgets words that wait, up to and with a version: nobody agreed to have them read. */
  async forgetHeld(subject: SubjectId, version: number): Promise<void> {
    await this.#documents.updateMany(
      { subject, delivery: "held", held: { $lte: version }, ...menteesWords },
      { $set: { delivery: "kept", content: null, held: null } },
    );
  }

  /**
   * Deletes every word of some cases, as far as a version made it; what supporters and coordinators have in their own
   * chats is marked, to be removed there too. What the bot still has to say to the mentee goes out.
   *
   * @param until leaves what was written later
   */
  async erase(cases: CaseId[], version: number, until?: Date): Promise<void> {
    const those = {
      case: { $in: cases },
      made: { $lte: version },
      ...(until ? { at: { $lte: until } } : {}),
    };
    const gone = { content: null, held: null } as const;
    await this.#documents.updateMany(
      { ...those, delivery: "sent", reader: { $nin: ["mentee", "staff"] } },
      { $set: { ...gone, leaving: true } },
    );
    await this.#documents.updateMany(
      { ...those, delivery: "sent", reader: { $in: ["mentee", "staff"] } },
      { $set: { ...gone, platformIds: [] } },
    );
    await this.#documents.updateMany(
      { ...those, delivery: { $in: ["held", "failed", "kept"] } },
      { $set: { ...gone, delivery: "kept" } },
    );
    await this.#documents.updateMany(
      { ...those, delivery: "queued", author: { $ne: "bot" } },
      { $set: { ...gone, delivery: "kept" } },
    );
  }

  /** Marks what supporters and coordinators have of some cases in their own chats, to be removed there. */
  async hide(cases: CaseId[]): Promise<void> {
    await this.#documents.updateMany(
      { case: { $in: cases }, delivery: "sent", reader: { $nin: ["mentee", "staff"] } },
      { $set: { leaving: true } },
    );
  }

  /** Erased or hidden messages that are still in somebody's chat. */
  async toRemove(limit: number): Promise<MessageDocument[]> {
    return this.#documents.find({ leaving: true }).limit(limit).toArray();
  }

  async removed(id: string): Promise<void> {
    await this.#documents.updateOne({ _id: id }, { $set: { platformIds: [] }, $unset: { leaving: "" } });
  }

  /** Everything still to be sent of some subjects, or of all. Ordered by subject only; lines sort themselves. */
  async unsent(subjects: SubjectId[] | null): Promise<MessageDocument[]> {
    // The indexes begin with the subject: without a word about it, everything ever said would be looked at.
    const of = subjects ? { subject: { $in: subjects } } : { subject: { $type: "string" as const } };
    const queued = await this.#documents.find({ ...of, delivery: "queued" }).toArray();
    const sending = await this.#documents.find({ ...of, delivery: "sending" }).toArray();
    return [...queued, ...sending];
  }

  /**
   * Claims messages for sending (W4): those queued, and those left behind in `sending`, which may have arrived and are
   * marked so. Returns the ids of those that are now ours; what was recalled, or was queued or claimed by a later
   * holder of the lease, is not.
   */
  async claim(
    list: Pick<MessageDocument, "_id" | "chat" | "delivery">[],
    epoch: number,
  ): Promise<Set<string>> {
    if (list.length === 0) return new Set();
    const result = await this.#documents.bulkWrite(
      list.map(({ _id, chat, delivery }) => {
        const left = delivery === "sending";
        return {
          updateOne: {
            filter: { _id, chat, delivery, epoch: { $lte: epoch } },
            update: {
              $set: { delivery: "sending" as const, epoch, ...(left ? { repeat: true } : {}) },
              $inc: { attempts: 1 },
            },
          },
        };
      }),
      { ordered: false },
    );
    const ids = list.map(({ _id }) => _id);
    if (result.matchedCount === list.length) return new Set(ids);
    const ours = await this.#documents
      .find({ _id: { $in: ids }, delivery: "sending", epoch }, { projection: { _id: 1 } })
      .toArray();
    return new Set(ours.map(({ _id }) => _id));
  }

  /** Stores what became of sends (W5), as long as they are still ours. */
  async record(results: SendResult[], epoch: number): Promise<void> {
    if (results.length === 0) return;
    await this.#documents.bulkWrite(
      results.map(({ id, ...result }) => ({
        updateOne: { filter: { _id: id, delivery: "sending", epoch }, update: change(result) },
      })),
      { ordered: false },
    );
  }

  /** An echo proved that a part arrived, whatever the answer to its send said. */
  async settle(id: string, part: number, platformId: PlatformId): Promise<void> {
    await this.#documents.updateOne(
      { _id: id, delivery: { $in: ["queued", "sending"] }, platformIds: { $size: part } },
      { $push: { platformIds: platformId } },
    );
  }

  /** The message that a platform calls so, in one chat. */
  async byPlatformId(chat: ChatId, platformId: PlatformId): Promise<MessageDocument | null> {
    return this.#documents.findOne({ chat, platformIds: platformId, delivery: "sent" });
  }

  /** What somebody said under this name of their own chat, to whomever it went first. */
  async bySource(author: Author, source: PlatformId): Promise<MessageDocument | null> {
    return this.#documents.findOne({ author, source, copyOf: { $exists: false } });
  }

  /** The words of the same author and conversation that a chat was sent under this name of the author's own chat. */
  async sentFrom(
    { subject, author }: Pick<MessageDocument, "subject" | "author">,
    source: PlatformId,
    chat: ChatId,
  ): Promise<MessageDocument | null> {
    return this.#documents.findOne({ author, source, subject, chat, delivery: "sent" });
  }

  /** The words that are to be taken back: the last ones of an author in a conversation, or those of that name. */
  async toTakeBack({
    subject,
    author,
    takesBack,
    made,
  }: Pick<MessageDocument, "subject" | "author" | "takesBack" | "made">): Promise<MessageDocument | null> {
    return this.#documents.findOne(
      {
        subject,
        author,
        reader: "mentee",
        made: { $lt: made },
        source: takesBack ? takesBack : { $exists: true },
        delivery: { $in: ["held", "sent"] },
      },
      { sort: { made: -1, n: -1 } },
    );
  }

  /** Words are with nobody any more; they stay in the stored exchange. */
  async takenBack(id: string): Promise<void> {
    await this.#documents.updateOne(
      { _id: id, delivery: { $in: ["held", "sent"] } },
      { $set: { delivery: "kept", platformIds: [], held: null } },
    );
  }

  /** The words that a change is about, as long as they wait; or those that this very change has reached before. */
  async waiting({
    subject,
    author,
    amends,
    made,
    copyOf,
  }: Pick<
    MessageDocument,
    "subject" | "author" | "amends" | "made" | "copyOf"
  >): Promise<MessageDocument | null> {
    if (amends === undefined) return null;
    const those = { author, source: amends, subject, copyOf: { $exists: copyOf !== undefined } };
    return this.#documents.findOne({
      ...those,
      $or: [{ delivery: { $in: ["held", "queued"] } }, { amended: { $gte: made } }],
    });
  }

  /** Changes words that wait. False when they wait no longer. */
  async amend(id: string, content: MessageContent, version: number): Promise<boolean> {
    const { matchedCount } = await this.#documents.updateOne(
      { _id: id, delivery: { $in: ["held", "queued"] } },
      { $set: { content: this.seal(id, content), amended: version } },
    );
    return matchedCount > 0;
  }

  /** The newest message that carries a card, if it was sent. */
  async card(subject: SubjectId, chat: ChatId, card: string): Promise<MessageDocument | null> {
    return this.#documents.findOne({ subject, chat, card, delivery: "sent" }, { sort: { made: -1 } });
  }

  async byId(id: string): Promise<MessageDocument | null> {
    return this.#documents.findOne({ _id: id });
  }
}

/** What became of one claimed message. */
export type SendResult = { id: string } & (
  | { result: "sent"; platformIds: PlatformId[]; at: Date }
  | { result: "part_sent"; platformIds: PlatformId[] }
  | { result: "later"; retryAt: Date; uncertain: boolean; failure: string }
  /** It waits for the mentee's next words; `held` is the version that had queued it. */
  | { result: "held"; held: number; failure: string }
  | { result: "failed"; failure: string }
);

type Unidentified<Result> = Result extends { id: string } ? Omit<Result, "id"> : never;

function change(result: Unidentified<SendResult>): mongo.UpdateFilter<MessageDocument> {
  switch (result.result) {
    case "sent":
      return { $set: { delivery: "sent", platformIds: result.platformIds, sentAt: result.at } };
    case "part_sent":
      return { $set: { platformIds: result.platformIds } };
    case "later":
      return {
        $set: {
          delivery: "queued",
          retryAt: result.retryAt,
          failure: result.failure,
          ...(result.uncertain ? { repeat: true } : {}),
        },
      };
    case "held":
      return { $set: { delivery: "held", held: result.held, failure: result.failure } };
    case "failed":
      return { $set: { delivery: "failed", failure: result.failure } };
  }
}
