/** Puts together what a step may know of everything around it. */
import { randomBytes } from "node:crypto";
import type { ExtraOpening } from "../flows/hours.ts";
import type { Input } from "../flows/input.ts";
import {
  type CaseId,
  isThread,
  type PersonId,
  parseCase,
  type SubjectId,
  type ThreadId,
} from "../flows/party.ts";
import type { PersonState, SubjectState, ThreadState } from "../flows/state.ts";
import { missingOf } from "../flows/team.ts";
import type { CoordinatorView, Readiness, SupporterView, World } from "../flows/world.ts";
import type { Subjects } from "../models/subjects.ts";
import type { Language, Programme, Site } from "../programmes/programme.ts";
import type { Clock } from "./clock.ts";
import { liveSites } from "./live.ts";
import type { SubjectCache } from "./subject-cache.ts";

/** How many hear of one event. */
const mostListeners = 2000;
/** How many waiting threads are told at once that somebody is free. */
const toldAtOnce = 20;

export class Worlds {
  readonly #programme: Programme;
  readonly #clock: Clock;
  readonly #subjects: Subjects;
  readonly #cache: SubjectCache;
  readonly #teamLink: () => Promise<string | null>;
  readonly #publicLink: () => Promise<string | null>;
  readonly #media: World["media"];
  readonly #referrals: (country: string) => World["referrals"];
  readonly #messengerWindow: World["messengerWindow"];
  readonly #readiness: (site: Site) => Promise<Readiness>;
  #link: string | null = null;
  #asksForLink = false;
  /** What coordinators opened beside the usual hours, by site. */
  readonly #openings = new Map<string, ExtraOpening[]>();
  /** Sites that mentees are let in to. */
  readonly #live = new Set<string>();
  /** Everybody of the team, by site. */
  readonly #team = new Map<string, Map<PersonId, TeamMember>>();
  /** The same as steps see it; made anew when somebody of the site has changed. */
  readonly #views = new Map<string, Pick<World, "supporters" | "coordinators">>();

  constructor(parts: {
    programme: Programme;
    clock: Clock;
    subjects: Subjects;
    cache: SubjectCache;
    /** What an invitation's link begins with; null when the platform can't be asked. */
    teamLink: () => Promise<string | null>;
    /** Where mentees find us on Telegram. */
    publicLink: () => Promise<string | null>;
    /** What the channels do with files. */
    media: World["media"];
    messengerWindow: World["messengerWindow"];
    referrals: (country: string) => World["referrals"];
    /** Whether a site can let mentees in. */
    readiness: (site: Site) => Promise<Readiness>;
  }) {
    this.#media = parts.media;
    this.#programme = parts.programme;
    this.#clock = parts.clock;
    this.#subjects = parts.subjects;
    this.#cache = parts.cache;
    this.#teamLink = parts.teamLink;
    this.#publicLink = parts.publicLink;
    this.#messengerWindow = parts.messengerWindow;
    this.#referrals = parts.referrals;
    this.#readiness = parts.readiness;
  }

