/** What a mentee may ask for under the right of access: everything that is stored of them, in one piece. */
import type { CaseId, ThreadId } from "../flows/party.ts";
import type { AgeBucket, Case, OptionalYes, ThreadState } from "../flows/state.ts";
import type { Database } from "../models/database.ts";
import type { MessageContent, MessageDocument } from "../models/messages.ts";
import type { RecordDocument } from "../models/records.ts";
import type { ViewDocument } from "../models/views.ts";
import type { Language, Programme, Site } from "../programmes/programme.ts";
import type { Phrase } from "./phrase.ts";

/** As it stands in the JSON file; times are ISO 8601, UTC. */
export interface MyData {
  programme: string;
  madeAt: string;
  profile: {
    nickname: string;
    /** What they let their supporter call them. */
    calledName: string | null;
    site: string;
    channel: "messenger" | "telegram";
    language: Language;
    age: AgeBucket | null;
    lastHeardAt: string | null;
    reachable: boolean;
    /** They asked to be left alone. */
    silent: boolean;
    /** A coordinator keeps them from supporters until then. */
    keptFromSupportersUntil: string | null;
    /** How many supporters know them, and are never brought together with them. */
    supportersWhoKnowThem: number;
    /** Whether one supporter has all their talks. */
    hasStandingSupporter: boolean;
    /** When a coordinator recorded that the guardian authority agrees. */
    guardianAgreedAt: string | null;
  };
  consent: { version: number; givenAt: string; language: Language } | null;
  /** What they agreed to beside. */
  alsoAgreed: { to: OptionalYes; givenAt: string }[];
  talks: TalkData[];
  words: WordData[];
  /** Who besides the supporter opened a talk, when and why. */
  openedByOthers: { talk: number; at: string; why: string }[];
  kept: { what: Kept; until: string | null }[];
  legalHold: { until: string; since: string; reason: string } | null;
}

interface TalkData {
  number: number;
  openedAt: string;
  talkingSince: string | null;
  /** Null while it is open. */
  closedAt: string | null;
  closedBy: RecordDocument["closedBy"] | null;
  topic: string | null;
  wordsIn: number;
  wordsOut: number;
  /** Signs of danger that the word check found: level S1 to S4, and by which rules. */
  signsOfDanger: { at: string; level: number; rules: string[] }[];
  /** Of a closed talk only the highest level is known. */
  highestSignOfDanger: number;
  /** The coordinators were called. */
  alert: { at: string; reason: string; outcome: string | null } | null;
  escalated: boolean;
  /** What the supporter noted after it. */
  record: RecordDocument["wrapUp"] | null;
}

interface WordData {
  talk: number;
  at: string;
  from: "you" | "supporter" | "service" | "page";
  kind: string;
  text: string;
  arrived: boolean;
}

/** What is stored for how long. */
type Kept = "words" | "profile" | "records" | "backups";

/** What is read from the database for it. */
export interface StoredData {
  state: ThreadState;
  records: RecordDocument[];
  words: { document: MessageDocument; content: MessageContent }[];
  views: ViewDocument[];
}

/** Reads everything of a thread. Opening it must be noted by whoever does. */
export async function readMyData(
  { subjects, records, messages, views }: Database,
  thread: ThreadId,
): Promise<StoredData | null> {
  const subject = (await subjects.load([thread])).get(thread);
  if (!subject) return null;
  const state = subject.state as ThreadState;
  const cases = Array.from({ length: state.cases + 1 }, (_, n): CaseId => `${thread}.${n}`);
  const words: StoredData["words"] = [];
  for (const document of await messages.withMentee(cases)) {
    const content = messages.open(document);
    if (content) words.push({ document, content });
  }
  return { state, records: await records.of(thread), words, views: await views.of(cases) };
}

const day = 86_400_000;

