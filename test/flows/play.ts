/**
 * A conversation played through the engine alone: people say and tap, the clock moves, and everything that anybody
 * would read is written down. Every state is written to text and read back between two steps.
 */

import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import type { Content } from "../../adapters/content.ts";
import { mediaLimits as messengerMedia } from "../../adapters/messenger/files.ts";
import { mediaLimits as telegramMedia } from "../../adapters/telegram/files.ts";
import { createHelplineWords, referralsByCountry } from "../../bot/helplines.ts";
import { createPhrase } from "../../bot/phrase.ts";
import { countPeople } from "../../bot/readiness.ts";
import { type CalendarDate, instantOf } from "../../flows/calendar.ts";
import { wordsIn } from "../../flows/content.ts";
import type { Finding } from "../../flows/crisis/finding.ts";
import type { Choice, Effect, Text } from "../../flows/effect.ts";
import type { Input, PersonInput, SiteInput, ThreadInput } from "../../flows/input.ts";
import { inLineSince } from "../../flows/offer.ts";
import {
  type CaseId,
  isPerson,
  isThread,
  type Party,
  type PersonId,
  type SubjectId,
  type ThreadId,
} from "../../flows/party.ts";
import type { PersonState, SiteState, SubjectState, ThreadState } from "../../flows/state.ts";
import { newPerson, newSite, newThread, stepPerson, stepSite, stepThread, wakeAt } from "../../flows/step.ts";
import type { World } from "../../flows/world.ts";
import { loadTexts } from "../../locales/texts.ts";
import { languages, type Programme, type Site } from "../../programmes/programme.ts";
import { oslo } from "./programmes.ts";

const referrals = referralsByCountry();
const phrase = createPhrase(loadTexts(languages), createHelplineWords());

interface Shown {
  words: string;
  choices: Choice[];
  card: string | null;
}

/** What one reader has on the screen. */
type Screen = Shown[];

export class Play {
  readonly programme: Programme;
  readonly states = new Map<SubjectId, SubjectState>();
  readonly effects: Effect[] = [];
  readonly #screens = new Map<string, Screen>();
  readonly #names = new Map<SubjectId, string>();
  readonly #lines: string[] = [];
  readonly #held: { subject: ThreadId; for: "supporter" | "mentee"; words: string }[] = [];
  #now: number;
  #steps = 0;
  /** What is being written in the staff group. */
  #command = "";

  constructor(at: string, programme: Programme = oslo) {
    this.programme = programme;
    this.#now = this.#instant(at);
    this.#note(`— ${at}`);
  }

  get now(): number {
    return this.#now;
  }

  /** What was read by whom, in order. */
  get transcript(): string {
    return `${this.#lines.join("\n")}\n`;
  }

