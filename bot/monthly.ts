/**
 * What coordinators are reminded of once a month, when they are there for the first time in it: who opened which talk,
 * and which helplines have to be checked again.
 */
import { localTime } from "../flows/calendar.ts";
import { dueForVerification } from "../flows/helplines.ts";
import { answerWindow } from "../flows/hours.ts";
import type { SiteNotice } from "../flows/input.ts";
import type { Database } from "../models/database.ts";
import { readHelplines } from "../programmes/helplines.ts";
import type { Site } from "../programmes/programme.ts";
import { monthAt, monthBefore, openedIn } from "./opened.ts";

/** @param notice tells the coordinators something, once for each key */
export async function remindMonthly(
  database: Database,
  site: Site,
  now: Date,
  notice: (key: string, said: SiteNotice) => Promise<void>,
): Promise<void> {
  const month = localTime(site.zone, now.getTime()).date.slice(0, 7);
  const job = `monthly/${site.id}`;
  const last = await database.upkeep.lastMonth(job, month);
  if (last >= month || !isThere(site, now)) return;
  const before = monthBefore(month);
  const { from, to } = monthAt(site, before);
  const opened = await openedIn(database, site, before);
  await notice(`${job}/${month}/opened`, { notice: "opened", from, to: to - 1, opened });
  const due = dueIn(site, now);
  if (due.length > 0) {
    await notice(`${job}/${month}/helplines`, { notice: "helplines_due", names: due.join(", ") });
  }
  // Last: after a crash both are said again under the same keys, which is once.
  await database.upkeep.noteMonth(job, month);
}

/** Whether anybody reads now; a site without hours is told at once. */
function isThere(site: Site, now: Date): boolean {
  return site.hours === null || answerWindow(site, now.getTime(), []).open;
}

function dueIn({ country }: Site, now: Date): string[] {
  const file = readHelplines().get(country);
  return file ? dueForVerification(file, now.getTime()).map(({ name, id }) => name ?? id) : [];
}
