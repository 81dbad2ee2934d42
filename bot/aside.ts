/**
 * An update that can't be applied, try as we may. It is put aside for a person to look at, the line goes on, and
 * nobody is left without a word: the mentee hears that something went wrong, with the emergency numbers, and the
 * coordinators that somebody has to look. None of this goes through the step that failed.
 */
import type { ChannelAdapter, ChannelName } from "../adapters/channel.ts";
import type { Detector } from "../flows/crisis/detector.ts";
import type { Text } from "../flows/effect.ts";
import { isThread, type SiteId, type SubjectId } from "../flows/party.ts";
import type { ThreadState } from "../flows/state.ts";
import type { Database } from "../models/database.ts";
import type { InboundDocument } from "../models/inbound.ts";
import type { MessageDocument } from "../models/messages.ts";
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

/** @returns what was put into the mentee's line */
export async function setAside(
  parts: AsideParts,
  update: InboundDocument,
  subject: SubjectId,
): Promise<MessageDocument[]> {
  const { database, clock, site } = parts;
  const said = isThread(subject) ? await tellMentee(parts, update, subject) : [];
  const handle = said.length > 0 ? ((await threadOf(parts, subject))?.handle ?? null) : null;
  const notice = { input: "notice", notice: { notice: "update_set_aside", handle } } as const;
  await database.inbound.store([noticed(database, `${update._id}/aside`, site, notice, clock.now())]);
  await database.inbound.setAside(update._id, "the turn failed");
  return said;
}

async function threadOf({ database }: AsideParts, subject: SubjectId): Promise<ThreadState | null> {
  const found = (await database.subjects.load([subject])).get(subject);
  return (found?.state as ThreadState | undefined) ?? null;
}

async function tellMentee(
  parts: AsideParts,
  update: InboundDocument,
  subject: `t${string}`,
): Promise<MessageDocument[]> {
  const { database, worlds, phrase, clock } = parts;
  const found = (await database.subjects.load([subject])).get(subject);
  const state = found?.state as ThreadState | undefined;
  if (!found || !state) return [];
  const now = clock.now();
  const reading = { language: state.language, site: worlds.site(state.site), now, age: state.age };
  const emergency = { emergency: { helplines: "emergency" }, helplines: { helplines: "card" } } as const;
  const texts: Text[] = [{ key: "error.generic", with: emergency }];
  if (await looksDangerous(parts, update)) {
    texts.unshift({ key: "crisis.card", with: { ...emergency, presence: { key: "crisis.keepWriting" } } });
  }
  const documents = texts.map((text, n): MessageDocument => {
    const id = `${subject}/aside/${update._id}/${n}`;
    const words = { kind: "text", text: phrase(text, reading) } as const;
    return {
      _id: id,
      subject,
      case: state.case?.id ?? null,
      author: "bot",
      reader: "mentee",
      chat: chatOf(subject),
      at: now,
      content: database.messages.seal(id, { header: null, content: words, buttons: [] }),
      delivery: "queued",
      priority: 0,
      made: found.version,
      n,
      queued: found.version,
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
      const { content } = event;
      const text = content.kind === "text" ? content.text : (content.caption ?? "");
      return detector.assess(text, []).level >= cardFrom;
    });
  } catch {
    return true;
  }
}