  mentee(name: string, channel: ThreadState["channel"] = "telegram"): Mentee {
    const id: ThreadId = `t${name.toLowerCase()}`;
    this.#names.set(id, name);
    if (!this.states.has(id)) this.states.set(id, newThread(id, channel, undefined, this.#world(id)));
    return new Mentee(this, id, name);
  }

  /** A person of the team bot; `named` makes a supporter of them, ready to be available. */
  person(name: string, supporter: { available: boolean } | null = null): TeamMember {
    const id: PersonId = `p${name.toLowerCase()}`;
    this.#names.set(id, name);
    if (!this.states.has(id)) {
      const state = newPerson(id, undefined, this.#world(id));
      if (supporter) {
        state.supporter = {
          name,
          languages: [...this.programme.languages],
          agreement: { version: 1, at: this.#now },
          approvedAt: this.#now,
          suspended: false,
          available: supporter.available,
          availableSince: supporter.available ? this.#now : null,
          cases: [],
          reserved: [],
          current: null,
          wrapUps: [],
          unsent: [],
        };
      }
      this.states.set(id, state);
    }
    return new TeamMember(this, id, name);
  }

  supporter(name: string): TeamMember {
    return this.person(name, { available: true });
  }

  /** Moves the clock to a local time, waking on the way whoever wants to be woken. */
  until(at: string): void {
    this.#moveTo(this.#instant(at));
    this.#note(`— ${at}`);
  }

  /** Lets milliseconds pass. */
  pass(milliseconds: number): void {
    this.#moveTo(this.#now + milliseconds);
  }

  #moveTo(end: number): void {
    if (end < this.#now) throw new Error("the clock only goes forward");
    for (;;) {
      const next = this.#nextAlarm();
      if (!next || next.at > end) break;
      this.#now = Math.max(this.#now, next.at);
      this.#note(`— ${this.#clock()} (alarm)`);
      this.apply(next.id, { input: "woke" });
    }
    this.#now = end;
  }

  /** Applies an input, and everything that it makes subjects tell each other. */
  apply(id: SubjectId, input: Input): void {
    const queue: { id: SubjectId; input: Input }[] = [{ id, input }];
    for (let at = queue.shift(); at; at = queue.shift()) {
      const { effects, words } = this.#step(at.id, at.input);
      for (const effect of effects) {
        this.effects.push(effect);
        if (effect.effect === "tell") queue.push({ id: effect.subject, input: effect.input });
        else this.#show(at.id, effect, words);
      }
    }
  }

  /** The state of a subject, as it would be read from the database. */
  thread(id: ThreadId): ThreadState {
    return this.states.get(id) as ThreadState;
  }

  /** Finds a button on a screen by its label, newest first. */
  payload(reader: string, label: string): string {
    for (const { choices } of [...this.#screen(reader)].reverse()) {
      for (const { label: text, payload } of choices) if (this.#words(text, reader) === label) return payload;
    }
    throw new Error(`there is no button "${label}" for ${reader}\n${this.transcript}`);
  }

  /** What a reader was shown last. */
  last(reader: string): string {
    return this.#screen(reader).at(-1)?.words ?? "";
  }

  note(text: string): void {
    this.#note(text);
  }

  #step(id: SubjectId, input: Input): { effects: Effect[]; words: string } {
    if (id.startsWith("s") && !this.states.has(id)) this.states.set(id, newSite(`s${id.slice(1)}`));
    const stored = this.states.get(id);
    if (!stored) return { effects: [], words: "" };
    const state = JSON.parse(JSON.stringify(stored)) as SubjectState;
    this.#command = input.input === "wrote" && input.content.kind === "text" ? input.content.text : "";
    const before = JSON.stringify(state);
    const world = this.#world(id, "site" in input ? input.site : undefined);
    const stepped = step(state, input, world);
    if (JSON.stringify(state) !== before) throw new Error("a step changed the state it was given");
    for (const { payload } of choicesOf(stepped.effects)) {
      if (Buffer.byteLength(payload) > 64)
        throw new Error(`a button of ${Buffer.byteLength(payload)} bytes: ${payload}`);
    }
    this.states.set(id, JSON.parse(JSON.stringify(stepped.state)) as SubjectState);
    const words = "content" in input ? shownOf(input.content) : "";
    return { effects: stepped.effects, words };
  }

  #show(subject: SubjectId, effect: Effect, words: string): void {
    switch (effect.effect) {
      case "say":
      case "change": {
        const reader = this.#reader(effect.to);
        const text = this.#words(effect.text, reader);
        const shown: Shown = {
          words: text,
          choices: effect.choices ?? [],
          card: (effect.effect === "say" ? effect.card : null) ?? null,
        };
        if (effect.effect === "change") {
          const card = this.#screen(reader).find(({ card }) => card === effect.card);
          if (!card) return;
          Object.assign(card, { words: text, choices: shown.choices });
          this.#note(
            `   ✎ ${reader} | ${indent(text)}${buttons(shown.choices, (label) => this.#words(label, reader))}`,
          );
          return;
        }
        this.#screen(reader).push(shown);
        const mark = effect.silent ? "♪̸" : effect.urgent ? "!" : "→";
        this.#note(
          `   ${mark} ${reader} | ${indent(text)}${buttons(shown.choices, (label) => this.#words(label, reader))}`,
        );
        return;
      }
      case "relay":
      case "copy":
        this.#deliver(
          this.#reader(effect.to),
          typeof effect.name === "string" ? effect.name : this.#words(effect.name, this.#reader(effect.to)),
          passedOn(words, effect.only),
        );
        return;
      case "hold":
        this.#held.push({
          subject: subject as ThreadId,
          for: effect.for,
          words: `${effect.name}: ${passedOn(words, effect.only)}`,
        });
        this.#note("     (waits)");
        return;
      case "release": {
        const waitsFor = effect.to.role === "mentee" ? "mentee" : "supporter";
        for (const held of this.#held.filter((h) => h.subject === subject && h.for === waitsFor)) {
          this.#held.splice(this.#held.indexOf(held), 1);
          this.#note(`   → ${this.#reader(effect.to)} | ${held.words}`);
        }
        return;
      }
      case "show":
        this.#note(
          `     (${this.#reader(effect.to)} is shown: ${effect.what}, the last ${effect.last}; ${effect.why})`,
        );
        return;
      case "file":
        this.#note(
          `     (${this.#reader(effect.to)} gets a file: ${Object.values(effect.made).join(" ")}; ${this.#words(effect.text, this.#reader(effect.to))})`,
        );
        return;
      case "wrap_up":
        this.#note(`     (recorded: ${Object.values(effect.answers).join(", ")})`);
        return;
      case "forget_chat":
        this.#note("     (where they are reached is forgotten)");
        return;
      case "hide":
        this.#note("     (leaves the chats of those who read it)");
        return;
      case "erase":
        this.#note(`     (erased: ${effect.cases.length} cases)`);
        return;
      case "forget_held":
        for (const held of this.#held.filter((h) => h.subject === subject && h.for === "supporter")) {
          this.#held.splice(this.#held.indexOf(held), 1);
          this.#note("     (forgotten)");
        }
        return;
      case "recall":
        this.#note(`     (recalled from ${this.#reader(effect.from)})`);
        return;
      case "record":
        this.#note(
          `     (record: ${effect.record.closedBy}, ${effect.record.wordsIn} in, ${effect.record.wordsOut} out)`,
        );
        return;
      default:
    }
  }

  #deliver(reader: string, name: string, words: string): void {
    this.#screen(reader).push({ words, choices: [], card: null });
    this.#note(`   → ${reader} | ${name}: ${words}`);
  }

  #screen(reader: string): Screen {
    const screen = this.#screens.get(reader) ?? [];
    this.#screens.set(reader, screen);
    return screen;
  }

  #reader(party: Party): string {
    if (party.role === "staff") return groupOf(this.programme, party.site.slice(1));
    const id = party.role === "mentee" ? party.thread : party.id;
    return this.#names.get(id) ?? id;
  }

  /** A text in the language of a reader. */
  #words(text: Text, reader: string): string {
    const id = [...this.#names].find(([, name]) => name === reader)?.[0];
    const state = id ? this.states.get(id) : undefined;
    const group = this.programme.sites.find((known) => groupOf(this.programme, known.id) === reader);
    const site = group ?? this.#siteOf(id ?? "s");
    const language =
      state && "language" in state
        ? state.language
        : (site.languages?.[0] ?? this.programme.languages[0] ?? "en");
    const age = state && "age" in state ? state.age : null;
    const script = state && "script" in state ? state.script : undefined;
    return phrase(text, { language, script, site, now: new Date(this.#now), age });
  }

  /** Where a subject belongs, as `bot/world.ts` says it. */
  #siteOf(id: SubjectId | "s"): Site {
    const state = this.states.get(id as SubjectId);
    const { sites } = this.programme;
    const named = state?.site ?? id.slice(1);
    const site = sites.find((known) => known.id === named) ?? sites[0];
    if (!site) throw new Error("a programme without a site");
    const placed = state && "channel" in state && state.placed === true;
    if (!isThread(id as SubjectId) || placed || sites.length === 1) return site;
    return { ...site, country: "fallback", languages: this.programme.languages };
  }

  #world(id: SubjectId, group?: string): World {
    const site = this.programme.sites.find((known) => known.id === group) ?? this.#siteOf(id);
    this.#steps += 1;
    const people = [...this.states.values()].filter(
      (state): state is PersonState => "supporter" in state && state.site === site.id,
    );
    const heard: Partial<Record<CaseId, number>> = {};
    for (const state of this.states.values()) {
      if ("handle" in state && state.case && state.heardAt) heard[state.case.id] = state.heardAt;
    }
    return {
      now: this.#now,
      programme: this.programme,
      site,
      liveSites: this.programme.sites
        .map(({ id: known }) => known)
        .filter((known) => this.programme.goLive === "at_once" || this.#isLive(known)),
      readiness: {
        channels: [{ name: "telegram:team", answers: true }],
        reachable: null,
        staffGroup: "reachable",
        ...countPeople(people),
        hours: site.hours !== null,
        emergencyNumbers: true,
        helplinesVerified: true,
        texts: true,
      },
      openings: [...this.states.values()].flatMap((state) => ("openings" in state ? state.openings : [])),
      media: { messenger: messengerMedia, telegram: telegramMedia },
      eventListeners: [...this.states.values()].flatMap((state) =>
        "handle" in state && state.yeses?.events ? [state.id] : [],
      ),
      referrals: referrals(site.country),
      messengerWindow: { bot: 24 * 3_600_000, person: 7 * 24 * 3_600_000 },
      publicLink: "https://t.me/public_bot",
      random: createHash("sha256").update(`${id}${this.#steps}`).digest("hex").slice(0, 32),
      supporters: people.flatMap(({ id: person, supporter, reachable }) =>
        supporter
          ? [
              {
                id: person,
                name: supporter.name ?? "",
                languages: supporter.languages,
                avoids: supporter.avoids ?? [],
                available: supporter.available && supporter.name !== null && reachable,
                openCases: supporter.cases.length + supporter.reserved.length,
                availableSince: supporter.availableSince,
              },
            ]
          : [],
      ),
      named:
        [...this.states.values()].find(
          (state): state is ThreadState => "handle" in state && this.#command.includes(state.handle),
        )?.id ?? null,
      coordinators: people.flatMap(({ id: person, coordinator, met, reachable }) =>
        coordinator && met && reachable
          ? [
              {
                id: person,
                name: coordinator.name,
                onDuty: coordinator.onDuty,
                onNight: coordinator.onNight ?? false,
                tested: coordinator.testedAt !== null,
              },
            ]
          : [],
      ),
      waiting: [...this.states.values()].flatMap((state) =>
        "handle" in state && state.case?.phase.phase === "waiting" ? [state.id] : [],
      ),
      heard,
      teamLink: "https://t.me/team_bot?start=",
    };
  }

  #isLive(site: string): boolean {
    const state = this.states.get(`s${site}`);
    return state !== undefined && "openings" in state && state.live !== undefined;
  }

  #nextAlarm(): { id: SubjectId; at: number } | null {
    let next: { id: SubjectId; at: number; line: number } | null = null;
    for (const [id, state] of this.states) {
      const at = wakeAt(state);
      const line = "handle" in state && state.case ? (inLineSince(state.case) ?? 0) : 0;
      if (at === null) continue;
      if (!next || at < next.at || (at === next.at && line < next.line)) next = { id, at, line };
    }
    return next;
  }

  #instant(at: string): number {
    const [date = "", time = ""] = at.split(" ");
    const [hour = 0, minute = 0] = time.split(":").map(Number);
    return instantOf(this.programme.sites[0]?.zone ?? "UTC", date as CalendarDate, hour * 60 + minute);
  }

  #clock(): string {
    return new Intl.DateTimeFormat("sv-SE", {
      timeZone: this.programme.sites[0]?.zone ?? "UTC",
      dateStyle: "short",
      timeStyle: "short",
    }).format(this.#now);
  }

  #note(line: string): void {
    this.#lines.push(line);
  }
}

