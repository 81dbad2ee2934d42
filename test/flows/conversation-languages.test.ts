/** Golden conversations in Serbian, in both of its alphabets, and in Hungarian. */
import { describe, expect, test } from "vitest";
import type { Hours, Programme } from "../../programmes/programme.ts";
import { golden } from "./golden.ts";
import { Play, type TeamMember } from "./play.ts";
import { cepora, hey } from "./programmes.ts";

const weekdays: Hours = {
  week: Object.fromEntries(
    ["monday", "tuesday", "wednesday", "thursday", "friday"].map((day) => [day, [["10:00", "18:00"]]]),
  ),
  holidays: null,
  eves: {},
  closures: [],
  openings: [],
};

/** As somebody installs it: hours decided, public holidays closed. */
const installed: Programme = {
  ...cepora,
  sites: cepora.sites.map((site) => ({
    ...site,
    hours: { ...weekdays, holidays: site.country === "hu" ? "hu" : "rs" },
  })),
};

interface Team {
  site: string;
  coordinator: string;
  supporter: string;
  /** How the supporter asks for their language. */
  language: string;
  /** The buttons that are pressed on the way. */
  promise: string;
  approve: string;
}

const belgrade: Team = {
  site: "belgrade",
  coordinator: "Jelena",
  supporter: "Tamara",
  language: "/српски",
  promise: "Obećavam",
  approve: "Obuka gotova, počni",
};
const budapest: Team = {
  site: "budapest",
  coordinator: "Eszter",
  supporter: "Anna",
  language: "/magyar",
  promise: "Megígérem",
  approve: "Képzett, kezdhet",
};

/** A coordinator of a site, and a supporter whom they invited and let begin. */
function teamOf(play: Play, { site, ...team }: Team): { coordinator: TeamMember; supporter: TeamMember } {
  const coordinator = play.person(team.coordinator);
  coordinator.writesInStaffGroup("/invite", site);
  const supporter = play.person(team.supporter);
  supporter.starts(/start=(\S+)/.exec(play.last(`staff group ${site}`))?.[1] ?? "");
  supporter.writes(team.language);
  supporter.writes(team.supporter);
  supporter.taps(team.promise);
  coordinator.tapsInStaffGroup(team.approve, true, site);
  return { coordinator, supporter };
}

describe("Serbian", () => {
  test("in danger at night, before anybody has decided the hours: no number is guessed, then those of Serbia", async () => {
    const play = new Play("2026-11-22 02:00", cepora);
    const mila = play.mentee("Mila", "messenger");
    mila.writes("ne mogu vise, hocu da se ubijem veceras, popila sam sve tablete", {
      level: 4,
      rules: ["sr.act-done"],
    });
    mila.writes("u Beogradu");
    play.person("Jelena").tapsInStaffGroup("Preuzimam", true, "belgrade");
    mila.writes("izvini");
    const heard = play.transcript;
    expect(mila.state.site).toBe("belgrade");
    expect(heard).toContain("194");
    expect(heard).not.toMatch(/\b112\b/);
    await golden("serbian-danger-at-night", play);
  });

  test("a whole case, for somebody who writes Cyrillic", async () => {
    const play = new Play("2026-11-23 11:00", installed);
    const { supporter: tamara } = teamOf(play, belgrade);
    tamara.writes("/imamvremena");
    const mila = play.mentee("Mila");
    mila.writes("Здраво, има ли кога? Тешко ми је ових дана.");
    mila.taps("Beograd");
    mila.writes("Да");
    mila.writes("имам 18 година");
    mila.taps("Породица");
    tamara.taps("Preuzimam");
    tamara.writes("Zdravo Mila, tu sam. Želiš li da mi ispričaš?");
    mila.writes("свађају се код куће сваки дан");
    tamara.taps("Završi razgovor");
    tamara.taps("Da, završi");
    for (const label of ["Porodica", "Poruke", "Slušanje", "Ne"]) tamara.taps(label);
    mila.writes("моји подаци");
    expect(mila.state.case).toBeNull();
    await golden("serbian-cyrillic-case", play);
  });

  test("at 17, with the guardian's consent that a coordinator records", async () => {
    const play = new Play("2026-11-23 11:00", installed);
    const { coordinator: jelena } = teamOf(play, belgrade);
    const mila = play.mentee("Mila");
    mila.does({ input: "mentee_started", parameter: "belgrade" });
    mila.writes("zdravo, ja sam iz doma i tesko mi je");
    mila.writes("da");
    mila.writes("17");
    jelena.tapsInStaffGroup("Saglasnost data", true, "belgrade");
    mila.writes("evo me opet");
    expect(mila.state.case?.phase.phase).toBe("waiting");
    await golden("serbian-guardian", play);
  });

  test("in the evening before a holiday: why, and when somebody reads", async () => {
    const play = new Play("2026-11-10 20:30", installed);
    const mila = play.mentee("Mila");
    mila.does({ input: "mentee_started", parameter: "belgrade" });
    mila.writes("ćao, da li ima nekoga");
    mila.taps("Da, u redu je");
    mila.taps("18 ili više");
    mila.writes("ne mogu da spavam");
    mila.writes("obrisi sve");
    mila.taps("Da, obriši");
    await golden("serbian-closed", play);
  });
});

