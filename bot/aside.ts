/**
 * An update that can't be applied, try as we may. It is put aside for a person to look at, the line goes on, and
 * nobody is left without a word: the sender hears that something went wrong, with the emergency numbers, and the
 * coordinators that somebody has to look. None of this goes through the step that failed.
 */
import type { ChannelAdapter, ChannelName } from "../adapters/channel.ts";
import { wordsIn } from "../flows/content.ts";
import type { Detector } from "../flows/crisis/detector.ts";
import type { Text } from "../flows/effect.ts";
import {
  isPerson,
  isThread,
  type PersonId,
  type SiteId,
  type SubjectId,
  type ThreadId,
} from "../flows/party.ts";
import type { Database } from "../models/database.ts";
import { databaseIsAway } from "../models/failure.ts";
import type { InboundDocument } from "../models/inbound.ts";
import type { MessageDocument } from "../models/messages.ts";
import type { Subject } from "../models/subjects.ts";
import type { Clock } from "./clock.ts";
import { chatOf } from "./identity.ts";
import { noticed, openUpdate } from "./inbox.ts";
import type { Phrase } from "./phrase.ts";
import type { Worlds } from "./world.ts";

export interface AsideParts {
  database: Database;
  adapters: ReadonlyMap<ChannelName, ChannelAdapter>;
  detector: Detector;
  worlds: Worlds;
  phrase: Phrase;
  clock: Clock;
  site: SiteId;
}

const cardFrom = 2;

/** @returns what was put into the sender's line */
export async function setAside(
  parts: AsideParts,
  update: InboundDocument,
  subject: SubjectId,
): Promise<MessageDocument[]> {
  const { database, clock, site } = parts;
  const known = (await database.subjects.load([subject])).get(subject) ?? null;
  const said = await tellSender(parts, update, subject, known);
  const handle = known && "handle" in known.state ? known.state.handle : null;
  const notice = { input: "notice", notice: { notice: "update_set_aside", handle } } as const;
  await database.inbound.store([noticed(database, `${update._id}/aside`, site, notice, clock.now())]);
  await database.inbound.setAside(update._id, "the turn failed");
  return said;
}

/** Whoever wrote or pressed must not believe that it arrived. */
async function tellSender(
  parts: AsideParts,
  update: InboundDocument,
  subject: SubjectId,
  known: Subject | null,
): Promise<MessageDocument[]> {
  const { database, worlds, phrase, clock } = parts;
  const state = known?.state ?? null;
  if (!(isThread(subject) || isPerson(subject)) || update.source === "told") return [];
  // With the very first words there is no chat yet to answer in.
  if (!state && !(await openChat(parts, update, subject))) return [];
  const now = clock.now();
  const thread = state && "handle" in state ? state : null;
  const where = worlds.siteOf(state, subject);
  const reading = {
    language: state && "language" in state ? state.language : worlds.staffLanguage(where.id),
    script: thread?.script,
    site: where,
    now,
    age: thread?.age ?? null,
  };
  const emergency = { emergency: { helplines: "emergency" }, helplines: { helplines: "card" } } as const;
  const texts: Text[] = [{ key: "error.generic", with: emergency }];
  if (isThread(subject) && (await looksDangerous(parts, update))) {
    // These words reach nobody, so nothing may say that somebody reads.
    texts.unshift({ key: "crisis.card", with: { ...emergency, presence: { key: "crisis.closedHours" } } });
  }
  const version = known?.version ?? 0;
  const documents = texts.map((text, n): MessageDocument => {
    const id = `${subject}/aside/${update._id}/${n}`;
    const words = { kind: "text", text: phrase(text, reading) } as const;
    return {
      _id: id,
      subject,
      case: thread?.case?.id ?? null,
      author: "bot",
      reader: isThread(subject) ? "mentee" : subject,
      chat: chatOf(subject),
      at: now,
      content: database.messages.seal(id, { header: null, content: words, buttons: [] }),
      delivery: "queued",
      priority: 0,
      made: version,
      n,
      queued: version,
      queuedN: n,
      held: null,
      protected: false,
      epoch: 0,
      attempts: 0,
      platformIds: [],
    };
  });
  await database.messages.post(documents);
  return documents;
}

/** @returns whether it is known where the sender is reached */
async function openChat(
  { database, adapters }: AsideParts,
  update: InboundDocument,
  subject: ThreadId | PersonId,
): Promise<boolean> {
  try {
    const opened = openUpdate(database, update);
    if (opened.kind === "told") return false;
    const [event] = (await adapters.get(opened.channel)?.interpret(opened.update)) ?? [];
    if (!event) return false;
    await database.chats.add([database.chats.document(chatOf(subject), opened.channel, event.by)]);
    return true;
  } catch (error) {
    if (databaseIsAway(error)) throw error;
    return false; // It says nothing at all, not even whose it is.
  }
}

/** Looks for danger once more, outside the step; what can't even be read is not known to be harmless. */
async function looksDangerous(
  { database, adapters, detector }: AsideParts,
  update: InboundDocument,
): Promise<boolean> {
  try {
    const opened = openUpdate(database, update);
    if (opened.kind === "told") return false;
    const events = (await adapters.get(opened.channel)?.interpret(opened.update)) ?? [];
    return events.some((event) => {
      if (event.kind !== "wrote" && event.kind !== "edited") return false;
      return detector.assess(wordsIn(event.content), []).level >= cardFrom;
    });
  } catch {
    return true;
  }
}