  /** Reads who is in the team; at the start of each tenure, later changes come by `noteCommit`. */
  async load(): Promise<void> {
    this.#knownLink();
    this.#team.clear();
    this.#views.clear();
    this.#openings.clear();
    this.#live.clear();
    for (const { id } of this.#programme.sites) {
      const site = (await this.#subjects.load([`s${id}`])).get(`s${id}`);
      if (site) this.noteCommit(site.state);
      for (const subject of await this.#subjects.team(id)) this.noteCommit(subject.state);
    }
    const live = await liveSites(this.#programme, this.#subjects, this.#clock.now());
    for (const site of live) this.#live.add(site);
  }

  /** A person's step may have changed who is available, or who can be called. */
  noteCommit(state: SubjectState): void {
    if ("openings" in state) {
      this.#openings.set(state.site, state.openings);
      if (state.live) this.#live.add(state.site);
    }
    if (!("supporter" in state)) return;
    const { id, language } = state;
    for (const [known, members] of this.#team) if (known !== state.site) members.delete(id);
    const site = this.#team.get(state.site) ?? new Map<PersonId, TeamMember>();
    if (state.supporter || state.coordinator) {
      site.set(id, { language, supporter: supporterView(state), coordinator: coordinatorView(state) });
    } else {
      site.delete(id);
    }
    this.#team.set(state.site, site);
    this.#views.delete(state.site);
  }

  site(id: string): Site {
    const site = this.#programme.sites.find((known) => known.id === id) ?? this.#programme.sites[0];
    if (!site) throw new Error("a programme without a site");
    return site;
  }

  /**
   * Where a subject belongs. A mentee who has not said so yet, in a programme with several sites, is in no country: the
   * first site's people look after them, but no numbers are guessed.
   */
  siteOf(state: SubjectState | null, subject: SubjectId): Site {
    // A site's own subject says which one it is by its id, also before it has a state.
    const site = this.site(state?.site ?? subject.slice(1));
    const placed = state !== null && "channel" in state && state.placed === true;
    return isThread(subject) && !placed ? unplaced(this.#programme, site) : site;
  }

  /** The language of a team member. */
  languageOf(site: string, id: PersonId): Language {
    return this.#team.get(site)?.get(id)?.language ?? this.staffLanguage(site);
  }

  /** The language of a site's staff group. */
  staffLanguage(site: string): Language {
    return this.site(site).languages?.[0] ?? this.#programme.languages[0] ?? "en";
  }

  /** The world of one step. `state` is null for a subject that does not exist yet. */
  async of(state: SubjectState | null, subject: SubjectId, input: Input | null): Promise<World> {
    const group = input && "site" in input ? input.site : undefined;
    const site = group === undefined ? this.siteOf(state, subject) : this.site(group);
    const person = state && "supporter" in state ? state : null;
    const { supporters, coordinators } = this.#view(site.id);
    return {
      now: this.#clock.now().getTime(),
      programme: this.#programme,
      site,
      liveSites: [...this.#live],
      readiness: input && isGoLive(input) ? await this.#readiness(site) : null,
      openings: this.#openings.get(site.id) ?? [],
      media: this.#media,
      random: randomBytes(16).toString("hex"),
      supporters: isThread(subject) || (input && isStaffCommand(input)) ? supporters : [],
      coordinators,
      named: input && isStaffCommand(input) ? await this.#named(input) : null,
      waiting: input && looksForWaiting(input) ? await this.#waiting(site.id) : [],
      eventListeners: input && isAboutEvents(input) ? await this.#eventListeners(site.id) : [],
      heard: person?.supporter && input?.input === "wrote" ? await this.#heard(person) : {},
      messengerWindow: this.#messengerWindow,
      referrals: this.#referrals(site.country),
      publicLink: isOnMessenger(state, subject) ? this.#knownLink() : null,
      teamLink: input && isStaffCommand(input) ? await this.#teamLink() : null,
    };
  }

  #view(site: string): Pick<World, "supporters" | "coordinators"> {
    const known = this.#views.get(site);
    if (known) return known;
    const team = [...(this.#team.get(site)?.values() ?? [])];
    const view = {
      supporters: team.flatMap(({ supporter }) => supporter ?? []),
      coordinators: team.flatMap(({ coordinator }) => coordinator ?? []),
    };
    this.#views.set(site, view);
    return view;
  }

  /** A step for Messenger never waits for Telegram: as long as the link is not known, it is left out. */
  #knownLink(): string | null {
    if (this.#link === null && !this.#asksForLink) {
      this.#asksForLink = true;
      void this.#publicLink().then((link) => {
        this.#link = link;
        this.#asksForLink = false;
      });
    }
    return this.#link;
  }

  /** The thread whose handle stands at the beginning of what follows a command. */
  async #named(input: Command): Promise<ThreadId | null> {
    const { content } = input;
    const handle = content.kind === "text" ? /^\/\S+\s+(\p{L}+ \p{L}+ \d+)/u.exec(content.text)?.[1] : null;
    const found = handle ? await this.#subjects.byHandle(handle) : null;
    return found && isThread(found) ? found : null;
  }

  async #eventListeners(site: string): Promise<ThreadId[]> {
    const listeners = await this.#subjects.eventListeners(site, mostListeners);
    return listeners.filter(isThread);
  }

  async #waiting(site: string): Promise<ThreadId[]> {
    const waiting = await this.#subjects.waiting(site, toldAtOnce);
    return waiting.filter(isThread);
  }

  /** When the mentees of a supporter's cases last wrote; only needed when there are several. */
  async #heard({ supporter }: PersonState): Promise<Partial<Record<CaseId, number>>> {
    const heard: Partial<Record<CaseId, number>> = {};
    if (!supporter || supporter.cases.length < 2) return heard;
    for (const { case: id } of supporter.cases) {
      const thread = parseCase(id)?.thread;
      const subject = thread ? await this.#cache.get(thread) : null;
      const at = (subject?.state as ThreadState | undefined)?.heardAt;
      if (at) heard[id] = at;
    }
    return heard;
  }
}

/** No country has this code: only the directories are shown. */
const nowhere = "fallback";

/** A site as somebody sees it of whom it is not known which one is theirs; of several sites none's numbers are guessed. */
export function unplaced({ name, languages, sites }: Programme, site: Site): Site {
  return sites.length === 1 ? site : { ...site, name, country: nowhere, languages };
}

interface TeamMember {
  language: Language;
  supporter: SupporterView | null;
  coordinator: CoordinatorView | null;
}

/** Only who has opened a chat with the team bot can be called there. */
function coordinatorView({ id, coordinator, met, reachable }: PersonState): CoordinatorView | null {
  if (!coordinator || !met || !reachable) return null;
  const { name, onDuty, onNight = false, testedAt } = coordinator;
  return { id, name, onDuty, onNight, tested: testedAt !== null };
}

function isOnMessenger(state: SubjectState | null, subject: SubjectId): boolean {
  return isThread(subject) && state !== null && "channel" in state && state.channel === "messenger";
}

function supporterView({ id, supporter, reachable }: PersonState): SupporterView | null {
  if (!supporter) return null;
  return {
    id,
    name: supporter.name ?? "",
    languages: supporter.languages,
    avoids: supporter.avoids ?? [],
    available: supporter.available && supporter.name !== null && missingOf(supporter) === null && reachable,
    openCases: supporter.cases.length + supporter.reserved.length,
    availableSince: supporter.availableSince,
  };
}

/** Whether somebody may have become free by this input. */
function looksForWaiting(input: Input): boolean {
  if (input.input === "case_ended" || input.input === "case_refused" || input.input === "open") return true;
  return isCommand(input) && input.where === "private";
}

/** Whether a coordinator writes of an event, or sends it. */
function isAboutEvents(input: Input): boolean {
  if (input.input === "chose")
    return input.where === "staff_group" && input.payload.startsWith("staff:event:");
  return isStaffCommand(input);
}

type Command = Extract<Input, { input: "wrote" }>;

function isStaffCommand(input: Input): input is Command {
  return isCommand(input) && input.where === "staff_group";
}

function isGoLive(input: Input): boolean {
  return isStaffCommand(input) && input.content.kind === "text" && /^\/golive\b/i.test(input.content.text);
}

function isCommand(input: Input): input is Command {
  return input.input === "wrote" && input.content.kind === "text" && input.content.text.startsWith("/");
}
