/**
 * What is stored of a thread, a person and a site between two steps. It carries a schema number: a stored state of
 * an older one is brought up to date when it is read, so open cases survive a new version.
 */
import type { Content } from "../adapters/content.ts";
import type { Language } from "../programmes/programme.ts";
import type { Instant } from "./calendar.ts";
import type { EarlierFinding } from "./crisis/finding.ts";
import type { Text } from "./effect.ts";
import type { ExtraOpening } from "./hours.ts";
import type { Origin } from "./input.ts";
import type { Script } from "./language.ts";
import type { CaseId, PersonId, RecordId, SiteId, ThreadId } from "./party.ts";

export const schema = 1;

export type ThreadChannel = "messenger" | "telegram";
export type AgeBucket = "under15" | "15to17" | "18plus";

export interface ThreadState {
  schema: number;
  id: ThreadId;
  site: string;
  /** Whether the mentee said, or came by a link that says, which site is theirs. */
  placed?: boolean;
  channel: ThreadChannel;
  language: Language;
  /** Whether the mentee chose the language; until then it follows what they write. */
  languageChosen: boolean;
  /** In which letters they write, where it is not the usual alphabet of their language. */
  script?: Script;
  /** The mentee is only ever shown to others by this. */
  handle: string;
  /** What their supporter may call them, where the programme lets people know each other; null: the nickname. */
  calledName?: string | null;
  consent: { version: number; at: Instant; language: Language } | null;
  /** What they agreed to beside: each for itself. */
  yeses?: Partial<Record<OptionalYes, { version: number; at: Instant; language: Language } | null>>;
  age: AgeBucket | null;
  /** Who recorded that the guardian authority agrees, where the programme admits younger people so. */
  guardian?: { by: string; at: Instant } | null;
  /** The mentee's last words or press: the messaging window counts from here. */
  heardAt: Instant | null;
  /** False from the moment when the platform says that the mentee blocked us. */
  reachable: boolean;
  /** Whether words for the mentee wait until the platform lets us write again: until the mentee's next words. */
  heldForMentee: boolean;
  cases: number;
  /** When the emergency card was last shown in full, and for what, so that it is not repeated at each word. */
  cardShown: { at: Instant; level: number } | null;
  /** What detection said of the last messages: people split a sentence over several. */
  recent: (EarlierFinding & { at: Instant })[];
  /** Supporters who know this mentee, or whom the mentee knows: never brought together. */
  knownBy: PersonId[];
  /** The supporter of a standing pair: gets every case of this mentee. */
  pair?: { with: PersonId; name: string } | null;
  /** Who had the last talk: asked first when the mentee comes back. */
  lastSupporter: PersonId | null;
  /** They asked to be left alone: nothing but urgent words is sent until they write again. */
  quiet: boolean;
  /** A coordinator does not let this mentee write to supporters for now; the numbers are still shown. */
  barred: { until: Instant; told: boolean } | null;
  /** When they were last told that the service is not open yet. */
  toldNotOpenAt?: Instant;
  /** What was written must not be deleted before then; see `hold.ts`. */
  legalHold?: LegalHold | null;
  case: Case | null;
}

export type OptionalYes = "keepLonger" | "events";

export interface LegalHold {
  until: Instant;
  /** The coordinator's name, and what the others read. */
  by: string;
  reason: string;
  at: Instant;
  /** The mentee has asked for deletion meanwhile: the last case that it was about. */
  thenErase: number | null;
}

export interface Case {
  id: CaseId;
  openedAt: Instant;
  phase: Phase;
  /** Who passed, or had the case before: not asked again. */
  notAgain: PersonId[];
  /** What it is about, if the mentee wanted to say; null when they did not, undefined while it was not asked. */
  topic?: Topic | null;
  /** The opening that the mentee was told of, so that it is said once in a closed stretch. */
  toldOpening: Instant | null;
  flags: Flag[];
  escalation: Escalation | null;
  /** Alerts of this case that are over. */
  pastAlerts?: PastAlert[];
  talkingAt: Instant | null;
  /** How many of the mentee's words have come since a supporter last wrote. */
  unanswered: number;
  wordsIn: number;
  wordsOut: number;
}

/** What a talk can be about, for those who take it. */
export const topics = ["studies", "lonely", "relationship", "family", "mind", "practical", "other"] as const;
export type Topic = (typeof topics)[number];

export type Phase =
  | {
      phase: "intake";
      question: "site" | "consent" | "age" | "name";
      /** Whether the open question was put again because something else was written. */
      repeated: boolean;
      /** Whether the mentee was reminded before the words are deleted. */
      reminded: boolean;
      keptUntil: Instant;
    }
  /** Closed now, or nobody free. */
  | (Seeking & { phase: "waiting"; lookAt: Instant })
  /** Offers are out; `lookAt` is when the round ends or the answer window closes. */
  | (Seeking & { phase: "offered"; round: number; offers: Offer[]; lookAt: Instant })
  /** Its words are hidden and erased when coordinators are done with the alert, or at `dueAt`. */
  | { phase: "erasing"; dueAt: Instant }
  | {
      phase: "talking";
      with: PersonId;
      /** The name that the mentee sees. */
      name: string;
      /** When the answer window in which this talk was last heard closes. */
      closesAt: Instant;
      /** Whether both were told that the window is about to close. */
      toldClosing: boolean;
      /** The opening until which words wait because nobody reads any more today. */
      heldUntil: Instant | null;
      /** Since when the mentee waits for this supporter's first words; null once they have come. */
      silentSince: Instant | null;
      /** When either of the two last wrote. */
      lastAt: Instant;
      /** Whether the mentee was asked, after two days, if the talk goes on. */
      askedIfOver: boolean;
      /** How often somebody was told of that silence. */
      nudges: number;
    };

