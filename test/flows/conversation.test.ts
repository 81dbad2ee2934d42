/** Golden conversations: what everybody reads, from first words to the closing. */
import { describe, expect, test } from "vitest";
import type { Content } from "../../adapters/content.ts";
import { asks, caseOf, golden, open, supporterOf } from "./golden.ts";
import { Play } from "./play.ts";

describe("a conversation", () => {
  test("from first words to the closing", async () => {
    const play = new Play(open);
    const alex = play.supporter("Alex");
    const nora = play.mentee("Nora");
    nora.writes("Hei");
    nora.writes("jeg har det litt tungt for tiden");
    nora.taps("Ja, det er greit");
    nora.writes("19");
    alex.taps("Ta imot");
    alex.writes("Hei, jeg er her. Vil du fortelle?");
    nora.writes("det er eksamen og alt på en gang");
    alex.writes("Det høres mye ut.");
    alex.taps("Avslutt samtalen");
    alex.taps("Ja, avslutt");
    expect(nora.state.case).toBeNull();
    await golden("first-words-to-closing", play);
  });
});

describe("the first questions", () => {
  test("a no is respected, and the way back stays open", async () => {
    const play = new Play(open);
    const nora = play.mentee("Nora");
    nora.writes("Hello, can I talk to someone?");
    nora.taps("Read more");
    nora.taps("Not now");
    nora.writes("hm, I think I would like to after all");
    await golden("consent-no", play);
  });

  test("without an answer the words are kept for a day, one reminder, then deleted as said", async () => {
    const play = new Play(open);
    const nora = play.mentee("Nora");
    nora.writes("Hello, I am not well");
    play.until("2026-11-24 10:01");
    expect(nora.state.case).toBeNull();
    await golden("consent-silence", play);
  });

  test("the language follows what is written, and can be chosen", async () => {
    const play = new Play(open);
    const nora = play.mentee("Nora");
    nora.writes("hei");
    nora.writes("Sorry, can we do this in English please?");
    nora.taps("norsk");
    await golden("language", play);
  });

  test("somebody who is too young is handed over warmly", async () => {
    const play = new Play(open);
    const nora = play.mentee("Nora");
    supporterOf(play, "Alex");
    nora.writes("Hello, my parents fight all the time");
    nora.taps("Yes, that's fine");
    nora.taps("15 to 17");
    expect(nora.state.case).toBeNull();
    await golden("too-young", play);
  });
});

describe("the wait", () => {
  test("nobody is free: the truth at once, after 20 and after 45 minutes, and the team is told", async () => {
    const play = new Play(open);
    const nora = play.mentee("Nora");
    asks(nora, "Hello, is there someone?");
    play.until("2026-11-23 10:46");
    const alex = supporterOf(play, "Alex");
    alex.writes("/pause");
    alex.writes("/available");
    alex.taps("Accept");
    await golden("nobody-free", play);
  });

  test("offers are passed, run out and go to more people", async () => {
    const play = new Play(open);
    const [alex, kim, mia] = ["Alex", "Kim", "Mia"].map((name) => supporterOf(play, name));
    const nora = play.mentee("Nora");
    asks(nora, "Hello, is there someone?");
    alex?.taps("Pass");
    play.until("2026-11-23 10:11");
    mia?.taps("Accept");
    kim?.presses(`offer:accept:${caseOf(nora)}`);
    await golden("offers", play);
  });

  test("closed at night: when somebody reads, and the talk begins at opening", async () => {
    const play = new Play("2026-11-21 02:00"); // a Saturday
    const alex = supporterOf(play, "Alex");
    const nora = play.mentee("Nora");
    asks(nora, "Hello, I can't sleep");
    nora.writes("it is so quiet here");
    play.until("2026-11-23 09:00");
    alex.taps("Accept");
    await golden("closed", play);
  });
});

describe("closed", () => {
  test("over Easter on Messenger: why, until when, and what Messenger may do; said once", async () => {
    const play = new Play("2026-04-01 16:00");
    const nora = play.mentee("Nora", "messenger");
    asks(nora, "Hello, I am alone at home");
    nora.writes("it is so quiet");
    play.until("2026-04-03 12:00");
    nora.writes("still here");
    await golden("closed-at-easter", play);
  });

  test("a coordinator opens for an hour: who waits is offered, and a mistake is explained", async () => {
    const play = new Play("2026-11-21 14:00");
    const alex = supporterOf(play, "Alex");
    const ingrid = play.person("Ingrid");
    const nora = play.mentee("Nora");
    asks(nora, "Hello, I am alone at home");
    ingrid.writesInStaffGroup("/apne");
    ingrid.writesInStaffGroup("/apne 60 eksamensuke");
    alex.taps("Accept");
    play.until("2026-11-21 15:40");
    nora.writes("are you there?");
    ingrid.writesInStaffGroup("/open 30 once more");
    nora.writes("and now?");
    await golden("opened-by-a-coordinator", play);
  });
});

