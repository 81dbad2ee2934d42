import type { Vocabulary } from "./vocabulary.ts";

export const en: Vocabulary = {
  tags: ["en"],
  frequent:
    "i im i'm ive i've you your my me we the a an and is are was have has had do does don't dont can't cant not no " +
    "hi hello hey what who how why when this that there here it it's its with need want talk help anyone anybody " +
    "someone somebody please thanks yes feel feeling know think just really of to at from about been would could",
  letters: null,
  called: ["/english", "english", "in english", "engelsk", "engleski", "na engleskom", "angol", "angolul"],
  mentee: {
    help: ["/help", "help", "help me", "i need help now"],
    helplines: ["/helplines", "helplines", "hotlines"],
    end: ["/end", "end the talk", "end chat"],
    change: ["/change", "someone else"],
    stop: ["/stop", "stop", "unsubscribe"],
    delete: ["/delete", "delete", "delete my data", "delete everything"],
    mydata: ["/mydata", "my data"],
    privacy: ["/privacy", "privacy"],
    consent: ["/consent", "consent"],
  },
  answers: {
    yes: ["yes", "y", "yeah", "yep", "sure", "ok", "okay", "yes please", "yes that is fine", "thats fine", "that is fine"],
    no: ["no", "n", "nope", "not now", "no thanks"],
    more: ["more", "read more"],
  },
  ages: {
    exactly: ["#", "i am #", "im #", "am #", "# years", "# years old", "i am # years old", "im # years old"],
    under: ["under #", "below #"],
    between: ["#-#", "# to #"],
    over: ["over #", "above #", "# or over", "#+"],
  },
  supporter: {
    available: ["/available"],
    pause: ["/pause"],
    cases: ["/cases"],
    escalate: ["/escalate"],
    end: ["/end"],
    record: ["/record"],
    profile: ["/profile"],
    refer: ["/refer"],
    helplines: ["/helplines"],
    help: ["/help", "/start"],
  },
  coordinator: {
    invite: ["/invite"],
    open: ["/open"],
    suspend: ["/suspend"],
    remove: ["/remove"],
    block: ["/block"],
    hold: ["/hold"],
    give: ["/give"],
    pair: ["/pair"],
    duty: ["/duty"],
    night: ["/night"],
    flag: ["/flag"],
    clear: ["/clear"],
    guardian: ["/guardian"],
    helplines: ["/helplines"],
    alarmtest: ["/alarmtest"],
    golive: ["/golive"],
    help: ["/help", "/start"],
  },
}; // biome-ignore format: lists read better as lines
