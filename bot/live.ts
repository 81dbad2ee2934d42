/** Which sites let mentees in. */
import type { SiteState } from "../flows/state.ts";
import type { Subjects } from "../models/subjects.ts";
import type { Programme } from "../programmes/programme.ts";

/** Of so many threads, those heard longest ago, is asked whether there were talks before. */
const longestAgo = 100;

/** The sites that are open: by their programme, by a coordinator, or because they were before anybody had to open. */
export async function liveSites(
  { sites, goLive }: Pick<Programme, "sites" | "goLive">,
  subjects: Subjects,
  now: Date,
): Promise<Set<string>> {
  if (goLive === "at_once") return new Set(sites.map(({ id }) => id));
  const stored = await subjects.load(sites.map(({ id }) => `s${id}` as const));
  const opened = [...stored.values()].map(({ state }) => state as SiteState).filter(({ live }) => live);
  return new Set([...opened.map(({ site }) => site), ...(await talkedBefore(subjects, now, sites.length))]);
}

/**
 * An installation of an earlier version goes on as it was: its mentees have said yes, or had cases. Who comes before
 * the opening does neither; only where there are several sites a case is open until it is known which it is for.
 */
async function talkedBefore(subjects: Subjects, now: Date, sites: number): Promise<string[]> {
  const threads = await subjects.silentSince(new Date(now.getTime() + 1), longestAgo);
  const states = threads.flatMap(({ state }) => ("handle" in state ? [state] : []));
  return states.filter(({ consent, cases }) => consent || (sites === 1 && cases > 0)).map(({ site }) => site);
}
