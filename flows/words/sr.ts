import type { Vocabulary } from "./vocabulary.ts";

/** No form here takes the gender of whoever writes, or both forms stand beside each other. */
export const sr: Vocabulary = {
  // Whoever reads Croatian, Bosnian or Montenegrin reads this too.
  tags: ["sr", "sh", "hr", "bs", "cnr"],
  frequent:
    "jesam nisam sam si nisi je nije smo nismo ste niste su nisu da li se šta sta sto što kako zašto zasto gde gdje " +
    "kada kad koji koja koje neko nekoga nekim neka nešto nesto ništa nista niko nikad uvek ovde ovo samo više vise " +
    "mogu može moze možeš mozes hoću hocu neću necu želim zelim treba trebam pomoć molim hvala zdravo ćao cao dobar " +
    "dan ali ili jer moj moja moje imam nemam osećam osecam sve mnogo puno jako loše lose dobro ljudi razgovaram " +
    "razgovara pričam pricam priča prica sa za od na iz kod pred posle zbog već vec bih bio bila bilo bude vam vas nas " +
    "mene meni njim njom znam ne moram mora ovaj ova taj dosta pozdrav izvini izvinite svaki danas sutra večeras " +
    "veceras noćas nocas juče juce moram volim mislim niko stalno opet baš bas ništa kraj život zivot",
  letters: /[čćžšđ\u0400-\u04ff]/,
  called: ["/srpski", "srpski", "na srpskom", "serbian", "serbisk", "szerb", "szerbül"],
  mentee: {
    help: [
      "/pomoc",
      "pomoć",
      "u pomoć",
      "upomoć",
      "pomozi",
      "pomozi mi",
      "pomozite",
      "pomozite mi",
      "treba mi pomoć",
      "treba mi pomoć sada",
      "treba mi pomoć odmah",
      "potrebna mi je pomoć",
    ],
    helplines: ["/linije", "linije za pomoć", "brojevi za pomoć"],
    end: ["/kraj", "završi razgovor", "kraj razgovora", "prekini razgovor"],
    change: ["/promeni", "neko drugi", "druga osoba"],
    stop: ["/stani", "odjava", "odjavi me"],
    delete: ["/obrisi", "obriši", "obriši sve", "obriši moje podatke", "izbriši", "izbriši sve"],
    mydata: ["/mojipodaci", "moji podaci"],
    privacy: ["/privatnost", "privatnost"],
    consent: ["/saglasnost", "saglasnost", "/pristanak", "pristanak"],
  },
  answers: {
    yes: [
      "da",
      "da može",
      "da u redu je",
      "u redu je",
      "u redu",
      "da hvala",
      "može",
      "važi",
      "naravno",
      "slažem se",
      "pristajem",
      "ok",
      "okej",
    ],
    no: ["ne", "ne sada", "ne sad", "ne hvala", "ne želim", "nemoj", "nemojte"],
    more: ["više", "pročitaj više", "saznaj više", "još"],
  },
  ages: {
    exactly: ["#", "imam #", "# god", "# godina", "# godine", "imam # god", "imam # godina", "imam # godine"],
    under: ["ispod #", "manje od #", "mlađi od #", "mlađa od #"],
    between: ["#-#", "# do #", "od # do #"],
    over: ["preko #", "više od #", "iznad #", "# ili više", "# i više", "stariji od #", "starija od #"],
  },
  supporter: {
    available: ["/imamvremena", "/imam_vremena", "/slobodan", "/slobodna"],
    pause: ["/pauza"],
    cases: ["/razgovori"],
    escalate: ["/uzbuna"],
    end: ["/kraj"],
    record: ["/zabelezi"],
    profile: ["/profil"],
    refer: ["/uputi"],
    undo: ["/ponisti"],
    helplines: ["/linije"],
    help: ["/pomoc"],
  },
  coordinator: {
    invite: ["/pozivnica"],
    open: ["/otvori"],
    suspend: ["/suspenduj"],
    remove: ["/ukloni"],
    block: ["/blokiraj"],
    hold: ["/zadrzi"],
    give: ["/dodeli"],
    pair: ["/par"],
    duty: ["/dezurstvo"],
    night: ["/noc"],
    flag: ["/oznaci"],
    clear: ["/skinioznaku"],
    guardian: ["/staratelj"],
    helplines: ["/linije"],
    alarmtest: ["/probnialarm"],
    event: ["/dogadjaj"],
    register: ["/evidencija"],
    golive: ["/golive"],
    help: ["/pomoc"],
  },
};