describe("what it is about", () => {
  test("is asked while somebody waits, and whoever is asked to take it sees it", async () => {
    const play = new Play(open);
    const alex = supporterOf(play, "Alex");
    const nora = play.mentee("Nora");
    const omar = play.mentee("Omar");
    asks(nora, "Hello, is there someone?");
    nora.taps("Loneliness");
    alex.taps("Accept");
    asks(omar, "Hello, I need to talk");
    omar.taps("I'd rather not say");
    omar.writes("it is complicated");
    await golden("topic", play);
  });
});

describe("danger", () => {
  test("before a yes, at night: numbers first, a coordinator is called, the question is put again", async () => {
    const play = new Play("2026-11-22 02:00");
    const nora = play.mentee("Nora");
    nora.writes("i want to die, i have the pills here", { level: 4, rules: ["en.means"] });
    nora.writes("sorry", null);
    nora.writes("i really mean it", { level: 3, rules: ["en.intent"] });
    play.person("Ingrid").tapsInStaffGroup("Jeg tar det");
    await golden("danger-at-night", play);
  });

  test("without a yes the words go as said, but not the alert; and nothing untrue is said about who read them", async () => {
    const play = new Play("2026-11-22 02:00");
    const ingrid = play.person("Ingrid");
    ingrid.writesInStaffGroup("/vakt");
    ingrid.starts(null);
    const nora = play.mentee("Nora");
    nora.writes("hello, i want to end it all", { level: 3, rules: ["en.intent"] });
    play.until("2026-11-22 02:10");
    ingrid.tapsInStaffGroup("Jeg tar det");
    ingrid.taps("Les samtalen", true);
    play.until("2026-11-23 02:01");
    expect(nora.state.case?.escalation?.outcome).toBeNull();
    nora.writes("hello again");
    nora.taps("Not now");
    await golden("danger-without-a-yes", play);
  });

  test("in a talk: the card, the supporter's guide, the coordinator, and the talk goes on", async () => {
    const play = new Play(open);
    const alex = supporterOf(play, "Alex");
    const ingrid = play.person("Ingrid");
    const nora = play.mentee("Nora");
    asks(nora, "Hello, is there someone?");
    alex.taps("Accept");
    nora.writes("sometimes i wish i would not wake up", { level: 2, rules: ["en.passive"] });
    nora.writes("i have decided to end it", { level: 3, rules: ["en.intent"] });
    ingrid.tapsInStaffGroup("Jeg tar det");
    alex.writes("I am here with you. Are you safe right now?");
    nora.writes("help");
    await golden("danger-in-a-talk", play);
  });
});

describe("an alert", () => {
  test("without a clear case the bot asks which; an old card can't answer a new alert", async () => {
    const play = new Play(open);
    const alex = supporterOf(play, "Alex");
    const ingrid = play.person("Ingrid");
    const nora = play.mentee("Nora");
    const omar = play.mentee("Omar");
    asks(nora, "Hello, is there someone?");
    alex.taps("Accept");
    asks(omar, "Hello, I need to talk");
    alex.taps("Accept");
    alex.writes("/escalate I do not know what to say");
    alex.presses(`case:escalate:${caseOf(omar)}`);
    ingrid.tapsInStaffGroup("Jeg tar det", false);
    ingrid.tapsInStaffGroup("Jeg tar det");
    alex.writes("/escalate it got worse", caseOf(omar));
    await golden("alert", play);
  });
});

