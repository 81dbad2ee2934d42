/**
 * What to do with a database whose key is lost: everything that can't be opened any more is removed, so that the
 * service can go on with what is left. Whoever had a talk begins anew; versions and numbers of cases go on counting,
 * so that nothing new is taken for something old.
 */
import type { Connection } from "mongoose";
import { chatOf } from "../bot/identity.ts";
import { noticed } from "../bot/inbox.ts";
import {
  type CaseId,
  isPerson,
  isThread,
  type PersonId,
  parseCase,
  type SiteId,
  type SubjectId,
} from "../flows/party.ts";
import type { SubjectState, ThreadState } from "../flows/state.ts";
import { newPerson, newSite, newThread } from "../flows/step.ts";
import { Inbound } from "../models/inbound.ts";
import { Messages } from "../models/messages.ts";
import type { Sealer } from "../models/seal.ts";
import { type SealedCollection, SealedStore, type StoredDocument, sealedIn } from "../models/sealed.ts";
import { forgetLostSecrets } from "../models/secrets.ts";
import { Subjects } from "../models/subjects.ts";
import type { Programme } from "../programmes/programme.ts";

/** A mentee of whom nothing is known any more but the nickname, until they write again. */
export interface LostMentee {
  handle: string;
  lastHeard: Date | null;
}

export class LostAndFound {
  readonly #store: SealedStore;
  readonly #connection: Connection;
  readonly #sealer: Sealer;
  readonly #programme: Programme;

  constructor(connection: Connection, sealer: Sealer, programme: Programme) {
    this.#store = new SealedStore(connection, sealer);
    this.#connection = connection;
    this.#sealer = sealer;
    this.#programme = programme;
  }

  /** Mentees whose talk or address can't be read, who were heard last first. */
  async mentees(): Promise<LostMentee[]> {
    const lost: LostMentee[] = [];
    for await (const document of this.#store.documents("subjects")) {
      if (!isThread(document._id as SubjectId) || !(await this.#isLost(document))) continue;
      const { handle, contactAt } = document as { handle?: string; contactAt?: Date | null };
      lost.push({ handle: handle ?? "", lastHeard: contactAt ?? null });
    }
    return lost.sort((a, b) => (b.lastHeard?.getTime() ?? 0) - (a.lastHeard?.getTime() ?? 0));
  }

  /** Removes what can't be opened. Safe to repeat after it was interrupted. */
  async discard(): Promise<void> {
    const places: SealedCollection[] = ["chats", "subjects", "messages", "inbound"];
    if (await this.#lookupsLost()) {
      // Nobody who writes would be recognised: what stands under the old ids can never be reached again.
      for (const name of places) await this.#store.collection(name).deleteMany({});
    } else {
      for await (const document of this.#store.documents("subjects")) {
        if (await this.#isLost(document)) {
          if (isPerson(document._id as SubjectId)) await this.#handOn(document._id as PersonId);
          await this.#beginAnew(document);
        } else await this.#mendOutbox(document);
      }
      await this.#each("messages", ({ _id, delivery }) => ({
        filter: { _id },
        change: { content: null, held: null, ...(delivery === "sent" ? {} : { delivery: "kept" }) },
      }));
      await this.#each("inbound", ({ _id }) => ({ filter: { _id }, change: { raw: null, state: "done" } }));
      await this.#each("chats", ({ _id }) => ({ filter: { _id }, change: null }));
    }
    // Last: until here an interrupted discard is noticed at the start.
    await forgetLostSecrets(this.#connection, this.#sealer);
  }

