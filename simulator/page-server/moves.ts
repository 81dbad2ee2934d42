import { nextWeekdayAt, tomorrowAt } from "./zone.ts";

const minute = 60_000;
const monday = 1;
const opening = 9;

interface Move {
  label: string;
  to: (now: Date, zone: string) => Date;
}

/** Where the buttons of the page's clock lead. */
const moves: ReadonlyMap<string, Move> = new Map([
  ["ten_minutes", { label: "+10 minutes", to: (now) => new Date(now.getTime() + 10 * minute) }],
  ["hour", { label: "+1 hour", to: (now) => new Date(now.getTime() + 60 * minute) }],
  ["tomorrow", { label: "tomorrow 09:00", to: (now, zone) => tomorrowAt(now, zone, opening) }],
  ["monday", { label: "Monday 09:00", to: (now, zone) => nextWeekdayAt(now, zone, monday, opening) }],
]);

/** The buttons for a moment; two that lead to the same one are shown once. */
export function movesOf(now: Date, zone: string): Array<{ id: string; label: string }> {
  const seen = new Set<number>();
  const shown: Array<{ id: string; label: string }> = [];
  for (const [id, { label, to }] of moves) {
    const at = to(now, zone).getTime();
    if (!seen.has(at)) shown.push({ id, label });
    seen.add(at);
  }
  return shown;
}

/** The moment that a button leads to; undefined when there is no such button. */
export function moveTarget(id: string, now: Date, zone: string): Date | undefined {
  return moves.get(id)?.to(now, zone);
}
