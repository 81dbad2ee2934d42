/** What can happen to a thread, a person or a site. Everything that comes in is one of these. */
import type { Content } from "../adapters/content.ts";
import type { Instant } from "./calendar.ts";
import type { Finding } from "./crisis/finding.ts";
import type { CaseId, PersonId } from "./party.ts";
import type { AlertOutcome } from "./state.ts";

/** Where words stand in their author's own chat, as its platform counts; what they answer there. */
export interface Origin {
  message: string;
  answers: string | null;
}

export type ThreadInput =
  | {
      input: "mentee_wrote";
      content: Content;
      origin?: Origin;
      finding: Finding | null;
      /** Whether the words were looked at; a failure is itself told to the coordinators. */
      detection: "done" | "failed";
    }
  | {
      input: "mentee_edited";
      content: Content;
      origin?: Origin;
      finding: Finding | null;
      detection: "done" | "failed";
    }
  /** A sign put on words, or taken back; `message` is what they are called in the chat of who put it there. */
  | { input: "mentee_reacted"; message: string; emoji: string | null }
  | { input: "mentee_chose"; payload: string }
  /** The first contact by a link or a start button. */
  | { input: "mentee_started"; parameter: string | null }
  | { input: "mentee_blocked" }
  | { input: "mentee_unblocked" }
  /** Somebody answered in the Page inbox instead of the relay. */
  | { input: "page_wrote"; content: Content }
  | { input: "woke" }
  | { input: "undelivered"; to: Undelivered; why: WhyUndelivered }
  /** A supporter pressed or wrote something about this thread; `name` is the one that mentees see. */
  | { input: "accepted"; case: CaseId; by: PersonId; name: string }
  /** `knows` them: then never again. */
  | { input: "passed"; case: CaseId; by: PersonId; knows: boolean }
  | { input: "supporter_wrote"; case: CaseId; by: PersonId; content: Content; origin?: Origin }
  /** `message` is what the words are called in the supporter's chat; null for the last ones. */
  | { input: "supporter_undid"; case: CaseId; by: PersonId; message: string | null }
  /** What became of that. */
  | { input: "taken_back"; by: PersonId; done: boolean }
  | { input: "supporter_reacted"; case: CaseId; by: PersonId; message: string; emoji: string | null }
  | { input: "supporter_edited"; case: CaseId; by: PersonId; content: Content; origin: Origin }
  | {
      input: "supporter_pressed";
      case: CaseId;
      by: PersonId;
      button: "end" | "hand_on" | "knows" | "send_held" | "hold" | "refer";
      /** Of `refer`: the place. */
      detail?: string;
    }
  /** A coordinator writes with the mentee from their own chat. */
  | { input: "coordinator_wrote"; case: CaseId; by: PersonId; content: Content; origin?: Origin }
  /** They write with somebody else now. */
  | { input: "coordinator_stops"; case: CaseId; by: PersonId }
  /** A coordinator raises a flag of this level, or, null, clears what stands. */
  | { input: "flagged_by_hand"; level: number | null; by: string; reason: string }
  /** Word of an event. */
  | { input: "event"; words: string }
  /** The guardian authority agrees, says a coordinator. */
  | { input: "guardian_agreed"; by: string }
  /** Somebody is no coordinator any more. */
  | { input: "coordinator_gone"; by: PersonId }
  /** A coordinator wants to give the case to somebody; has given it; makes a standing pair, or ends it. */
  | { input: "give_asked" }
  | { input: "given"; case: CaseId; to: PersonId; by: string }
  | { input: "paired"; with: PersonId | null; name: string; by: string }
  | { input: "supporter_escalated"; case: CaseId; by: PersonId; reason: string | null }
  /** Somebody became free, so that whoever waits is looked at again. */
  | { input: "supporter_free"; by: PersonId }
  /** Somebody can't be reached any more. */
  | { input: "supporter_gone"; by: PersonId }
  /** The mentee has not been heard of for long: everything of them is to be forgotten. */
  | { input: "forget" }
  /** A coordinator does not let this mentee write to supporters for so many days; 0 lets them again. */
  | { input: "barred"; days: number; by: string; reason: string }
  /** A coordinator keeps what was written from being deleted, for so many days; 0 ends it. */
  | { input: "legal_hold"; days: number; by: string; reason: string }
  /** A coordinator gives a silent supporter's case to somebody else. */
  | { input: "offered_again"; case: CaseId; by: PersonId }
  /** A coordinator answered an alert's card. */
  | {
      input: "alert_answered";
      case: CaseId;
      version: number;
      by: PersonId;
      name: string;
      answer: AlertAnswer;
    };

/**
 * `take_quietly` keeps it from the mentee; `read` shows the talk to who took it; `write` lets them write with the
 * mentee, `quiet` ends that; `decline` calls the next one; the others are how it ended.
 */
export type AlertAnswer =
  | "take"
  | "read"
  | "write"
  | "quiet"
  | "take_quietly"
  | "seen"
  | "decline"
  | AlertOutcome;

