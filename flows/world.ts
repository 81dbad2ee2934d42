/** What a step may know of everything around it. The shell puts it together anew for each step. */

import type { MediaLimits } from "../adapters/content.ts";
import type { Language, Programme, Site } from "../programmes/programme.ts";
import type { Instant } from "./calendar.ts";
import type { ExtraOpening } from "./hours.ts";
import type { CaseId, PersonId, ThreadId } from "./party.ts";
import type { ThreadChannel, Topic } from "./state.ts";

export interface World {
  now: Instant;
  programme: Programme;
  site: Site;
  /** The sites that mentees are let in to: those of the others are told that it is not open yet. */
  liveSites: readonly string[];
  /** What a coordinator who wants to open must know; null for everything else. */
  readiness: Readiness | null;
  /** Openings that a coordinator made at run time. */
  openings: ExtraOpening[];
  /** 32 hexadecimal digits, new for each step: for handles and secrets. */
  random: string;
  /** Everybody of the site who answers mentees, also those who are not available now; for coordinators' commands, too. */
  supporters: SupporterView[];
  /** Everybody of the site who was seen acting in the staff group and can be written to. */
  coordinators: CoordinatorView[];
  /** The thread whose handle a coordinator named in a command. */
  named: ThreadId | null;
  /** Threads of the site that wait for a supporter, longest wait first. */
  waiting: ThreadId[];
  /** When the mentees of the acting supporter's cases last wrote. */
  heard: Partial<Record<CaseId, Instant>>;
  /** What each kind of channel does with files; a kind that is not configured is missing. */
  media: Partial<Record<ThreadChannel, MediaLimits>>;
  /** How long after the mentee's last words Messenger lets a bot and a person write; null without Messenger. */
  messengerWindow: { bot: number; person: number } | null;
  /** Threads of the site that want to hear of events; for the coordinator who announces one. */
  eventListeners: ThreadId[];
  /** Where supporters can send somebody when nothing is urgent. */
  referrals: { id: string; name: string }[];
  /** Where mentees find us on Telegram, for those whom Messenger keeps us from; null when nowhere. */
  publicLink: string | null;
  /** What a redeemable link begins with, for invitations to the team bot. */
  teamLink: string | null;
}

/** The languages spoken where a step happens: the site's own, or all of the programme. */
export function languagesOf({ site, programme }: Pick<World, "site" | "programme">): readonly Language[] {
  return site.languages ?? programme.languages;
}

/** A supporter, as far as a thread may know: from it an offer is made. */
export interface SupporterView {
  id: PersonId;
  name: string;
  languages: Language[];
  /** Topics that somebody else is asked for first. */
  avoids: Topic[];
  available: boolean;
  openCases: number;
  availableSince: Instant | null;
}

/** How a site stands before its first mentee is let in. */
export interface Readiness {
  /** Whether each configured channel took its token. */
  channels: { name: string; answers: boolean }[];
  /** Whether the service answers at its public address; null where it has none. */
  reachable: boolean | null;
  /** Whether it is known which group the staff group is, and whether we may write there. */
  staffGroup: "unknown" | "unreachable" | "reachable";
  /** Coordinators who can be called in their own chat and have answered a test alarm. */
  testedCoordinators: number;
  trainedSupporters: number;
  /** Whether the hours are decided. */
  hours: boolean;
  emergencyNumbers: boolean;
  /** Whether every helpline that is shown was checked lately. */
  helplinesVerified: boolean;
  /** Whether everything is there in every language of the programme. */
  texts: boolean;
}

/** A coordinator, as far as a thread may know: whom an alert can reach beside the staff group. */
export interface CoordinatorView {
  id: PersonId;
  name: string;
  onDuty: boolean;
  /** Called at night, where the programme names somebody for it. */
  onNight: boolean;
  /** Whether they have answered a test alarm: nobody counts on those who have not. */
  tested: boolean;
}