describe("the ladder of an alert", () => {
  test("nobody reacts: the group twice, then everybody in their own chat, until somebody takes it", async () => {
    const play = new Play(open);
    const alex = supporterOf(play, "Alex");
    const ingrid = play.person("Ingrid");
    const per = play.person("Per");
    for (const coordinator of [ingrid, per]) coordinator.writesInStaffGroup("/vakt");
    per.writesInStaffGroup("/vakt");
    ingrid.starts(null);
    per.starts(null);
    per.writesInStaffGroup("/alarmtest");
    ingrid.taps("Jeg fikk det", true);
    const nora = play.mentee("Nora");
    asks(nora, "Hello, is there someone?");
    alex.taps("Accept");
    alex.writes("/escalate I am worried");
    play.until("2026-11-23 10:31");
    per.taps("Kan ikke, neste", true);
    ingrid.tapsInStaffGroup("Sett");
    play.until("2026-11-23 10:40");
    ingrid.taps("Tar det, ikke si fra", true);
    play.until("2026-11-23 10:51");
    per.tapsInStaffGroup("Les samtalen");
    ingrid.taps("Les samtalen", true);
    per.tapsInStaffGroup("Trygg nå");
    per.tapsInStaffGroup("Jeg tar det");
    await golden("ladder", play);
  });

  test("at night it waits, and gets loud at the opening", async () => {
    const play = new Play("2026-11-22 02:00");
    const ingrid = play.person("Ingrid");
    ingrid.writesInStaffGroup("/vakt");
    ingrid.starts(null);
    const nora = play.mentee("Nora", "messenger");
    nora.writes("Hello");
    nora.taps("Yes, that's fine");
    nora.taps("18 or over");
    nora.writes("i have decided to end it", { level: 3, rules: ["en.intent"] });
    play.until("2026-11-23 09:16");
    ingrid.tapsInStaffGroup("Jeg tar det");
    await golden("ladder-at-night", play);
  });

  test("a staff group that can't be reached is no reason for silence", async () => {
    const play = new Play(open);
    const alex = supporterOf(play, "Alex");
    const ingrid = play.person("Ingrid");
    ingrid.writesInStaffGroup("/vakt");
    ingrid.starts(null);
    const nora = play.mentee("Nora");
    asks(nora, "Hello, is there someone?");
    alex.taps("Accept");
    alex.writes("/escalate I am worried");
    nora.does({ input: "undelivered", to: { author: "bot", reader: "staff" }, why: "blocked" });
    ingrid.taps("Jeg tar det", true);
    await golden("ladder-without-a-group", play);
  });
});

describe("what is one's own", () => {
  test("privacy, my data, the yes taken back, everything deleted", async () => {
    const play = new Play(open);
    const alex = supporterOf(play, "Alex");
    const nora = play.mentee("Nora");
    nora.writes("privacy");
    asks(nora, "Hello, is there someone?");
    alex.taps("Accept");
    nora.writes("my data");
    nora.taps("Delete everything");
    nora.taps("No, keep it");
    nora.writes("privacy");
    nora.taps("Take back my yes");
    const { handle } = nora.state;
    nora.taps("Delete everything");
    nora.taps("Yes, delete");
    expect(nora.state).toMatchObject({ consent: null, age: null, case: null });
    expect(nora.state.handle).not.toBe(handle);
    nora.writes("Hello again");
    await golden("rights", play);
  });

  test("with an alert open words are hidden at once, and erased when coordinators are done", async () => {
    const play = new Play(open);
    const alex = supporterOf(play, "Alex");
    const ingrid = play.person("Ingrid");
    const nora = play.mentee("Nora");
    asks(nora, "Hello, is there someone?");
    alex.taps("Accept");
    alex.writes("/escalate I am worried");
    nora.writes("delete everything");
    nora.taps("Yes, delete");
    alex.writes("are you there?");
    ingrid.tapsInStaffGroup("Jeg tar det");
    ingrid.tapsInStaffGroup("Trygg nå");
    expect(nora.state.case).toBeNull();
    await golden("rights-in-danger", play);
  });

  test("a coordinator has to keep what was written: deletion waits, and the mentee is told so", async () => {
    const play = new Play(open);
    const alex = supporterOf(play, "Alex");
    const ingrid = play.person("Ingrid");
    const nora = play.mentee("Nora");
    asks(nora, "Hello, is there someone?");
    alex.taps("Accept");
    ingrid.writesInStaffGroup("/hold");
    ingrid.writesInStaffGroup(`/hold ${nora.state.handle} 91 too long`);
    ingrid.writesInStaffGroup(`/hold ${nora.state.handle} 30`);
    ingrid.writesInStaffGroup(`/hold ${nora.state.handle} 0`);
    ingrid.writesInStaffGroup(`/hold ${nora.state.handle} 30 complaint to the board`);
    nora.writes("my data");
    nora.writes("delete everything");
    nora.taps("Yes, delete");
    expect(nora.state).toMatchObject({ case: null, legalHold: { thenErase: 1 } });
    play.until("2026-12-23 09:50");
    expect(nora.state.age).toBe("18plus");
    play.until("2026-12-23 10:10");
    expect(nora.state).toMatchObject({ age: null, legalHold: null });
    await golden("hold", play);
  });

  test("a hold on somebody in danger who asked for deletion; one who came back meanwhile keeps what is new", async () => {
    const play = new Play(open);
    const alex = supporterOf(play, "Alex");
    const ingrid = play.person("Ingrid");
    const nora = play.mentee("Nora");
    asks(nora, "Hello, is there someone?");
    alex.taps("Accept");
    alex.writes("/escalate I am worried");
    nora.writes("delete everything");
    nora.taps("Yes, delete");
    ingrid.writesInStaffGroup(`/hold ${nora.state.handle} 10 the police have asked`);
    nora.writes("are you there?");
    ingrid.tapsInStaffGroup("Jeg tar det");
    ingrid.tapsInStaffGroup("Trygg nå");
    play.until("2026-11-30 10:00");
    expect(nora.state.case?.phase.phase).toBe("erasing");
    ingrid.writesInStaffGroup(`/hold ${nora.state.handle} 0`);
    expect(nora.state).toMatchObject({ case: null, age: null, legalHold: null });

    asks(nora, "Hello again");
    alex.taps("Accept");
    ingrid.writesInStaffGroup(`/hold ${nora.state.handle} 1 a complaint`);
    nora.writes("delete everything");
    nora.taps("Yes, delete");
    nora.writes("And once more");
    alex.taps("Accept");
    alex.writes("here I am");
    play.until("2026-12-01 12:00");
    expect(nora.state.case).not.toBeNull();
    await golden("hold-in-danger", play);
  });

  test("stop: silence until the next word, but not for an alert", async () => {
    const play = new Play(open);
    const nora = play.mentee("Nora");
    asks(nora, "Hello, is there someone?");
    nora.writes("stop");
    play.until("2026-11-23 12:00");
    nora.writes("i want to end it", { level: 3, rules: ["en.intent"] });
    nora.writes("stop");
    expect(nora.state.case?.escalation?.outcome).toBeNull();
    await golden("stop", play);
  });
});