/**
 * The reader blocked us or is gone; the messaging window is closed; the platform will never take it. Of a file: it is
 * not there any more, it is too big, it can't be opened safely; the words that came with it did arrive.
 */
export type WhyUndelivered = "blocked" | "window_closed" | "refused" | WhyFileLost;
export type WhyFileLost = "file_gone" | "file_too_large" | "file_refused";

/** Whose words, or whether the bot's, did not arrive, and with whom. */
export interface Undelivered {
  author: "bot" | "mentee" | PersonId;
  reader: "mentee" | "staff" | PersonId;
}

export type PersonInput =
  | {
      input: "wrote";
      by: PersonId;
      content: Content;
      origin?: Origin;
      /** The case of the message that this one replies to; null when it is no reply, or to nothing of a case. */
      about: CaseId | "unknown" | null;
      where: "private" | "staff_group";
      /** Of which site the staff group is. */
      site?: string;
      /** The name that Telegram shows for a team member. */
      senderName: string | null;
      coordinator: boolean;
    }
  /** `about` is the case of the words that the sign was put on. */
  | { input: "reacted"; about: CaseId; message: string; emoji: string | null }
  /** `about` is the case that the words went to before they were changed; null when they went nowhere. */
  | { input: "edited"; by: PersonId; content: Content; about: CaseId | null; origin: Origin }
  | {
      input: "chose";
      payload: string;
      where: "private" | "staff_group";
      /** Of which site the staff group is. */
      site?: string;
      senderName: string | null;
      /** Whether the platform says, now, that this person is in the staff group; null when it could not be asked. */
      coordinator: boolean | null;
    }
  | { input: "started"; parameter: string | null; senderName: string | null }
  /** Not in the staff group any more. */
  | { input: "left_staff_group" }
  /** This person took the bot out of the staff group of a site. */
  | { input: "staff_group_lost"; site?: string }
  /** This person removed another one from the staff group. */
  | { input: "removed_from_staff_group"; member: PersonId }
  /** A coordinator lets this supporter begin, or back in; keeps them away for now; takes them out. */
  | { input: "approved" | "suspended" | "removed"; by: string }
  /** Another coordinator tries whether everybody can be called. */
  | { input: "alarm_test" }
  | { input: "blocked" }
  | { input: "unblocked" }
  | { input: "woke" }
  | { input: "undelivered"; to: Undelivered; why: WhyUndelivered }
  /** A case is given without an offer: by a coordinator of this name, or, null, because the two are a pair. */
  | { input: "case_assigned"; case: CaseId; handle: string; by: string | null }
  /** This coordinator's words go to a mentee from now on, or no longer. */
  | { input: "may_write"; case: CaseId; handle: string }
  | { input: "may_not_write"; case: CaseId }
  /** What threads answer. */
  | { input: "case_given"; case: CaseId; handle: string }
  | { input: "case_refused"; case: CaseId; why: "taken" | "closed" | "withdrawn" }
  /** `closed` when it is over for everybody, and not only for this supporter. */
  | { input: "case_ended"; case: CaseId; closed: boolean }
  /** What the person who invited answers, and asks. */
  | { input: "redeem"; secret: string; by: PersonId }
  | { input: "invitation_valid"; role: "supporter"; site: string }
  | { input: "invitation_refused"; why: "used" | "expired" | "unknown" };

export type SiteInput =
  | { input: "woke" }
  | { input: "undelivered"; to: Undelivered; why: WhyUndelivered }
  /** A coordinator opens now, for so many minutes. */
  | { input: "open"; minutes: number; by: string; reason: string }
  /** A coordinator lets mentees in from now on. */
  | { input: "go_live"; by: string }
  /** Something for the staff group did not arrive there. */
  | { input: "staff_group_unreachable" }
  /** Something that coordinators must know and that belongs to no case. */
  | { input: "notice"; notice: SiteNotice };

export type SiteNotice =
  | { notice: "update_set_aside"; handle: string | null }
  | { notice: "channel_paused"; channel: string }
  | { notice: "channel_resumed"; channel: string }
  | { notice: "subscribed_again"; minutes: number }
  /** This is the staff group from now on, says an administrator of it who had the code. */
  | { notice: "group_claimed"; name: string }
  /** A supporter calls, and it is not clear yet about whom. */
  | { notice: "supporter_calls"; name: string; reason: string | null }
  /** What retention has deleted. */
  | { notice: "swept"; cases: number; people: number }
  /** Who opened which talk in a month. */
  | { notice: "opened"; from: Instant; to: Instant; opened: OpenedTalk[] }
  /** Helplines that nobody has checked for long. */
  | { notice: "helplines_due"; names: string }
  /** A backup was put back, and what had been erased since is erased again. */
  | { notice: "erased_again"; count: number };

export interface OpenedTalk {
  at: Instant;
  /** Null when they are not in the team any more. */
  by: string | null;
  /** Null when the mentee was forgotten since. */
  handle: string | null;
  why: string;
}

export type Input = ThreadInput | PersonInput | SiteInput;
