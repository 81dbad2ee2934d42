/**
 * Which emergency numbers and helplines a card shows: of the country, awake now, for this age and this danger, at most
 * four. A frightened person reads the first line, so the order matters most.
 */
import type { Helpline, Helplines } from "../programmes/helplines.ts";
import { daysBetween, type Instant, localTime, MINUTE } from "./calendar.ts";
import type { Finding } from "./crisis/finding.ts";
import { answerWindow } from "./hours.ts";
import type { AgeBucket } from "./state.ts";

/** Who or what is in danger, and how much. */
export type Danger = Pick<Finding, "level" | "kind">;

/** For whom and when lines are chosen. */
export interface Asking {
  now: Instant;
  /** Null when not known. */
  age: AgeBucket | null;
  /** The language that the reader speaks: two letters, `no` for Norwegian. */
  language: string;
  danger: Danger;
}

/** What a line is there for. `emergency` brings an ambulance. */
export type Purpose =
  | "emergency"
  | "police"
  | "doctor"
  | "talk"
  | "write"
  | "youth"
  | "violence"
  | "directory"
  /** Helps, but not at once. */
  | "elsewhere";

/** When a line answers. */
export type Answers =
  | { is: "always" }
  | { is: "open"; until: Instant }
  /** Not now, but within a day. */
  | { is: "closed"; opens: Instant }
  /** Not within a day, or nobody has confirmed when. */
  | { is: "unknown" };

export interface ChosenLine {
  helpline: Helpline;
  purpose: Purpose;
  /** The one way of reaching it that stands on this line. */
  by: "phone" | "sms" | "chatUrl" | "website";
  /** The number or address itself. */
  at: string;
  answers: Answers;
  /** Whether it answers everybody who may be reading; if not, its ages have to be said. */
  fitsAge: boolean;
}

export interface HelplineCard {
  /** What is called first; null where the country is not known: then the card says "your country's". */
  emergency: ChosenLine | null;
  /** The lines below, or all lines where the emergency number does not stand alone above them. */
  lines: ChosenLine[];
}

/** At this level the emergency number stands alone on the first line. */
export const imminent = 4;
const mostLines = 4;
const verificationDays = 180;
const day = 24 * 60 * MINUTE;

/** Which kind of helpline a purpose is served by, and how it is reached. */
const served: Record<Purpose, { kind: Helpline["kind"]; by: readonly ChosenLine["by"][] }> = {
  emergency: { kind: "emergency", by: ["phone"] },
  police: { kind: "emergency", by: ["phone"] },
  doctor: { kind: "medical", by: ["phone"] },
  talk: { kind: "crisis", by: ["phone"] },
  write: { kind: "crisis", by: ["chatUrl", "sms"] },
  youth: { kind: "youth", by: ["phone"] },
  violence: { kind: "violence", by: ["phone"] },
  directory: { kind: "fallback", by: ["website"] },
  elsewhere: { kind: "referral", by: ["phone", "website"] },
};

/** With whom one can talk, in the order in which they are looked at when nobody is awake. */
const listeners: readonly Purpose[] = ["talk", "write", "youth", "violence"];

/** The card for a reader: the emergency number first, then at most three lines. Never empty for a known country. */
export function cardOf(helplines: Helplines, asking: Asking): HelplineCard {
  let chosen: ChosenLine[] = [];
  for (const purpose of purposesOf(asking)) {
    const [best] = candidates(helplines, asking, purpose).filter(
      (line) => line.answers.is !== "closed" && !chosen.some((other) => makesNeedless(other, line)),
    );
    if (best && chosen.length < mostLines) chosen.push(best);
  }
  if (!chosen.some(({ purpose }) => listeners.includes(purpose))) {
    const later = nextToOpen(helplines, asking) ?? candidates(helplines, asking, "directory")[0];
    if (later) chosen = [...chosen.slice(0, mostLines - 1), later];
  }
  const emergency = chosen.find(({ helpline }) => helpline.kind === "emergency") ?? null;
  const alone = asking.danger.level >= imminent;
  return { emergency, lines: alone ? chosen.filter((line) => line !== emergency) : chosen };
}

/** One line at which somebody answers at any hour; null where there is none for this reader. */
export function lineAtAnyHour(helplines: Helplines, asking: Asking): ChosenLine | null {
  const lines = (["talk", "youth"] as const).flatMap((purpose) => candidates(helplines, asking, purpose));
  return lines.find(({ answers }) => answers.is === "always") ?? null;
}

/** Everything a reader can turn to, whether or not it answers now; no number twice. */
export function everyLine(helplines: Helplines, asking: Asking): ChosenLine[] {
  const lines = (Object.keys(served) as Purpose[])
    .filter((purpose) => purpose !== "elsewhere")
    .flatMap((purpose) => candidates(helplines, asking, purpose));
  return lines.filter(({ at }, n) => lines.findIndex((other) => other.at === at) === n);
}

const notAtOnce: ReadonlySet<Helpline["kind"]> = new Set(["medical", "student", "referral"]);

/** Where a supporter can send somebody when nothing is urgent. */
export function referrals({ helplines }: Helplines): Helpline[] {
  return helplines.filter(
    (helpline) => isShown(helpline) && notAtOnce.has(helpline.kind) && helpline.name !== undefined,
  );
}

