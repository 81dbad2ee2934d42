/**
 * What is stored of a thread, a person and a site between two steps. It carries a schema number: a stored state of
 * an older one is brought up to date when it is read, so open cases survive a new version.
 */
import type { Language } from "../programmes/programme.ts";
import type { Instant } from "./calendar.ts";
import type { EarlierFinding } from "./crisis/finding.ts";
import type { Text } from "./effect.ts";
import type { ExtraOpening } from "./hours.ts";
import type { CaseId, PersonId, SiteId, ThreadId } from "./party.ts";

export const schema = 1;

export type ThreadChannel = "messenger" | "telegram";
export type AgeBucket = "under15" | "15to17" | "18plus";

export interface ThreadState {
  schema: number;
  id: ThreadId;
  site: string;
  channel: ThreadChannel;
  language: Language;
  /** Whether the mentee chose the language; until then it follows what they write. */
  languageChosen: boolean;
  /** The mentee is only ever shown to others by this. */
  handle: string;
  consent: { version: number; at: Instant; language: Language } | null;
  age: AgeBucket | null;
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
  /** Who had the last talk: asked first when the mentee comes back. */
  lastSupporter: PersonId | null;
  /** They asked to be left alone: nothing but urgent words is sent until they write again. */
  quiet: boolean;
  /** A coordinator does not let this mentee write to supporters for now; the numbers are still shown. */
  barred: { until: Instant; told: boolean } | null;
  /** What was written must not be deleted before then; see `hold.ts`. */
  legalHold?: LegalHold | null;
  case: Case | null;
}

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
      question: "consent" | "age";
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
}

export interface Escalation {
  /** Raised by one with each new alert, so that an old card can't answer a new one. */
  version: number;
  by: PersonId | "detection" | "mentee";
  reason: Text;
  at: Instant;
  takenBy: { id: PersonId; name: string; at: Instant } | null;
  /** Who saw it and has not taken it yet. */
  seenBy: { name: string; at: Instant } | null;
  /** Coordinators who can't. */
  declinedBy: PersonId[];
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
  /** When they last answered a test alarm in their own chat; null: never, so nobody counts on them yet. */
  testedAt: Instant | null;
}

export interface Supporter {
  /** The name that mentees see; null while it is being asked. */
  name: string | null;
  languages: Language[];
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
  /** Talks that are over and whose record is not complete yet. */
  wrapUps: { case: CaseId; handle: string; answers: Partial<WrapUp> }[];
  /** Words that nobody can be sure whom they are for, until the supporter says. */
  unsent: { number: number; words: string }[];
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
}

export type SubjectState = ThreadState | PersonState | SiteState;
