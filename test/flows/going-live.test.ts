/** The days before the first mentee is let in, and the ways to the coordinators. */
import { expect, test } from "vitest";
import { Play } from "./play.ts";
import { oslo } from "./programmes.ts";

const open = "2026-11-23 10:00";

function golden(name: string, play: Play): Promise<void> {
  return expect(play.transcript).toMatchFileSnapshot(`./golden/${name}.txt`);
}

test("before the opening the truth, the numbers and no promise; then a coordinator opens", async () => {
  const play = new Play(open, { ...oslo, goLive: "when_ready" });
  const [ingrid, per] = [play.person("Ingrid"), play.person("Per")];
  const nora = play.mentee("Nora");
  nora.does({ input: "mentee_started", parameter: null });
  nora.writes("hello, is anybody there?");
  nora.writes("end the talk");
  nora.writes("i want to kill myself", { level: 3, rules: ["en.intent"] });
  nora.writes("help");
  play.until("2026-11-23 10:11");
  nora.writes("hello again");
  expect(nora.state).toMatchObject({ case: null, consent: null, cases: 0 });
  expect(play.effects.some(({ effect }) => effect === "hold" || effect === "alert")).toBe(false);

  ingrid.writesInStaffGroup("/golive");
  for (const coordinator of [ingrid, per]) {
    coordinator.writesInStaffGroup("/vakt");
    coordinator.starts(null);
  }
  ingrid.writesInStaffGroup("/alarmtest");
  ingrid.taps("Jeg fikk det", true);
  per.writesInStaffGroup("/golive");
  per.taps("Jeg fikk det", true);
  play.supporter("Alex");
  nora.writes("are you open now?");
  ingrid.writesInStaffGroup("/golive");
  per.writesInStaffGroup("/golive");
  nora.writes("and now?");
  expect(nora.state.case?.phase.phase).toBe("intake");
  await golden("before-the-opening", play);
});

test("a coordinator or a staff group that can't be reached is told to the others, once", async () => {
  const play = new Play(open);
  const [ingrid, per] = [play.person("Ingrid"), play.person("Per")];
  for (const coordinator of [ingrid, per]) {
    coordinator.writesInStaffGroup("/vakt");
    coordinator.starts(null);
  }
  ingrid.writesInStaffGroup("/alarmtest");
  ingrid.taps("Jeg fikk det", true);
  const alex = play.supporter("Alex");
  const nora = play.mentee("Nora");
  nora.writes("hei");
  nora.taps("Ja, det er greit");
  nora.taps("18 eller over");
  alex.taps("Ta imot");
  alex.writes("/varsle jeg er bekymret");
  play.until("2026-11-23 10:15");
  nora.does({ input: "undelivered", to: { author: "bot", reader: ingrid.id }, why: "blocked" });
  nora.does({ input: "undelivered", to: { author: "bot", reader: ingrid.id }, why: "blocked" });
  for (const _ of [1, 2]) {
    nora.does({ input: "undelivered", to: { author: "bot", reader: "staff" }, why: "blocked" });
  }
  ingrid.does({ input: "unblocked" });
  await golden("rungs", play);
});
