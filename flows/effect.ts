/** What a step wants to happen. Effects name parties, never addresses; the bot's words are keys, never strings. */

import type { TextKey } from "../locales/texts.ts";
import type { Language } from "../programmes/programme.ts";
import type { Instant } from "./calendar.ts";
import type { Danger } from "./helplines.ts";
import type { PersonInput, SiteInput, ThreadInput } from "./input.ts";
import type { CaseId, Party, PersonId, RecordId, SiteId, ThreadId } from "./party.ts";
import type { PastAlert, WrapUp } from "./state.ts";

/** Words of the bot: a key of `locales/en.json` and what stands in its holes. */
export interface Text {
  key: TextKey;
  with?: Record<string, Hole>;
}

/**
 * What can stand in a hole: a name or number as it is, another text, a time in the reader's words and the site's
 * zone, a language's own name, or the emergency numbers and helplines that answer now.
 */
export type Hole =
  | string
  | number
  | Text
  | { time: Instant; as: "time" | "day" | "day_and_time" | "date" }
  | { language: Language }
  /** A text in another language than the reader's own. */
  | { say: Text; in: Language }
  /** A sentence of the programme's file, in the languages that it has there. */
  | { words: Partial<Record<Language, string>> }
  | {
      /** The number to call in danger; one line for any hour; a card of at most four lines; everything there is. */
      helplines: "emergency" | "line" | "card" | "all";
      /** What they are shown for; left out when nothing points to danger. */
      danger?: Danger;
    }
  /** A place that helps, but not at once, by its id in the helplines of the country. */
  | { referral: string };

export interface Choice {
  label: Text;
  /** `<flow>:<action>[:<id>[:<version>]]`, at most 64 bytes. */
  payload: string;
}

/** A message that is changed later instead of being followed by another one; unique in its thread and chat. */
export type CardName = string;

/** Words of a person, under the name that the reader may know; `only` when what came with them stays behind. */
export interface PassedOn {
  name: string | Text;
  only?: "words";
}

/** Everything that is stored of a mentee, as a page or for programs; the register of a month, `2026-11`. */
export type MadeFile =
  | { file: "my_data"; thread: ThreadId; as: "html" | "json" }
  | { file: "register"; site: string; month: string };

export type Effect =
  /** The bot speaks. `urgent` goes ahead of everything that waits for the same reader; `silent` rings no bell. */
  | {
      effect: "say";
      to: Party;
      text: Text;
      choices?: Choice[];
      card?: CardName;
      urgent?: true;
      silent?: true;
    }
  /** The card that this reader has now says something else. Where there is none, nothing happens. */
  | { effect: "change"; to: Party; card: CardName; text: Text; choices?: Choice[] }
  /** The words of this input go to a person, unaltered, under the name that the reader may know. */
  | ({ effect: "relay"; to: Party } & PassedOn)
  /** The same words, which go or wait elsewhere, also to a coordinator who writes with the mentee. */
  | ({ effect: "copy"; to: Party } & PassedOn)
  /** Words of who acted are taken back from the reader's chat; the last ones when `message` is null. */
  | { effect: "take_back"; to: Party; message: string | null }
  /** The sign of this input is put on the same words in the reader's chat, or taken back there. */
  | { effect: "react"; to: Party; name: string }
  /** The words of this input wait, for whoever will be the supporter or for the mentee. */
  | ({ effect: "hold"; for: "supporter" | "mentee" } & PassedOn)
  /** The words of this input were meant for the bot; they stay in the stored exchange. */
  | { effect: "keep" }
  /**
   * Stored words are shown once more, the last ones of a case: `unread` are those of the mentee that reached an earlier
   * supporter, `talk` is what both wrote. Who opened a talk, and why, is noted.
   */
  | { effect: "show"; to: Party; case: CaseId; what: "unread" | "talk"; last: number; why: string }
  /** A second route for an alert, past Telegram: ids and the nickname only. */
  | { effect: "alert"; case: CaseId; version: number; handle: string; what: "raised" | "reminder" }
  /** All words that wait for this reader go on now, in order. */
  | { effect: "release"; to: Party }
  /** The mentee's words that have not left yet for this reader wait again. */
  | { effect: "recall"; from: Party }
  /** The mentee's words that wait are forgotten. */
  | { effect: "forget_held" }
  /**
   * Every stored word of these cases is deleted, also from the chats of those who read it, as far as a platform can;
   * `everything` when nothing is left of the mentee.
   */
  | { effect: "erase"; cases: CaseId[]; everything: boolean }
  /** A file that is made when it is sent; `text` stands with it. */
  | { effect: "file"; to: Party; made: MadeFile; text: Text }
  /** Where the mentee is reached is forgotten, until they write again. */
  | { effect: "forget_chat" }
  /** The words of a case leave the chats of those who read it, and stay stored. */
  | { effect: "hide"; case: CaseId }
  | { effect: "tell"; subject: ThreadId; input: ThreadInput }
  | { effect: "tell"; subject: PersonId; input: PersonInput }
  | { effect: "tell"; subject: SiteId; input: SiteInput }
  /** What the supporter says of a closed case, for its record. */
  | { effect: "wrap_up"; case: RecordId; answers: WrapUp }
  /** What remains of a closed case. */
  | { effect: "record"; record: CaseRecord };

/** A closed case without a word of what was said. */
export interface CaseRecord {
  /** A case; or, of a contact made elsewhere, `<supporter>.<number>`. */
  case: RecordId;
  site: string;
  handle: string;
  channel: "messenger" | "telegram" | "elsewhere";
  language: Language;
  openedAt: Instant;
  talkingAt: Instant | null;
  closedAt: Instant;
  supporter: PersonId | null;
  closedBy: "mentee" | "supporter" | "coordinator" | "service";
  wordsIn: number;
  wordsOut: number;
  escalated: boolean;
  highestFlag: number;
  /** Alerts that are over, and how each ended. */
  alerts: PastAlert[];
}
