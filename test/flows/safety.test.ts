/** Golden conversations about flags by hand, ended alerts, consent of a guardian, and where else somebody can turn. */
import { describe, expect, test } from "vitest";
import { asks, golden, open, supporterOf } from "./golden.ts";
import { Play } from "./play.ts";
import { oslo } from "./programmes.ts";

describe("flags", () => {
  test("people raise and clear them with a reason; the same danger after an alert has ended calls again", async () => {
    const play = new Play(open);
    const ingrid = play.person("Ingrid");
    const alex = supporterOf(play, "Alex");
    const nora = play.mentee("Nora");
    asks(nora, "Hello, is there someone?");
    alex.taps("Accept");
    ingrid.writesInStaffGroup(`/flagg ${nora.state.handle}`);
    ingrid.writesInStaffGroup(`/flagg ${nora.state.handle} 2 en venn ringte`);
    ingrid.writesInStaffGroup(`/klarer ${nora.state.handle} vi har snakket`);
    expect(nora.state.case?.flags[0]?.cleared).toMatchObject({ by: "Ingrid", reason: "vi har snakket" });
    for (const outcome of ["Trygg nå", "Ingen fare"]) {
      nora.writes("i want to end it", { level: 3, rules: ["en.intent"] });
      ingrid.tapsInStaffGroup("Jeg tar det");
      ingrid.tapsInStaffGroup(outcome);
    }
    alex.taps("End the talk");
    alex.taps("Yes, end it");
    const record = play.effects.find((effect) => effect.effect === "record");
    expect(record).toMatchObject({
      record: {
        highestFlag: 3,
        alerts: [
          { by: "detection", rules: ["en.intent"], outcome: "safe" },
          { by: "detection", rules: ["en.intent"], outcome: "nothing" },
        ],
      },
    });
    await golden("flags", play);
  });

  test("a cleared case may fall asleep like any other", () => {
    const play = new Play(open);
    const ingrid = play.person("Ingrid");
    const alex = supporterOf(play, "Alex");
    const nora = play.mentee("Nora");
    asks(nora, "Hello, is there someone?");
    alex.taps("Accept");
    alex.writes("Hi, I am here");
    nora.writes("i wish i would not wake up", { level: 2, rules: ["en.passive"] });
    ingrid.writesInStaffGroup(`/klarer ${nora.state.handle} talked with her`);
    play.until("2026-12-01 10:01");
    expect(nora.state.case).toBeNull();
  });
});

describe("where else somebody can turn", () => {
  test("everybody can ask for the whole list; a supporter sends what helps without haste", async () => {
    const play = new Play(open);
    const alex = supporterOf(play, "Alex");
    const nora = play.mentee("Nora");
    nora.writes("helplines");
    asks(nora, "Hello, is there someone?");
    alex.writes("/refer");
    alex.taps("Accept");
    alex.writes("/refer");
    alex.taps("SiO psykisk helse");
    await golden("referral", play);
  });
});

describe("somebody younger, where the programme admits them", () => {
  test("writes with a person when a coordinator has recorded the guardian's consent", async () => {
    const play = new Play(open, { ...oslo, guardianConsent: true });
    const ingrid = play.person("Ingrid");
    const alex = supporterOf(play, "Alex");
    const nora = play.mentee("Nora");
    nora.writes("Hello, can I talk to someone?");
    nora.taps("Yes, that's fine");
    nora.taps("15 to 17");
    nora.writes("what now?");
    ingrid.tapsInStaffGroup("Samtykke registrert");
    nora.writes("Hello again");
    alex.taps("Accept");
    expect(nora.state.guardian?.by).toBe("Ingrid");
    await golden("guardian", play);
  });

  test("nowhere else", () => {
    const play = new Play(open);
    const ingrid = play.person("Ingrid");
    const nora = play.mentee("Nora");
    nora.writes("Hello, can I talk to someone?");
    ingrid.writesInStaffGroup(`/verge ${nora.state.handle}`);
    expect(nora.state.guardian ?? null).toBeNull();
  });
});

describe("what can be agreed to beside", () => {
  test("words kept longer, and word of events; each is taken back with the same tap", async () => {
    const play = new Play(open);
    const ingrid = play.person("Ingrid");
    const alex = supporterOf(play, "Alex");
    const nora = play.mentee("Nora");
    const omar = play.mentee("Omar", "messenger");
    asks(nora, "Hello, is there someone?");
    asks(omar, "Hello, is there someone?");
    nora.writes("consent");
    nora.taps("✗ Events");
    nora.taps("✗ Keep longer");
    omar.writes("consent");
    omar.taps("✗ Events");
    alex.taps("Accept");
    nora.writes("/end");
    nora.taps("Yes, end it");
    play.until("2026-11-25 10:00");
    ingrid.writesInStaffGroup("/arrangement");
    ingrid.writesInStaffGroup("/arrangement lørdag klokka 14: brettspill på biblioteket");
    ingrid.tapsInStaffGroup("Send");
    nora.taps("No more of these");
    expect(nora.state.yeses).toMatchObject({ events: null, keepLonger: { version: 1 } });
    await golden("yeses", play);
  });
});
