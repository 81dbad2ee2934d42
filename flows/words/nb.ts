import type { Vocabulary } from "./vocabulary.ts";

export const nb: Vocabulary = {
  tags: ["nb", "no", "nn"],
  frequent:
    "jeg eg æ du deg meg min mitt mine vi dere oss og er var har hadde kan vil skal må ikke ikkje hei heisann hallo " +
    "hva kva hvem kven hvordan korleis hvorfor når dette det den der her noen nokon med trenger treng snakke prate " +
    "hjelp takk ja nei føler veldig bare av til på fra om som så også gjør blir vet veit tror en et ei å at",
  letters: /[æøå]/,
  called: ["/norsk", "norsk", "på norsk", "bokmål", "norwegian", "norveški", "norvég"],
  mentee: {
    help: ["/hjelp", "hjelp", "hjelp meg", "jeg trenger hjelp nå"],
    end: ["/avslutt", "avslutt", "avslutt samtalen"],
    change: ["/bytt", "en annen person"],
    stop: ["/stopp", "stopp"],
    delete: ["/slett", "slett", "slett alt"],
    mydata: ["/minedata", "mine data"],
    privacy: ["/personvern", "personvern"],
    consent: ["/samtykke", "samtykke"],
  },
  answers: {
    yes: ["ja", "j", "jo", "jada", "ja takk", "greit", "det er greit", "ja det er greit"],
    no: ["nei", "n", "ikke nå", "nei takk", "niks"],
    more: ["les mer", "mer"],
  },
  ages: {
    exactly: [
      "#",
      "er #",
      "jeg er #",
      "jeg er på #",
      "# år",
      "jeg er # år",
      "# år gammel",
      "jeg er # år gammel",
    ],
    under: ["under #"],
    between: ["#-#", "# til #"],
    over: ["over #", "# eller over"],
  },
  supporter: {
    available: ["/ledig"],
    pause: ["/pause"],
    cases: ["/samtaler"],
    escalate: ["/varsle"],
    end: ["/avslutt"],
    record: ["/registrer"],
    profile: ["/profil"],
    help: ["/hjelp"],
  },
  coordinator: {
    invite: ["/inviter"],
    open: ["/apne"],
    suspend: ["/sperr"],
    remove: ["/fjern"],
    block: ["/blokker"],
    give: ["/tildel"],
    pair: ["/par"],
    duty: ["/vakt"],
    night: ["/natt"],
    alarmtest: ["/alarmtest"],
    help: ["/hjelp"],
  },
};
