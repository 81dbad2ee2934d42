/** Golden conversations of a programme with several sites, and of one in which people know each other. */
import { describe, expect, test } from "vitest";
import type { Programme } from "../../programmes/programme.ts";
import { golden, open, supporterOf } from "./golden.ts";
import { Play } from "./play.ts";
import { oslo } from "./programmes.ts";

const [first] = oslo.sites;
if (!first) throw new Error("a programme without a site");

/** Two sites with their own helplines, hours and people; Dublin speaks English only. */
const north: Programme = {
  ...oslo,
  name: "Peer Support North",
  languages: ["en", "nb"],
  sites: [
    { ...first, languages: ["nb", "en"] },
    { ...first, id: "dublin", name: "Dublin", zone: "Europe/Dublin", country: "ie", languages: ["en"] },
  ],
};

describe("a programme with two sites", () => {
  test("asks where, shows that country's numbers, and calls that site's people", async () => {
    const play = new Play(open, north);
    const alex = supporterOf(play, "Alex");
    const orla = play.person("Orla");
    orla.writesInStaffGroup("/invite", "dublin");
    const sean = play.person("Sean");
    sean.starts(/start=(\S+)/.exec(play.last("staff group dublin"))?.[1] ?? "");
    sean.writes("Sean");
    sean.taps("I promise");
    orla.tapsInStaffGroup("Trained, let begin", true, "dublin");
    sean.writes("/available");
    const nora = play.mentee("Nora");
    nora.writes("Hello, i wish i would not wake up", { level: 3, rules: ["en.passive"] });
    nora.writes("dublin");
    nora.taps("Yes, that's fine");
    nora.taps("18 or over");
    expect(nora.state.site).toBe("dublin");
    expect(alex.state.site).toBe("oslo");
    sean.taps("Accept");
    await golden("two-sites", play);
  });

  test("knows where from the link", () => {
    const play = new Play(open, north);
    const nora = play.mentee("Nora");
    nora.does({ input: "mentee_started", parameter: "dublin" });
    expect(nora.state).toMatchObject({ site: "dublin", placed: true });
    expect(play.last("Nora")).toContain("Is that all right?");
  });
});

describe("a programme in which people know each other", () => {
  test("asks what to be called, and the supporter reads that name; coordinators keep to the nickname", async () => {
    const play = new Play(open, { ...oslo, languages: ["en"], identity: "known" });
    const alex = supporterOf(play, "Alex");
    const nora = play.mentee("Nora");
    nora.writes("Hello, can I talk to someone?");
    nora.taps("Yes, that's fine");
    nora.taps("18 or over");
    nora.writes("I am not sure, I feel so alone");
    nora.writes("Nora");
    alex.taps("Accept");
    nora.writes("hi");
    alex.taps("Call a coordinator");
    await golden("known", play);
  });
});
