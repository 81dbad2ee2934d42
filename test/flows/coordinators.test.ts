/** Golden conversations in which coordinators act: writing in a case, giving it to somebody, the night, the records. */
import { describe, expect, test } from "vitest";
import type { Effect } from "../../flows/effect.ts";
import { asks, caseOf, golden, open, supporterOf } from "./golden.ts";
import { Play, type TeamMember } from "./play.ts";
import { oslo } from "./programmes.ts";

/** A coordinator who reads English and can be called in their own chat. */
function coordinatorOf(play: Play, name: string): TeamMember {
  const coordinator = play.person(name);
  coordinator.writesInStaffGroup("/help");
  coordinator.starts(null);
  coordinator.state.language = "en";
  return coordinator;
}

describe("a coordinator in a case", () => {
  test("writes with somebody in danger who has not said yes; a no is an answer to them, not to the bot", async () => {
    const play = new Play("2026-11-22 02:00");
    const ingrid = coordinatorOf(play, "Ingrid");
    const nora = play.mentee("Nora");
    nora.writes("hello, i want to die tonight", { level: 4, rules: ["en.means"] });
    ingrid.tapsInStaffGroup("Jeg tar det");
    ingrid.taps("Write with them", true);
    ingrid.writes("I am here. Are you alone?");
    nora.writes("no");
    nora.writes("my brother is here");
    expect(nora.state.case?.phase.phase).toBe("intake");
    ingrid.writes("Can he sit with you?");
    ingrid.taps("Safe now", true);
    ingrid.writes("good night");
    await golden("coordinator-writes", play);
  });

  test("the supporter stays and knows; words go to both; whoever leaves the group hears nothing more", async () => {
    const play = new Play(open);
    const alex = supporterOf(play, "Alex");
    const ingrid = coordinatorOf(play, "Ingrid");
    coordinatorOf(play, "Tor");
    const nora = play.mentee("Nora");
    asks(nora, "Hello, is there someone?");
    alex.taps("Accept");
    nora.writes("i want to end it", { level: 3, rules: ["en.intent"] });
    ingrid.tapsInStaffGroup("Jeg tar det");
    ingrid.taps("Write with them", true);
    ingrid.writes("Hello, this is the coordinator.");
    nora.writes("hi");
    alex.writes("I am still here too");
    ingrid.does({ input: "left_staff_group" });
    const before = play.effects.length;
    nora.writes("are you both there?");
    const readers = play.effects.slice(before).flatMap((effect) => readerOf(effect));
    expect(readers).toEqual(["supporter"]);
    await golden("coordinator-and-supporter", play);
  });

  test("writes with one mentee at a time", () => {
    const play = new Play(open);
    const ingrid = coordinatorOf(play, "Ingrid");
    const [nora, omar] = ["Nora", "Omar"].map((name) => {
      const mentee = play.mentee(name);
      mentee.writes("i want to end it", { level: 3, rules: ["en.intent"] });
      ingrid.tapsInStaffGroup("Jeg tar det");
      ingrid.taps("Write with them", true);
      return mentee;
    });
    ingrid.writes("hello");
    expect(play.last("Omar")).toBe("hello");
    expect(play.last("Nora")).not.toBe("hello");
    expect(nora?.state.case?.escalation?.writes).toBeNull();
    expect(omar?.state.case?.escalation?.writes).toBe(ingrid.id);
  });

  test("an old button lets nobody write who has not taken the alert", () => {
    const play = new Play(open);
    const ingrid = coordinatorOf(play, "Ingrid");
    const tor = coordinatorOf(play, "Tor");
    const nora = play.mentee("Nora");
    nora.writes("i want to end it", { level: 3, rules: ["en.intent"] });
    ingrid.tapsInStaffGroup("Jeg tar det");
    const write = play.payload("Ingrid", "Write with them");
    tor.presses(write);
    tor.does({ input: "chose", payload: write, where: "private", senderName: "Tor", coordinator: true });
    tor.writes("hello?");
    expect(play.last("Nora")).not.toContain("hello?");
    expect(nora.state.case?.escalation?.writes ?? null).toBeNull();
  });
});

/** Who reads a person's words. */
function readerOf(effect: Effect): string[] {
  return effect.effect === "relay" || effect.effect === "copy" ? [effect.to.role] : [];
}