export class Mentee {
  readonly id: ThreadId;
  readonly #play: Play;
  readonly #name: string;

  constructor(play: Play, id: ThreadId, name: string) {
    this.#play = play;
    this.id = id;
    this.#name = name;
  }

  writes(text: string, finding: Partial<Finding> | null = null): void {
    this.#play.note(`${this.#name}: ${text}`);
    const full: Finding | null = finding && {
      level: 0,
      kind: "self",
      rules: [],
      cues: [],
      version: "test",
      ...finding,
    };
    this.#apply({ input: "mentee_wrote", content: { kind: "text", text }, finding: full, detection: "done" });
  }

  sends(content: Content): void {
    this.#play.note(`${this.#name}: ${shownOf(content)}`);
    this.#apply({ input: "mentee_wrote", content, finding: null, detection: "done" });
  }

  taps(label: string): void {
    this.#play.note(`${this.#name} taps [${label}]`);
    this.#apply({ input: "mentee_chose", payload: this.#play.payload(this.#name, label) });
  }

  does(input: ThreadInput): void {
    this.#play.note(`${this.#name}: (${input.input})`);
    this.#apply(input);
  }

  get state(): ThreadState {
    return this.#play.thread(this.id);
  }

  #apply(input: ThreadInput): void {
    this.#play.apply(this.id, input);
  }
}