describe("people of the team", () => {
  test("from an invitation to the first offer: a name, a promise, and a coordinator's word", async () => {
    const play = new Play(open);
    const ingrid = play.person("Ingrid");
    const alex = play.person("Alex");
    ingrid.writesInStaffGroup("/inviter");
    const link = /start=(\S+)/.exec(play.last("staff group"))?.[1] ?? "";
    alex.starts(link);
    alex.writes("https://me.example");
    alex.writes("Alex");
    alex.writes("/english");
    alex.writes("/available");
    alex.taps("I promise");
    alex.writes("/available");
    ingrid.tapsInStaffGroup("Opplært, begynn", false);
    ingrid.tapsInStaffGroup("Opplært, begynn");
    alex.writes("/available");
    await golden("a-new-supporter", play);
  });

  test("suspended in the middle of a talk, let back in, and removed", async () => {
    const play = new Play(open);
    const ingrid = play.person("Ingrid");
    const alex = supporterOf(play, "Alex");
    const nora = play.mentee("Nora");
    asks(nora, "Hello, is there someone?");
    alex.taps("Accept");
    const kim = supporterOf(play, "Kim");
    ingrid.writesInStaffGroup("/sperr");
    ingrid.writesInStaffGroup("/sperr alex");
    ingrid.tapsInStaffGroup("Pause Alex");
    alex.writes("/available");
    alex.writes("are you there?");
    kim.taps("Accept");
    ingrid.tapsInStaffGroup("Slipp inn igjen");
    alex.writes("/available");
    ingrid.writesInStaffGroup("/fjern Alex");
    ingrid.tapsInStaffGroup("Fjern Alex");
    alex.writes("/available");
    await golden("suspended-and-removed", play);
  });

  test("a mentee who is kept from supporters is told once, and is still seen when in danger", async () => {
    const play = new Play(open);
    const ingrid = play.person("Ingrid");
    const alex = supporterOf(play, "Alex");
    const nora = play.mentee("Nora");
    asks(nora, "Hello, is there someone?");
    alex.taps("Accept");
    ingrid.writesInStaffGroup("/blokker");
    ingrid.writesInStaffGroup(`/blokker ${nora.state.handle} 7 trusler`);
    nora.writes("why?");
    nora.writes("i want to die", { level: 3, rules: ["en.intent"] });
    ingrid.writesInStaffGroup(`/blokker ${nora.state.handle} 0 over`);
    nora.writes("hello");
    await golden("kept-from-supporters", play);
  });
});