describe("Hungarian", () => {
  test("who asks for help in it understands the answer, also where Serbian comes first", () => {
    const play = new Play("2026-11-23 11:00", installed);
    const bence = play.mentee("Bence", "messenger");
    bence.writes("SEGÍTSÉG");
    expect(bence.state.language).toBe("hu");
    expect(play.last("Bence")).toContain("Ők azonnal tudnak segíteni");
  });

  test("a question that stands open is asked again in the language of the command", () => {
    const play = new Play("2026-11-23 11:00", installed);
    const bence = play.mentee("Bence", "messenger");
    bence.does({ input: "mentee_started", parameter: "belgrade" });
    expect(play.last("Bence")).toContain("Da li je to u redu?");
    bence.writes("segitseg");
    expect(play.last("Bence")).toContain("Így rendben van?");
  });

  test("a whole case, with an alert that a coordinator ends", async () => {
    const play = new Play("2026-11-23 11:00", installed);
    const { supporter: anna, coordinator: eszter } = teamOf(play, budapest);
    anna.writes("/raerek");
    const bence = play.mentee("Bence", "messenger");
    bence.writes("Szia, van itt valaki? Nagyon egyedul vagyok");
    bence.taps("Budapest");
    bence.writes("igen");
    bence.writes("19 éves vagyok");
    bence.taps("Magány");
    anna.taps("Elvállalom");
    anna.writes("Szia, itt vagyok. Mi történt?");
    bence.writes("meg akarok halni, nem birom tovabb", { level: 3, rules: ["hu.intent"] });
    eszter.tapsInStaffGroup("Elvállalom", true, "budapest");
    eszter.tapsInStaffGroup("Biztonságban van", true, "budapest");
    bence.writes("köszönöm, most jobb");
    bence.does({ input: "mentee_chose", payload: "talk:end" });
    bence.taps("Igen, befejezem");
    for (const label of ["Magány", "Csevegés", "Meghallgattam", "Igen"]) anna.taps(label);
    expect(bence.state.case).toBeNull();
    await golden("hungarian-case", play);
  });

  test("in danger at night in Budapest", async () => {
    const play = new Play("2026-11-22 02:00", installed);
    const bence = play.mentee("Bence");
    bence.does({ input: "mentee_started", parameter: "budapest" });
    bence.writes("eldöntöttem, ma este véget vetek az életemnek", { level: 4, rules: ["hu.plan"] });
    bence.writes("nem");
    expect(play.transcript).toContain("\n   ! Bence | 112\n");
    await golden("hungarian-danger-at-night", play);
  });
});

describe("the languages of HEY", () => {
  test.each([
    [
      "el",
      "Κύπρος",
      "cyprus",
      ["Γεια, είναι κανείς εδώ;", "Ναι, εντάξει", "είμαι 19 χρονών", "βοήθεια"],
      "112",
    ],
    ["it", "italia", "italy", ["ciao, c'è qualcuno?", "sì, va bene", "ho 19 anni", "aiuto"], "112"],
    [
      "fr",
      "en France",
      "france",
      ["salut, il y a quelqu'un ?", "oui, d'accord", "j'ai 19 ans", "à l'aide"],
      "3114",
    ],
    ["es", "España", "spain", ["hola, ¿hay alguien?", "sí", "tengo 19 años", "¡ayuda!"], "024"],
    ["pt", "em Portugal", "portugal", ["olá, está aí alguém?", "pode ser", "tenho 19 anos", "ajuda"], "112"],
  ] as const)(
    "%s is spoken from the first words to the wait",
    async (language, place, site, words, number) => {
      const play = new Play("2026-11-23 11:00", hey);
      const maria = play.mentee("Maria", "messenger");
      const [hello, yes, age, help] = words;
      maria.writes(hello);
      expect(maria.state.language).toBe(language);
      maria.writes(place);
      maria.writes(yes);
      maria.writes(age);
      maria.writes("Maria");
      expect(maria.state).toMatchObject({ site, age: "18plus", case: { phase: { phase: "waiting" } } });
      maria.writes(help);
      expect(play.last("Maria")).toContain(number);
      await golden(`hey-${language}`, play);
    },
  );
});