interface Seeking {
  since: Instant;
  /** How often the mentee was told that it takes longer, in this answer window. */
  told: number;
  /** Since when the mentee waits within the answer window. */
  openSince: Instant | null;
}

export interface Offer {
  to: PersonId;
  state: "open" | "passed" | "expired";
}

/** A sign of danger. The level is S1 to S4; the phrase itself is never stored. */
export interface Flag {
  level: number;
  rules: string[];
  at: Instant;
  /** The coordinator who raised it, and why; left out when detection did. */
  by?: string;
  reason?: string;
  /** The coordinator who cleared it, and why. */
  cleared?: { by: string; reason: string; at: Instant };
}

/** An alert that is over, for the record: who called, which rules, and how it ended; null: with the case. */
export interface PastAlert {
  by: "detection" | "mentee" | "supporter";
  rules: string[];
  at: Instant;
  outcome: AlertOutcome | null;
}

export interface Escalation {
  /** Raised by one with each new alert, so that an old card can't answer a new one. */
  version: number;
  by: PersonId | "detection" | "mentee";
  reason: Text;
  /** The rules of danger that called. */
  rules?: string[];
  at: Instant;
  takenBy: { id: PersonId; name: string; at: Instant } | null;
  /** Who saw it and has not taken it yet. */
  seenBy: { name: string; at: Instant } | null;
  /** Coordinators who can't. */
  declinedBy: PersonId[];
  /** Who writes with the mentee now; null or left out when nobody does. */
  writes?: PersonId | null;
  /** Whether a coordinator has written to the mentee since the alert. */
  wrote?: boolean;
  /** Coordinators who were shown the talk: what was on its way to them may still arrive. */
  readers?: PersonId[];
  /** Whether who took it has read the talk. */
  opened: boolean;
  /** Whether the mentee was told that somebody takes care: not when it can't reach them, or should wait. */
  menteeTold: boolean;
  /** How many reminders have gone out. */
  reminders: number;
  /** When the next reminder is due; null once it has ended. */
  remindAt: Instant | null;
  /** How it ended. */
  outcome: AlertOutcome | null;
}

/** `safe` after a talk; `passed_on` to a doctor, the police or others; `nothing` when there was no danger. */
export type AlertOutcome = "safe" | "passed_on" | "nothing";

export interface PersonState {
  schema: number;
  id: PersonId;
  site: string;
  language: Language;
  /** Null until an invitation was redeemed. */
  supporter: Supporter | null;
  /** Null until somebody was seen acting in the staff group. */
  coordinator: Coordinator | null;
  /** Invitations that this person made and that nobody has used. */
  invitations: Invitation[];
  reachable: boolean;
  /** Whether this person has opened a chat with the team bot: before that it can't write to them. */
  met: boolean;
}

export interface Coordinator {
  /** As Telegram shows it in the staff group. */
  name: string;
  onDuty: boolean;
  /** Whether this one is called at night, where the programme names somebody for it. */
  onNight?: boolean;
  /** An event that they wrote and that is not sent yet. */
  event?: string | null;
  /** Whom their words in their own chat go to, while they write with a mentee. */
  writesTo?: HeldCase | null;
  /** When they last answered a test alarm in their own chat; null: never, so nobody counts on them yet. */
  testedAt: Instant | null;
}

export interface Supporter {
  /** The name that mentees see; null while it is being asked. */
  name: string | null;
  languages: Language[];
  /** What this supporter would rather not take; nobody else sees it, and it needs no reason. */
  avoids?: Topic[];
  /** Confidentiality: which version of the text was agreed to, and when; null while it is being asked. */
  agreement: { version: number; at: Instant } | null;
  /** When a coordinator said "interviewed and trained": before that there are no offers. */
  approvedAt: Instant | null;
  /** Taken out by a coordinator, who may let them back in. */
  suspended: boolean;
  available: boolean;
  availableSince: Instant | null;
  cases: HeldCase[];
  /** Offers that were accepted and not answered by the thread yet: they count as cases. */
  reserved: CaseId[];
  /**
   * The case that words without a reply belong to, chosen by the supporter. When it is none of `cases` it has just
   * ended, and words may still be meant for it.
   */
  current: { case: CaseId; at: Instant } | null;
  /** Talks that are over, and contacts made elsewhere, whose record is not complete yet. */
  wrapUps: { case: RecordId; handle: string; answers: Partial<WrapUp>; contactAt?: Instant }[];
  /** How many contacts made elsewhere this supporter has recorded. */
  contacts?: number;
  /** Words that nobody can be sure whom they are for, until the supporter says. */
  unsent: { number: number; words: string; content?: Exclude<Content, { kind: "text" }>; origin?: Origin }[];
}

/** A supporter's record of a talk, in the columns of the organisers' register. No words. */
export interface WrapUp {
  kind: string;
  way: string;
  support: string;
  advanced: string;
}

export interface HeldCase {
  case: CaseId;
  handle: string;
}

export interface Invitation {
  role: "supporter";
  secret: string;
  expiresAt: Instant;
}

export interface SiteState {
  schema: number;
  id: SiteId;
  site: string;
  /** What coordinators opened beside the usual hours, as long as it is not over. */
  openings: ExtraOpening[];
  /** Since when mentees are let in, and who decided it. */
  live?: { at: Instant; by: string };
  /** When coordinators were last told that nothing arrives in the staff group. */
  toldUnreachableAt?: Instant;
}

export type SubjectState = ThreadState | PersonState | SiteState;
