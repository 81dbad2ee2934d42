/** Sites for the tests of the answer window, and their answers in short. */
import { type AnswerWindow, answerWindow, type ExtraOpening } from "../../flows/hours.ts";
import oslo from "../../programmes/oslo.json" with { type: "json" };
import { type Hours, programmeSchema, type Site } from "../../programmes/programme.ts";

const [site] = programmeSchema.parse(oslo).sites;
if (site?.hours == null) throw new Error("the programme of Oslo has hours");

export const osloSite: Site = site;
export const osloHours: Hours = site.hours;

/** Oslo with other hours, or somewhere else. */
export function siteWith(hours: Partial<Hours>, zone = "Europe/Oslo"): Site {
  return { ...osloSite, zone, hours: { ...osloHours, ...hours } };
}

export function extra(from: string, to: string): ExtraOpening {
  return { from: Date.parse(from), to: Date.parse(to) };
}

export function at(now: string, where = osloSite, openings: ExtraOpening[] = []): AnswerWindow {
  return answerWindow(where, Date.parse(now), openings);
}

export function closedAt(now: string, where = osloSite, openings: ExtraOpening[] = []) {
  const window = at(now, where, openings);
  if (window.open) throw new Error(`open at ${now}`);
  return window;
}

/** "open until …", "closed until …" or "closed"; in UTC, without seconds that are none. */
export function shortly(window: AnswerWindow): string {
  const written = (instant: number) => new Date(instant).toISOString().replace(/:00\.000Z$/, "Z");
  if (window.open) return `open until ${written(window.closesAt)}`;
  return window.opensAt === null ? "closed" : `closed until ${written(window.opensAt)}`;
}
