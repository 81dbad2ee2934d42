/** What is said while the answer window is closed. */
import { type Draft, mentee, say } from "./draft.ts";
import type { Choice, Hole, Text } from "./effect.ts";
import type { AnswerWindow } from "./hours.ts";
import type { DayOff } from "./schedule.ts";
import type { ThreadState } from "./state.ts";

export type ClosedWindow = AnswerWindow & { open: false };

const hour = 3_600_000;

/** It arrived, nobody reads now, when somebody will and why not before, and who answers meanwhile. */
export function sayClosed(draft: Draft<ThreadState>, window: ClosedWindow, choices: Choice[]): void {
  say(draft, mentee(draft), closedText(window, draft.world.now), { choices });
  const { opensAt } = window;
  const { messengerWindow, now, publicLink: link } = draft.world;
  if (draft.state.channel !== "messenger" || messengerWindow === null || opensAt === null) return;
  if (opensAt - now < messengerWindow.bot) return;
  const by = { time: opensAt + hour, as: "day_and_time" } as const;
  say(
    draft,
    mentee(draft),
    link === null
      ? { key: "hours.messengerWindow", with: { by } }
      : { key: "hours.messengerWindowLink", with: { by, link } },
  );
}

function closedText(window: ClosedWindow, now: number): Text {
  const helplines = { helplines: "card" } as const;
  if (window.opensAt === null) return { key: "hours.closedUnknown", with: { helplines } };
  const opening = { time: window.opensAt, as: "day_and_time" } as const;
  const why = reasons(window, now);
  return why === null
    ? { key: "hours.closed", with: { opening, helplines } }
    : { key: "hours.closedBecause", with: { opening, why, helplines } };
}

interface DayOfRest {
  at: number;
  why: DayOff;
}

/** Why it is not earlier: what is unusual about today and the days until then; null when nothing is. */
function reasons({ why, skipped }: ClosedWindow, now: number): Text | null {
  const today: DayOfRest[] =
    why.kind === "closure" || why.kind === "holiday" || why.kind === "eve" ? [{ at: now, why }] : [];
  const days = [...today, ...skipped];
  const holidays = days.filter((day) => day.why.kind === "holiday");
  const others = days.filter((day) => day.why.kind !== "holiday");
  const parts: Text[] = holidays.length > 0 ? [holidayText(holidays)] : [];
  const told = new Set<string>();
  for (const { at, why: other } of others) {
    const text = otherText(at, other);
    // A closure of several days has one reason.
    const name = other.kind === "closure" ? JSON.stringify(other.reason) : String(at);
    if (text && !told.has(name)) parts.push(text);
    told.add(name);
  }
  return parts.length > 0 ? joined(parts) : null;
}

function holidayText(days: DayOfRest[]): Text {
  const names = joined(days.map(({ at }): Hole => ({ time: at, as: "day" })));
  return { key: days.length === 1 ? "hours.holiday" : "hours.holidays", with: { days: names } };
}

function otherText(at: number, why: DayOff): Text | null {
  const day = { time: at, as: "day" } as const;
  switch (why.kind) {
    case "holiday":
      return null;
    case "eve":
      return { key: "hours.eve", with: { day } };
    case "closure":
      return { key: "hours.closure", with: { reason: { words: why.reason } } };
    default:
      return why satisfies never;
  }
}

/** One, two and three, as a text of their own. */
function joined<Part extends Hole>(parts: readonly Part[]): Part | Text {
  const [last, ...before] = parts.toReversed();
  if (last === undefined) throw new Error("nothing to join");
  if (before.length === 0) return last;
  const [second, ...earlier] = before;
  if (second === undefined) return last;
  const first = earlier.reduce<Hole>(
    (rest, part) => ({ key: "time.comma", with: { first: part, second: rest } }),
    second,
  );
  return { key: "time.and", with: { first, second: last } };
}
