/** Who opened which talk, in a month: for the coordinators' list. */
import { type CalendarDate, instantOf } from "../flows/calendar.ts";
import type { OpenedTalk } from "../flows/input.ts";
import { type CaseId, isPerson, parseCase, type SubjectId } from "../flows/party.ts";
import type { PersonState, ThreadState } from "../flows/state.ts";
import type { Database } from "../models/database.ts";
import type { Site } from "../programmes/programme.ts";

/** The first instants of a month (`2026-11`) and of the next one, where a site is. */
export function monthAt(site: Site, month: string): { from: number; to: number } {
  return { from: startOf(site, month), to: startOf(site, nextMonth(month)) };
}

function startOf({ zone }: Site, month: string): number {
  return instantOf(zone, `${month}-01` satisfies CalendarDate, 0);
}

function nextMonth(month: string): string {
  const [year = 0, number = 0] = month.split("-").map(Number);
  return new Date(Date.UTC(year, number, 1)).toISOString().slice(0, 7);
}

/** The month before another one. */
export function monthBefore(month: string): string {
  const [year = 0, number = 0] = month.split("-").map(Number);
  return new Date(Date.UTC(year, number - 2, 1)).toISOString().slice(0, 7);
}

/** Everything that was opened in a month, oldest first. */
export async function openedIn(database: Database, site: Site, month: string): Promise<OpenedTalk[]> {
  const { from, to } = monthAt(site, month);
  const views = await database.views.between(new Date(from), new Date(to));
  const names = await namesOf(database, site);
  const handles = await handlesOf(
    database,
    views.map((view) => view.case as CaseId),
  );
  return views.map(({ case: id, by, at, why }) => ({
    at: at.getTime(),
    by: isPerson(by as SubjectId) ? (names.get(by) ?? null) : by,
    handle: handles.get(id) ?? null,
    why,
  }));
}

async function namesOf({ subjects }: Database, site: Site): Promise<Map<string, string>> {
  const team = (await subjects.team(site.id)).map(({ state }) => state as PersonState);
  return new Map(
    team.flatMap(({ id, coordinator, supporter }) => {
      const name = coordinator?.name ?? supporter?.name;
      return name ? [[id, name]] : [];
    }),
  );
}

/** The nickname that a case had; who was forgotten since has another one, which must not be brought together with it. */
async function handlesOf({ records, subjects }: Database, cases: CaseId[]): Promise<Map<string, string>> {
  const handles = new Map<string, string>();
  const threads = new Set(cases.flatMap((id) => parseCase(id)?.thread ?? []));
  for (const thread of threads) {
    for (const { _id, handle } of await records.of(thread)) if (handle) handles.set(_id, handle);
  }
  for (const { state } of (await subjects.load([...threads])).values()) {
    const { case: open, handle } = state as ThreadState;
    if (open) handles.set(open.id, handle);
  }
  return handles;
}