describe("a case is given", () => {
  test("to whoever has room; who is full, or knows them, does not get it", async () => {
    const play = new Play(open);
    const ingrid = play.person("Ingrid");
    const nora = play.mentee("Nora");
    asks(nora, "Hello, is there someone?");
    const alex = play.person("Alex", { available: false });
    alex.writes("/english");
    const kim = supporterOf(play, "Kim");
    kim.writes("/available");
    play.until("2026-11-23 10:06");
    kim.taps("I know this person");
    ingrid.writesInStaffGroup("/tildel");
    ingrid.writesInStaffGroup(`/tildel ${nora.state.handle}`);
    ingrid.tapsInStaffGroup("Alex");
    expect(nora.state.case?.phase).toMatchObject({ phase: "talking", with: "palex" });
    kim.writes("/pause");
    const mia = supporterOf(play, "Milla");
    for (const name of ["Omar", "Siri"]) {
      const other = play.mentee(name);
      asks(other, `Hello, I am ${name}`);
      mia.taps("Accept");
    }
    ingrid.writesInStaffGroup(`/tildel ${nora.state.handle}`);
    ingrid.tapsInStaffGroup("Milla");
    expect(nora.state.case?.phase).toMatchObject({ phase: "talking", with: "palex" });
    mia.taps("End the talk");
    mia.taps("Yes, end it");
    ingrid.tapsInStaffGroup("Milla");
    expect(nora.state.case?.phase).toMatchObject({ phase: "talking", with: "pmilla" });
    await golden("given", play);
  });

  test("a standing pair finds each other without an offer, above the cap too, until a coordinator ends it", async () => {
    const play = new Play(open);
    const ingrid = play.person("Ingrid");
    const alex = supporterOf(play, "Alex");
    const kim = supporterOf(play, "Kim");
    const nora = play.mentee("Nora");
    asks(nora, "Hello, is there someone?");
    ingrid.writesInStaffGroup(`/par ${nora.state.handle}`);
    ingrid.writesInStaffGroup(`/par ${nora.state.handle} Nobody`);
    ingrid.writesInStaffGroup(`/par ${nora.state.handle} kim`);
    expect(nora.state.case?.phase).toMatchObject({ phase: "talking", with: "pkim" });
    nora.taps("End the talk");
    nora.taps("Yes, end it");
    kim.writes("/pause");
    nora.writes("Hello again");
    expect(nora.state.case?.phase).toMatchObject({ phase: "talking", with: "pkim" });
    ingrid.writesInStaffGroup(`/par ${nora.state.handle}`);
    alex.presses(`offer:accept:${caseOf(nora)}`);
    await golden("standing-pair", play);
  });
});

describe("offers", () => {
  test("say what was dangerous and until when Messenger lets one answer; topics that one would rather not take go to others first", async () => {
    const play = new Play(open);
    const alex = supporterOf(play, "Alex");
    alex.writes("/profile");
    alex.taps("✓ Family");
    play.pass(60_000);
    const kim = supporterOf(play, "Kim");
    kim.writes("/pause");
    const nora = play.mentee("Nora", "messenger");
    alex.writes("/pause");
    nora.writes("Hello, i wish i would not wake up", { level: 2, rules: ["en.passive"] });
    nora.taps("Yes, that's fine");
    nora.taps("18 or over");
    const omar = play.mentee("Omar");
    asks(omar, "Hello, my parents fight");
    omar.taps("Family");
    kim.writes("/available");
    alex.writes("/available");
    play.until("2026-11-23 10:20");
    await golden("offers-and-profiles", play);
  });

  test("at the opening whoever was in danger is offered first, then who has waited longest", () => {
    const play = new Play("2026-11-21 12:00");
    supporterOf(play, "Alex");
    const omar = play.mentee("Omar");
    asks(omar, "Hello, I am Omar");
    play.until("2026-11-21 15:00");
    const siri = play.mentee("Siri");
    asks(siri, "Hello, I am Siri");
    play.until("2026-11-22 12:00");
    const nora = play.mentee("Nora");
    asks(nora, "Hello, I am Nora");
    nora.writes("i wish i would not wake up", { level: 2, rules: ["en.passive"] });
    const before = play.effects.length;
    play.until("2026-11-23 09:01");
    const offered = play.effects.slice(before).flatMap((effect) => {
      if (effect.effect !== "say" || !effect.card?.startsWith("offer:")) return [];
      return [effect.card.replace(/^offer:t|\.1$/g, "")];
    });
    expect(offered).toEqual(["nora", "omar", "siri"]);
  });
});

describe("an alert at night", () => {
  test("calls who is named for it; nobody named, everybody; and the others when it is not taken", async () => {
    const play = new Play("2026-11-22 01:00", { ...oslo, alertsAtNight: "named" });
    coordinatorOf(play, "Ingrid");
    const tor = coordinatorOf(play, "Tor");
    const nora = play.mentee("Nora");
    nora.writes("i want to end it", { level: 3, rules: ["en.intent"] });
    tor.tapsInStaffGroup("Jeg tar det");
    tor.taps("Safe now", true);
    tor.writesInStaffGroup("/natt");
    play.until("2026-11-22 02:00");
    nora.writes("i can not any more, i will do it", { level: 4, rules: ["en.plan"] });
    play.until("2026-11-22 02:16");
    await golden("night-named", play);
  });

  test("waits without a sound where nobody is on duty, and gets loud at the opening", () => {
    const play = new Play("2026-11-22 01:00");
    coordinatorOf(play, "Ingrid");
    const nora = play.mentee("Nora");
    nora.writes("i want to end it", { level: 3, rules: ["en.intent"] });
    play.until("2026-11-23 09:00");
    const cards = play.effects.flatMap((effect) =>
      effect.effect === "say" && effect.to.role === "staff" && effect.text.key.startsWith("escalation.")
        ? [effect.silent ?? false]
        : [],
    );
    expect(cards).toEqual([true, false]);
  });
});

test("a contact made elsewhere has its line in the register when the four taps are done", async () => {
  const play = new Play(open);
  const alex = supporterOf(play, "Alex");
  alex.writes("/record");
  for (const answer of ["Family", "E-mail", "Informed", "No"]) alex.taps(answer);
  const record = play.effects.find((effect) => effect.effect === "record");
  expect(record).toMatchObject({ record: { case: "palex.1", channel: "elsewhere", supporter: "palex" } });
  await golden("contact-elsewhere", play);
});