  async #lookupsLost(): Promise<boolean> {
    for await (const document of this.#store.documents("secrets"))
      if (this.#hasLost("secrets", document)) return true;
    return false;
  }

  #hasLost(name: SealedCollection, document: StoredDocument): boolean {
    return sealedIn(name, document).some((sealed) => !this.#store.opens(sealed));
  }

  /** Whether the state can't be opened, or the address of whoever it is about. */
  async #isLost(document: StoredDocument): Promise<boolean> {
    const state = sealedIn("subjects", document).find(({ path }) => path === "state");
    if (state && !this.#store.opens(state)) return true;
    const id = document._id as SubjectId;
    if (!isThread(id) && !isPerson(id)) return false;
    const chat = await this.#store.collection("chats").findOne({ _id: chatOf(id) });
    return chat !== null && this.#hasLost("chats", chat);
  }

  async #beginAnew(document: StoredDocument): Promise<void> {
    const id = document._id as SubjectId;
    const { version, handle } = document as { version?: number; handle?: string };
    const state = await this.#newState(id, handle ?? "");
    await new Subjects(this.#connection, this.#sealer).restart(id, (version ?? 0) + 1, state);
    if (!("cases" in state)) return;
    // Its words have no owner any more who could ask for them, and no closing from which their time would count.
    const cases = Array.from({ length: state.cases + 1 }, (_, n): CaseId => `${state.id}.${n}`);
    await new Messages(this.#connection, this.#sealer).erase(cases, Number.MAX_SAFE_INTEGER);
    await this.#store
      .collection("messages")
      .updateMany(
        { subject: id, delivery: { $in: ["queued", "sending"] } },
        { $set: { delivery: "kept", content: null } },
      );
  }

  /** Whoever talks with a supporter of whom nothing is known any more gets somebody else. */
  async #handOn(by: PersonId): Promise<void> {
    const inbound = new Inbound(this.#connection, this.#sealer);
    const now = new Date();
    for await (const document of this.#store.documents("subjects")) {
      const id = document._id as SubjectId;
      if (!isThread(id) || (await this.#isLost(document))) continue;
      const sealed = sealedIn("subjects", document).find(({ path }) => path === "state");
      const state = sealed && (JSON.parse(this.#sealer.open(sealed.place, sealed.bytes)) as ThreadState);
      const phase = state?.case?.phase;
      if (phase?.phase !== "talking" || phase.with !== by) continue;
      const key = `${id}/lost/${by}/${now.getTime()}`;
      await inbound.store([noticed({ inbound }, key, id, { input: "supporter_gone", by }, now)]);
    }
  }

  async #newState(id: SubjectId, handle: string): Promise<SubjectState> {
    const [site] = this.#programme.sites;
    if (!site) throw new Error("a programme without a site");
    const world = { programme: this.#programme, site, random: "0".repeat(32) };
    if (isPerson(id)) return newPerson(id, undefined, world);
    if (!isThread(id)) return newSite(id satisfies SiteId);
    const chat = await this.#store.collection("chats").findOne({ _id: chatOf(id) });
    const channel = chat?.channel === "messenger" ? "messenger" : "telegram";
    return { ...newThread(id, channel, undefined, world), handle, cases: await this.#casesOf(id) };
  }

  /** The highest number of a case that words or records know. */
  async #casesOf(id: SubjectId): Promise<number> {
    const those = { $gte: `${id}.`, $lt: `${id}/` };
    const records = await this.#store.collection("records").find({ _id: those }).toArray();
    const words = await this.#store.collection("messages").distinct("case", { subject: id });
    const numbers = [...records.map(({ _id }) => _id), ...words.map(String)].map(
      (text) => parseCase(text)?.number ?? 0,
    );
    return Math.max(0, ...numbers);
  }

  /** What a subject still had to post goes, as far as it can be read. */
  async #mendOutbox(document: StoredDocument): Promise<void> {
    const lost = new Set(
      sealedIn("subjects", document)
        .filter((sealed) => !this.#store.opens(sealed))
        .map(({ path }) => Number(path.split(".")[1])),
    );
    if (lost.size === 0) return;
    const outbox = (document.outbox as unknown[]).filter((_, n) => !lost.has(n));
    await this.#store
      .collection("subjects")
      .updateOne({ _id: document._id }, { $set: { outbox, pending: outbox.length > 0 } });
  }

  /** Changes, or with null removes, every document of a collection that can't be opened. */
  async #each(
    name: SealedCollection,
    what: (document: StoredDocument) => { filter: { _id: string }; change: Record<string, unknown> | null },
  ): Promise<void> {
    const collection = this.#store.collection(name);
    for await (const document of this.#store.documents(name)) {
      if (!this.#hasLost(name, document)) continue;
      const { filter, change } = what(document);
      if (change) await collection.updateOne(filter, { $set: change });
      else await collection.deleteOne(filter);
    }
  }
}
