/** Where people and groups are reached: the one place where an address stands, sealed. */
import type { Connection } from "mongoose";
import { Schema } from "mongoose";
import type { Address, ChannelName } from "../adapters/channel.ts";
import { type Collection, collectionOf, insertNew } from "./collection.ts";
import type { ChatId } from "./messages.ts";
import type { BlindIndex, Sealer } from "./seal.ts";

export interface ChatDocument {
  _id: ChatId;
  channel: ChannelName;
  address: Buffer;
  /** The blind index of the address: it changes when a group moves, the id does not. */
  lookup: string;
  /** Of a chat whose address was configured: the blind index of that one, which stays when the group moves. */
  configured?: string;
  /** The platform asked to be left alone there until then, by the real clock. */
  notBefore: Date | null;
}

export interface Chat {
  id: ChatId;
  channel: ChannelName;
  address: Address;
  notBefore: Date | null;
}

const schema = new Schema<ChatDocument>(
  {
    _id: { type: String, required: true },
    channel: { type: String, required: true },
    address: { type: Buffer, required: true },
    lookup: { type: String, required: true },
    configured: String,
    notBefore: Date,
  },
  { collection: "chats", versionKey: false, autoIndex: false },
);
schema.index({ lookup: 1 }, { name: "lookup", unique: true });

const collection = "chats";

export class Chats {
  readonly #documents: Collection<ChatDocument>;
  readonly #sealer: Sealer;
  readonly #blind: BlindIndex;

  constructor(connection: Connection, sealer: Sealer, blind: BlindIndex) {
    this.#documents = collectionOf<ChatDocument>(connection, "Chat", schema);
    this.#sealer = sealer;
    this.#blind = blind;
  }

  /** What an address is looked up by. */
  lookup(address: Address): string {
    return this.#blind.of("chat", address);
  }

  /** A chat's document, its address sealed; to be inserted with `add`. */
  document(id: ChatId, channel: ChannelName, address: Address): ChatDocument {
    return {
      _id: id,
      channel,
      address: this.#sealer.seal({ collection, id, field: "address" }, address),
      lookup: this.lookup(address),
      notBefore: null,
    };
  }

  /** Inserts chats that are not there yet. */
  async add(documents: ChatDocument[]): Promise<void> {
    await insertNew(this.#documents, documents);
  }

  /**
   * A chat whose address stands in the configuration. A new one there replaces the old one; the same one as before
   * changes nothing, so that a group which moved meanwhile is found where it is.
   */
  async configure(id: ChatId, channel: ChannelName, address: Address): Promise<void> {
    const configured = this.lookup(address);
    await this.add([{ ...this.document(id, channel, address), configured }]);
    const stored = await this.#documents.findOne({ _id: id }, { projection: { configured: 1 } });
    if (stored?.configured === configured) return;
    await this.move(id, address);
    await this.#documents.updateOne({ _id: id }, { $set: { configured } });
  }

  async find(ids: ChatId[]): Promise<Map<ChatId, Chat>> {
    if (ids.length === 0) return new Map();
    const documents = await this.#documents.find({ _id: { $in: ids } }).toArray();
    return new Map(
      documents.map(({ _id, channel, address, notBefore }) => [
        _id,
        { id: _id, channel, address: this.#address(_id, address), notBefore },
      ]),
    );
  }

  /** Where the staff groups are. */
  async staffGroups(): Promise<Address[]> {
    const documents = await this.#documents.find({ _id: { $gte: "cstaff-", $lt: "cstaff." } }).toArray();
    return documents.map(({ _id, address }) => this.#address(_id, address));
  }

  async byAddress(address: Address): Promise<ChatId | null> {
    const found = await this.#documents.findOne({ lookup: this.lookup(address) }, { projection: { _id: 1 } });
    return found?._id ?? null;
  }

  /** Forgets where somebody is reached. */
  async remove(id: ChatId): Promise<void> {
    await this.#documents.deleteOne({ _id: id });
  }

  /** A group goes on elsewhere; everything that names the chat follows. */
  async move(id: ChatId, to: Address): Promise<void> {
    await this.#documents.updateOne(
      { _id: id },
      {
        $set: {
          address: this.#sealer.seal({ collection, id, field: "address" }, to),
          lookup: this.lookup(to),
          notBefore: null,
        },
      },
    );
  }

  /** The platform asked for a pause in this chat; it outlives a restart. */
  async pause(id: ChatId, notBefore: Date): Promise<void> {
    await this.#documents.updateOne({ _id: id }, { $max: { notBefore } });
  }

  #address(id: ChatId, sealed: Buffer): Address {
    return this.#sealer.open({ collection, id, field: "address" }, sealed) as Address;
  }
}