describe("several talks of one supporter", () => {
  test("words without a clear reader are never guessed", async () => {
    const play = new Play(open);
    const alex = supporterOf(play, "Alex");
    const nora = play.mentee("Nora");
    const omar = play.mentee("Omar");
    asks(nora, "Hello, I am Nora's words");
    alex.taps("Accept");
    asks(omar, "Hello, I am Omar's words");
    alex.taps("Accept");
    alex.writes("how are you?");
    alex.taps(omar.state.handle);
    alex.writes("this is a reply", caseOf(nora));
    alex.writes("and this goes on with the one chosen");
    play.until("2026-11-23 10:01");
    nora.writes("i am here too");
    alex.writes("now it is not clear any more");
    alex.taps(nora.state.handle);
    alex.writes("/cases");
    await golden("two-talks", play);
  });
});

describe("people who know each other", () => {
  test("are never brought together, whoever says so", async () => {
    const play = new Play(open);
    const alex = supporterOf(play, "Alex");
    const kim = supporterOf(play, "Kim");
    const nora = play.mentee("Nora");
    asks(nora, "Hello, is there someone?");
    alex.taps("I know this person");
    kim.taps("Accept");
    nora.taps("I know this person");
    expect(nora.state.knownBy).toEqual(["palex", "pkim"]);
    expect(nora.state.case?.phase.phase).toBe("waiting");
    await golden("they-know-each-other", play);
  });
});

describe("a talk in which nobody writes any more", () => {
  test("one gentle line after two days, asleep after seven, and the same supporter is asked first", async () => {
    const play = new Play(open);
    const alex = supporterOf(play, "Alex");
    const nora = play.mentee("Nora");
    asks(nora, "Hello, is there someone?");
    alex.taps("Accept");
    alex.writes("Hi, I am here");
    supporterOf(play, "Kim");
    play.until("2026-11-25 10:01");
    play.until("2026-11-30 10:01");
    expect(nora.state.case).toBeNull();
    nora.writes("Hello again");
    await golden("asleep", play);
  });

  test("with a sign of danger it stays open", () => {
    const play = new Play(open);
    const alex = supporterOf(play, "Alex");
    const nora = play.mentee("Nora");
    asks(nora, "Hello, is there someone?");
    alex.taps("Accept");
    alex.writes("Hi, I am here");
    nora.writes("i wish i would not wake up", { level: 2, rules: ["en.passive"] });
    play.until("2026-12-07 10:01");
    expect(nora.state.case?.phase.phase).toBe("talking");
  });
});

describe("accepted, then silence", () => {
  test("the supporter is asked, then the mentee and the team are told; it can be offered again", async () => {
    const play = new Play(open);
    const alex = supporterOf(play, "Alex");
    const ingrid = play.person("Ingrid");
    const nora = play.mentee("Nora");
    asks(nora, "Hello, is there someone?");
    alex.taps("Accept");
    const kim = supporterOf(play, "Kim");
    play.until("2026-11-23 10:21");
    ingrid.tapsInStaffGroup("Gi til andre");
    kim.taps("Accept");
    kim.writes("Hi, I am here");
    play.until("2026-11-23 11:00");
    ingrid.tapsInStaffGroup("Gi til andre");
    await golden("silence", play);
  });

  test("with signs of danger sooner", async () => {
    const play = new Play(open);
    const alex = supporterOf(play, "Alex");
    const nora = play.mentee("Nora");
    asks(nora, "Hello, is there someone?");
    nora.writes("i wish i would not wake up", { level: 2, rules: ["en.passive"] });
    alex.taps("Accept");
    play.until("2026-11-23 10:06");
    nora.taps("Someone else");
    await golden("silence-in-danger", play);
  });
});

describe("a change of supporter", () => {
  test("the mentee wants somebody else, without a reason", async () => {
    const play = new Play(open);
    const alex = supporterOf(play, "Alex");
    const nora = play.mentee("Nora");
    asks(nora, "Hello, is there someone?");
    alex.taps("Accept");
    const kim = supporterOf(play, "Kim");
    nora.taps("Someone else");
    alex.writes("are you still there?");
    nora.writes("while I wait");
    kim.taps("Accept");
    await golden("change-by-the-mentee", play);
  });

  test("the supporter hands on, or is gone", async () => {
    const play = new Play(open);
    const alex = supporterOf(play, "Alex");
    const nora = play.mentee("Nora");
    asks(nora, "Hello, is there someone?");
    alex.taps("Accept");
    const kim = supporterOf(play, "Kim");
    alex.taps("Hand on");
    kim.taps("Accept");
    kim.does({ input: "blocked" });
    play.until("2026-11-23 10:05");
    await golden("supporter-goes", play);
  });
});

