import type { Vocabulary } from "./vocabulary.ts";

export const hu: Vocabulary = {
  tags: ["hu"],
  frequent:
    "az egy és nem vagyok vagy vannak volt voltam lesz hogy ez ezt azt mit miért mikor hol ki kivel mert csak már " +
    "még most itt ott kell nagyon minden mindig soha semmi senki valaki valakivel valami tudok tudom tud tudnék akarok " +
    "szeretnék beszélni beszélgetni érzem magam nekem engem velem rólam tőlem szia sziasztok segítség segítsetek " +
    "kérek kérlek köszi köszönöm igen jó jól rossz rosszul nincs van volna lenne után miatt előtt nélkül ami aki " +
    "amikor annyira olyan ilyen így úgy akkor ezért bárcsak talán én sem le el fel megint teljesen félek vége tele " +
    "értelme életem este holnap tegnap napja lehet kellene szeretem utálom gyere helló",
  letters: /[áéíóöőúüű]/,
  called: ["/magyar", "magyar", "magyarul", "hungarian", "ungarsk", "mađarski", "na mađarskom"],
  mentee: {
    help: [
      "/segitseg",
      "segítség",
      "segíts",
      "segíts nekem",
      "segítsetek",
      "segítsen",
      "segítsen valaki",
      "segítség kell",
      "most kell segítség",
      "segítségre van szükségem",
    ],
    end: ["/vege", "beszélgetés vége", "vége a beszélgetésnek", "befejezem a beszélgetést"],
    change: ["/masik", "valaki más", "másvalaki", "másik segítő"],
    stop: ["/allj", "leiratkozás", "leiratkozom"],
    delete: ["/torles", "törlés", "töröld", "törölj mindent", "minden törlése", "töröld az adataimat"],
    mydata: ["/adataim", "adataim", "az adataim"],
    privacy: ["/adatvedelem", "adatvédelem"],
    consent: ["/hozzajarulas", "hozzájárulás", "/beleegyezes", "beleegyezés"],
  },
  answers: {
    yes: [
      "igen",
      "igen rendben",
      "igen rendben van",
      "igen köszönöm",
      "rendben",
      "rendben van",
      "jó",
      "oké",
      "ok",
      "persze",
      "jöhet",
      "beleegyezem",
      "hozzájárulok",
    ],
    no: ["nem", "nem most", "most nem", "nem köszönöm", "nem kösz", "inkább nem", "még nem", "ne"],
    more: ["bővebben", "több", "többet", "részletek"],
  },
  ages: {
    exactly: ["#", "# vagyok", "# éves", "# éves vagyok", "# év"],
    under: ["# alatt", "# év alatt", "# éves kor alatt"],
    between: ["#-#", "#-# között", "# és # között", "# és # év között"],
    over: ["# felett", "# fölött", "# év felett", "# év fölött", "# vagy több", "elmúltam #"],
  },
  supporter: {
    available: ["/raerek", "/elerheto"],
    pause: ["/szunet"],
    cases: ["/beszelgetesek"],
    escalate: ["/riasztas"],
    end: ["/vege"],
    record: ["/rogzites"],
    profile: ["/profil"],
    help: ["/segitseg"],
  },
  coordinator: {
    invite: ["/meghivo"],
    open: ["/nyitas"],
    suspend: ["/felfuggeszt"],
    remove: ["/eltavolit"],
    block: ["/tiltas"],
    give: ["/kioszt"],
    pair: ["/par"],
    duty: ["/ugyelet"],
    night: ["/ejszaka"],
    alarmtest: ["/probariasztas"],
    help: ["/segitseg"],
  },
};