/** One such place as a line; null when nothing of that id is in this country. */
export function referral(helplines: Helplines, asking: Asking, id: string): ChosenLine | null {
  const helpline = referrals(helplines).find((known) => known.id === id);
  const by = helpline?.phone === undefined ? "website" : "phone";
  const at = helpline?.[by];
  if (!helpline || at === undefined) return null;
  const answers = answersAt(helpline, helplines.zone, asking.now) ?? { is: "unknown" };
  return { helpline, purpose: "elsewhere", by, at, answers, fitsAge: ageFit(helpline, asking) === "all" };
}

/** Entries that are shown although nobody has looked at their facts for 180 days, or their date is none yet. */
export function dueForVerification({ helplines, zone }: Helplines, now: Instant): Helpline[] {
  const today = localTime(zone, now).date;
  return helplines.filter((helpline) => {
    if (!isShown(helpline)) return false;
    const age = helpline.verifiedOn === null ? null : daysBetween(helpline.verifiedOn, today);
    return age === null || age < 0 || age > verificationDays;
  });
}

/** Services that nobody is called for in this country's file: ambulance, police. */
export function missingEmergency({ helplines }: Helplines): string[] {
  return (["ambulance", "police"] as const).filter(
    (service) => !helplines.some(({ services }) => services?.includes(service)),
  );
}

function isShown({ kind, verifiedOn }: Helpline): boolean {
  return kind === "emergency" || verifiedOn !== null;
}

/** The same number twice, or a second one for the ambulance that the first one brings too. */
function makesNeedless(one: ChosenLine, other: ChosenLine): boolean {
  return one.at === other.at || (other.purpose === "emergency" && serves(one.helpline, "emergency"));
}

/** What a card is filled with, until it is full: the best of each, where there is one. */
function purposesOf(asking: Asking): Purpose[] {
  const [youngest, eldest] = agesOf(asking);
  switch (asking.danger.kind) {
    case "abuse":
      return youngest < adult
        ? ["police", "emergency", "violence", "youth", "talk", "write"]
        : ["police", "emergency", "violence", "talk", "write", "youth"];
    case "violence":
      return ["police", "emergency", "talk", "write", "doctor"];
    default:
      return eldest < adult
        ? ["emergency", "doctor", "talk", "youth", "write"]
        : ["emergency", "doctor", "talk", "write", "talk", "youth"];
  }
}

/** Every line of a purpose that this reader may be shown, the best first. */
function candidates(helplines: Helplines, asking: Asking, purpose: Purpose): ChosenLine[] {
  const lines = helplines.helplines
    .filter((helpline) => isShown(helpline) && serves(helpline, purpose))
    .flatMap((helpline) => {
      const answers = answersAt(helpline, helplines.zone, asking.now);
      const age = ageFit(helpline, asking);
      if (answers === null || age === "none") return [];
      return served[purpose].by.flatMap((by): ChosenLine[] => {
        const at = helpline[by];
        return at === undefined ? [] : [{ helpline, purpose, by, at, answers, fitsAge: age === "all" }];
      });
    });
  return lines.toSorted((one, other) => rank(one, asking) - rank(other, asking));
}

function serves({ kind, services }: Helpline, purpose: Purpose): boolean {
  if (kind !== served[purpose].kind) return false;
  if (purpose === "emergency") return services?.includes("ambulance") ?? false;
  if (purpose === "police") return services?.includes("police") ?? false;
  return true;
}

/** Lower is better: first those who surely answer this reader, then in their language, then at any hour. */
function rank({ fitsAge, helpline, answers }: ChosenLine, { language }: Asking): number {
  return (
    (fitsAge ? 0 : 4) + (helpline.languages.includes(language) ? 0 : 2) + (answers.is === "always" ? 0 : 1)
  );
}

/** The line that opens first, when nobody answers now; null when none does within a day. */
function nextToOpen(helplines: Helplines, asking: Asking): ChosenLine | null {
  const purposes = listeners.filter((purpose) => purposesOf(asking).includes(purpose));
  const [first] = purposes
    .flatMap((purpose) => candidates(helplines, asking, purpose))
    .flatMap((line) => (line.answers.is === "closed" ? [{ line, opens: line.answers.opens }] : []))
    .toSorted((one, other) => one.opens - other.opens);
  return first?.line ?? null;
}

/** Null when it can't be said, or not within a day. */
function answersAt({ hours }: Helpline, zone: string, now: Instant): Answers | null {
  if (hours === null) return null;
  if (hours === "always") return { is: "always" };
  const window = answerWindow({ zone, hours }, now, []);
  if (window.open) return { is: "open", until: window.closesAt };
  if (window.opensAt === null || window.opensAt - now > day) return null;
  return { is: "closed", opens: window.opensAt };
}

/** How many of those who may be reading a helpline answers, by their age. */
function ageFit(helpline: Helpline, asking: Asking): "all" | "some" | "none" {
  // Nobody has said that a line for the young, without an age, answers adults.
  const { kind, ageMin = 0, ageMax = kind === "youth" ? adult - 1 : oldest } = helpline;
  const [youngest, eldest] = agesOf(asking);
  if (ageMin <= youngest && eldest <= ageMax) return "all";
  return ageMin <= eldest && youngest <= ageMax ? "some" : "none";
}

const adult = 18;
const oldest = Number.POSITIVE_INFINITY;

const ages: Record<AgeBucket, [number, number]> = {
  under15: [0, 14],
  "15to17": [15, adult - 1],
  "18plus": [adult, oldest],
};

/** The youngest and the eldest who may be reading. */
function agesOf({ age, danger }: Asking): [number, number] {
  if (age !== null) return ages[age];
  return danger.kind === "minor" ? [0, adult - 1] : [0, oldest];
}