describe("the end of the day", () => {
  test("both are told, the talk may run on, later words wait or go as a goodbye", async () => {
    const play = new Play("2026-11-23 19:30");
    const alex = supporterOf(play, "Alex");
    const nora = play.mentee("Nora");
    asks(nora, "Hello, is there someone?");
    alex.taps("Accept");
    play.until("2026-11-23 20:10");
    alex.writes("we can go on for a little");
    nora.writes("thank you");
    play.until("2026-11-23 20:40");
    alex.writes("sleep well");
    nora.writes("are you there?");
    play.until("2026-11-24 09:00");
    nora.writes("good morning");
    await golden("end-of-the-day", play);
  });
});

describe("the end", () => {
  test("by the mentee, who is asked once; by a block, of which the supporter hears", async () => {
    const play = new Play(open);
    const alex = supporterOf(play, "Alex");
    const nora = play.mentee("Nora");
    asks(nora, "Hello, is there someone?");
    alex.taps("Accept");
    nora.writes("/end");
    nora.taps("No, go on");
    nora.does({ input: "mentee_blocked" });
    alex.writes("hello?");
    nora.does({ input: "mentee_unblocked" });
    nora.taps("End the talk");
    nora.taps("Yes, end it");
    nora.writes("Hello again");
    await golden("end-by-the-mentee", play);
  });
});

describe("what is not text", () => {
  const file = { channel: "telegram:public", id: "x" } as const;
  const photo: Content = { kind: "photo", file, caption: "my desk" };

  test("goes on with its words, before a yes and after it; what can't is told to its sender at once", async () => {
    const play = new Play(open);
    const alex = supporterOf(play, "Alex");
    const nora = play.mentee("Nora", "messenger");
    nora.sends(photo);
    asks(nora, "I can't put it in words");
    nora.sends({ kind: "document", file });
    alex.taps("Accept");
    nora.sends({ kind: "voice", file, duration: 40 });
    nora.sends({ kind: "document", file, caption: "the letter" });
    nora.sends({ kind: "video", file, size: 30_000_000 });
    nora.sends({ kind: "video", file: null });
    nora.sends({ kind: "contact", details: "+4740000000" });
    nora.sends({ kind: "poll", details: "Should I go?\nYes\nNo" });
    nora.sends({ kind: "other" });
    alex.sends({ kind: "photo", file });
    alex.sends({ kind: "photo", file, size: 21_000_000 });
    alex.sends({ kind: "document", file, caption: "read this" });
    alex.sends({ kind: "document", file });
    alex.sends({ kind: "location", details: "59.9, 10.7" });
    nora.does({ input: "undelivered", to: { author: "mentee", reader: alex.id }, why: "file_gone" });
    nora.does({ input: "undelivered", to: { author: alex.id, reader: "mentee" }, why: "file_refused" });
    await golden("files", play);
  });

  test("a place passes in danger, whatever the programme says", () => {
    const play = new Play(open);
    const alex = supporterOf(play, "Alex");
    const nora = play.mentee("Nora");
    asks(nora, "hello");
    alex.taps("Accept");
    const place: Content = { kind: "location", details: "59.9, 10.7" };
    const passes = (): boolean => {
      const from = play.effects.length;
      nora.sends(place);
      return play.effects
        .slice(from)
        .some((effect) => effect.effect === "relay" && effect.only === undefined);
    };
    expect(passes()).toBe(false);
    nora.writes("i want to die", { level: 4 });
    expect(passes()).toBe(true);
  });

  test("waits with its words until the supporter says whom it is for", () => {
    const play = new Play(open);
    const alex = supporterOf(play, "Alex");
    const mentees = ["Nora", "Omar"].map((name) => play.mentee(name));
    for (const mentee of mentees) {
      asks(mentee, "hello");
      alex.taps("Accept");
    }
    const [nora] = mentees;
    if (!nora) throw new Error("nobody");
    alex.sends(photo);
    const from = play.effects.length;
    alex.taps(nora.state.handle);
    expect(play.effects.slice(from)).toContainEqual(
      expect.objectContaining({
        effect: "tell",
        subject: nora.id,
        input: expect.objectContaining({ input: "supporter_wrote", content: photo }),
      }),
    );
  });
});