export class TeamMember {
  readonly id: PersonId;
  readonly #play: Play;
  readonly #name: string;

  constructor(play: Play, id: PersonId, name: string) {
    this.#play = play;
    this.id = id;
    this.#name = name;
  }

  writes(text: string, about: CaseId | "unknown" | null = null): void {
    this.#play.note(`${this.#name}: ${text}`);
    this.#wrote({ kind: "text", text }, "private", about);
  }

  sends(content: Content, about: CaseId | "unknown" | null = null): void {
    this.#play.note(`${this.#name}: ${shownOf(content)}`);
    this.#wrote(content, "private", about);
  }

  /** @param site whose staff group it is, where the programme has several */
  writesInStaffGroup(text: string, site?: string): void {
    const group = site === undefined ? "staff group" : `staff group ${site}`;
    this.#play.note(`${this.#name} (${group}): ${text}`);
    this.#wrote({ kind: "text", text }, "staff_group", null, site);
  }

  taps(label: string, coordinator = false): void {
    this.#play.note(`${this.#name} taps [${label}]`);
    this.#chose(this.#play.payload(this.#name, label), "private", coordinator);
  }

  tapsInStaffGroup(label: string, coordinator: boolean | null = true, site?: string): void {
    const group = site === undefined ? "staff group" : `staff group ${site}`;
    this.#play.note(`${this.#name} (${group}) taps [${label}]`);
    this.#chose(this.#play.payload(group, label), "staff_group", coordinator, site);
  }

