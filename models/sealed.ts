/**
 * Everything sealed that is stored, wherever it stands: counted by its key, sealed again under the current one. Goes
 * through the collections in portions, so it needs little memory and can be stopped and begun again at any time.
 */
import type { Connection, mongo } from "mongoose";
import { keyIdOf, type Place, SealError, type Sealer } from "./seal.ts";
import type { OutboxEntry } from "./subjects.ts";

/** A document as it is stored, of whatever collection. */
export type StoredDocument = { _id: string } & Record<string, unknown>;

/** One sealed text, and the path under which it stands in its document. */
export interface Sealed {
  place: Place;
  bytes: Buffer;
  path: string;
}

const fields = {
  secrets: "value",
  chats: "address",
  subjects: "state",
  messages: "content",
  inbound: "raw",
} as const;

export type SealedCollection = keyof typeof fields;

/** Where sealed texts are. The secrets come first: who can't open them must not begin. */
const sealedCollections = Object.keys(fields) as SealedCollection[];

/** How many sealed texts of a collection a key can open, and how many none can. */
export interface SealedCount {
  byKey: Map<string, number>;
  lost: number;
}

/** What the ids of the proofs begin with, see `secrets.ts`. */
export const proofPrefix = "key:";

const PORTION = 200;

export class SealedStore {
  readonly #connection: Connection;
  readonly #sealer: Sealer;

  constructor(connection: Connection, sealer: Sealer) {
    this.#connection = connection;
    this.#sealer = sealer;
  }

  /** All documents of a collection that holds sealed texts, in the order of their ids. */
  async *documents(name: SealedCollection): AsyncGenerator<StoredDocument> {
    for (let last = ""; ; ) {
      const portion = await this.collection(name)
        .find({ _id: { $gt: last } })
        .sort({ _id: 1 })
        .limit(PORTION)
        .toArray();
      yield* portion;
      const end = portion.at(-1);
      if (!end) return;
      last = end._id;
    }
  }

  collection(name: string): mongo.Collection<StoredDocument> {
    const { db } = this.#connection;
    if (!db) throw new Error("the database is not connected");
    return db.collection<StoredDocument>(name);
  }

  opens({ place, bytes }: Sealed): boolean {
    return this.#open(place, bytes) !== null;
  }

  /** How much each key holds together, by collection; opens every text to be sure. */
  async count(): Promise<Map<SealedCollection, SealedCount>> {
    const counted = new Map<SealedCollection, SealedCount>();
    for (const name of sealedCollections) {
      const count: SealedCount = { byKey: new Map(), lost: 0 };
      for await (const document of this.documents(name)) {
        for (const sealed of sealedIn(name, document)) {
          const id = this.opens(sealed) ? keyIdOf(sealed.bytes) : null;
          if (id === null) count.lost += 1;
          else count.byKey.set(id, (count.byKey.get(id) ?? 0) + 1);
        }
      }
      counted.set(name, count);
    }
    return counted;
  }

  /**
   * Seals under the current key whatever stands under an older one. What was changed meanwhile is left as it is.
   *
   * @param goesOn asked before each write; the rest is left for the next time when it says no
   * @returns how many texts were sealed again
   */
  async reseal(goesOn: () => boolean): Promise<number> {
    let count = 0;
    for (const name of sealedCollections) {
      for await (const document of this.documents(name)) {
        const old = sealedIn(name, document).filter(
          ({ bytes }) => keyIdOf(bytes) !== this.#sealer.currentKey,
        );
        const again = old.flatMap(({ place, bytes, path }) => {
          const text = this.#open(place, bytes);
          return text === null ? [] : [{ path, bytes, sealed: this.#sealer.seal(place, text) }];
        });
        if (again.length === 0) continue;
        if (!goesOn()) return count;
        const { modifiedCount } = await this.collection(name).updateOne(
          { _id: document._id, ...Object.fromEntries(again.map(({ path, bytes }) => [path, bytes])) },
          { $set: Object.fromEntries(again.map(({ path, sealed }) => [path, sealed])) },
        );
        if (modifiedCount === 1) count += again.length;
      }
    }
    return count;
  }

  #open(place: Place, bytes: Buffer): string | null {
    try {
      return this.#sealer.open(place, bytes);
    } catch (error) {
      if (error instanceof SealError) return null;
      throw error;
    }
  }
}

/** Every sealed text of a document; not the proofs of keys, which stay under their own. */
export function sealedIn(collection: SealedCollection, document: StoredDocument): Sealed[] {
  if (collection === "secrets" && document._id.startsWith(proofPrefix)) return [];
  const own = sealedAt({ collection, id: document._id, field: fields[collection] }, document);
  const outbox = (document.outbox ?? []) as OutboxEntry[];
  return [
    ...own,
    ...outbox.flatMap((entry, n) => {
      const holder = holders[entry.entry as keyof typeof holders];
      if (!holder || !("document" in entry)) return [];
      const inside = entry.document as unknown as StoredDocument;
      const place = { collection: holder, id: inside._id, field: fields[holder] };
      return sealedAt(place, inside, `outbox.${n}.document.`);
    }),
  ];
}

/** What a subject's outbox holds until it is posted, and where it goes. */
const holders = { chat: "chats", message: "messages", input: "inbound" } as const;

function sealedAt(place: Place, document: StoredDocument, before = ""): Sealed[] {
  const bytes = document[place.field];
  return Buffer.isBuffer(bytes) ? [{ place, bytes, path: `${before}${place.field}` }] : [];
}