/** Puts together what is stored. What would lead to somebody else (names of the team) is left out. */
export function myDataOf(
  { state, records, words, views }: StoredData,
  programme: Programme,
  now: Date,
  phrase: Phrase,
): MyData {
  const site = siteOf(state, programme);
  const reading = { language: state.language, script: state.script, site, now, age: state.age };
  const { contactDays, recordsDays, backupDays } = programme.retention;
  const after = (from: number | null, days: number): string | null =>
    from === null ? null : iso(from + days * day);
  const lastClosed = records.reduce((last, { closedAt }) => Math.max(last, closedAt.getTime()), 0);
  const ofRecords = records.map((record) => talkOfRecord(record));
  const open = state.case ? [talkOfCase(state.case, (text) => phrase(text, reading))] : [];
  return {
    programme: programme.name,
    madeAt: now.toISOString(),
    profile: {
      nickname: state.handle,
      calledName: state.calledName ?? null,
      site: state.site,
      channel: state.channel,
      language: state.language,
      age: state.age,
      lastHeardAt: isoOrNull(state.heardAt),
      reachable: state.reachable,
      silent: state.quiet,
      keptFromSupportersUntil: isoOrNull(state.barred?.until ?? null),
      supportersWhoKnowThem: state.knownBy.length,
      hasStandingSupporter: Boolean(state.pair),
      guardianAgreedAt: isoOrNull(state.guardian?.at ?? null),
    },
    consent: state.consent && {
      version: state.consent.version,
      givenAt: iso(state.consent.at),
      language: state.consent.language,
    },
    alsoAgreed: (Object.entries(state.yeses ?? {}) as [OptionalYes, { at: number } | null][]).flatMap(
      ([to, yes]) => (yes ? [{ to, givenAt: iso(yes.at) }] : []),
    ),
    talks: [...ofRecords, ...open],
    words: words.map(({ document, content }) => wordOf(document, content)),
    openedByOthers: views.map(({ case: id, at, why }) => ({
      talk: numberOf(id),
      at: at.toISOString(),
      why,
    })),
    kept: [
      { what: "words", until: wordsUntil(state, lastClosed, programme) },
      { what: "profile", until: after(state.heardAt, contactDays) },
      { what: "records", until: lastClosed > 0 ? after(lastClosed, recordsDays) : null },
      { what: "backups", until: after(now.getTime(), backupDays) },
    ],
    legalHold: state.legalHold
      ? {
          until: iso(state.legalHold.until),
          since: iso(state.legalHold.at),
          reason: state.legalHold.reason,
        }
      : null,
  };
}

/** Of an open talk nobody can say yet. */
function wordsUntil(state: ThreadState, lastClosed: number, { retention }: Programme): string | null {
  if (state.case || lastClosed === 0) return null;
  const { wordsDays, longerDays } = retention;
  const days = state.yeses?.keepLonger ? Math.max(wordsDays, longerDays) : wordsDays;
  return iso(Math.max(lastClosed + days * day, state.legalHold?.until ?? 0));
}

/** The site whose zone and helplines somebody is shown. */
export function siteOf({ site }: ThreadState, { sites }: Programme): Site {
  const found = sites.find(({ id }) => id === site) ?? sites[0];
  if (!found) throw new Error("a programme without a site");
  return found;
}

function talkOfRecord(record: RecordDocument): TalkData {
  return {
    number: numberOf(record._id),
    openedAt: record.openedAt.toISOString(),
    talkingSince: record.talkingAt?.toISOString() ?? null,
    closedAt: record.closedAt.toISOString(),
    closedBy: record.closedBy,
    topic: null,
    wordsIn: record.wordsIn,
    wordsOut: record.wordsOut,
    signsOfDanger: [],
    highestSignOfDanger: record.highestFlag,
    alert: null,
    escalated: record.escalated,
    record: record.wrapUp ?? null,
  };
}

function talkOfCase(open: Case, say: (text: NonNullable<Case["escalation"]>["reason"]) => string): TalkData {
  const { escalation } = open;
  return {
    number: numberOf(open.id),
    openedAt: iso(open.openedAt),
    talkingSince: isoOrNull(open.talkingAt),
    closedAt: null,
    closedBy: null,
    topic: open.topic ?? null,
    wordsIn: open.wordsIn,
    wordsOut: open.wordsOut,
    signsOfDanger: open.flags.map(({ at, level, rules }) => ({ at: iso(at), level, rules })),
    highestSignOfDanger: Math.max(0, ...open.flags.map(({ level }) => level)),
    alert: escalation && {
      at: iso(escalation.at),
      reason: say(escalation.reason),
      outcome: escalation.outcome,
    },
    escalated: escalation !== null,
    record: null,
  };
}

function wordOf({ case: id, at, author, delivery }: MessageDocument, { content }: MessageContent): WordData {
  const text = content.kind === "text" ? content.text : (content.caption ?? "");
  return {
    talk: numberOf(id ?? ""),
    at: at.toISOString(),
    from:
      author === "mentee" ? "you" : author === "bot" ? "service" : author === "page" ? "page" : "supporter",
    kind: content.kind,
    text,
    arrived: delivery === "sent" || delivery === "kept",
  };
}

/** 0 stands for what was written outside of talks. */
function numberOf(id: string): number {
  return Number(id.split(".")[1] ?? 0);
}

function iso(instant: number): string {
  return new Date(instant).toISOString();
}

function isoOrNull(instant: number | null): string | null {
  return instant === null ? null : iso(instant);
}