  presses(payload: string): void {
    this.#play.note(`${this.#name} presses ${payload.replace(/:t.*/, ":…")}`);
    this.#chose(payload, "private", false);
  }

  starts(parameter: string | null): void {
    this.#play.note(`${this.#name}: /start`);
    this.does({ input: "started", parameter, senderName: this.#name });
  }

  does(input: PersonInput): void {
    this.#play.apply(this.id, input);
  }

  get state(): PersonState {
    return this.#play.states.get(this.id) as PersonState;
  }

  #wrote(
    content: Content,
    where: "private" | "staff_group",
    about: CaseId | "unknown" | null,
    site?: string,
  ): void {
    const senderName = this.#name;
    const coordinator = where === "staff_group";
    this.does({
      input: "wrote",
      by: this.id,
      content,
      about,
      where,
      ...(site === undefined ? {} : { site }),
      senderName,
      coordinator,
    });
  }

  #chose(
    payload: string,
    where: "private" | "staff_group",
    coordinator: boolean | null,
    site?: string,
  ): void {
    const group = site === undefined ? {} : { site };
    this.does({ input: "chose", payload, where, ...group, senderName: this.#name, coordinator });
  }
}

/** What the staff group of a site is called in a transcript. */
function groupOf({ sites }: Programme, site: string): string {
  return sites.length === 1 ? "staff group" : `staff group ${site}`;
}

/** What was written, or what was sent with the words that came with it. */
function shownOf(content: Content): string {
  if (content.kind === "text") return content.text;
  return [`<${content.kind}>`, wordsIn(content)].filter((part) => part !== "").join(" ");
}

function passedOn(words: string, only: "words" | undefined): string {
  return only ? `${words} (only the words)` : words;
}

function step(state: SubjectState, input: Input, world: World) {
  if (isThread(state.id)) return stepThread(state as ThreadState, input as ThreadInput, world);
  if (isPerson(state.id)) return stepPerson(state as PersonState, input as PersonInput, world);
  return stepSite(state as SiteState, input as SiteInput, world);
}

function choicesOf(effects: readonly Effect[]): Choice[] {
  return effects.flatMap((effect) => ("choices" in effect ? (effect.choices ?? []) : []));
}

function indent(text: string): string {
  return text.split("\n").join("\n     | ");
}

function buttons(choices: readonly Choice[], words: (text: Text) => string): string {
  return choices.length === 0 ? "" : `\n     ${choices.map(({ label }) => `[${words(label)}]`).join(" ")}`;
}
