/** What a mentee presses, or writes as a command: every button that was ever shown, and what it may still do. */

import type { Language } from "../programmes/programme.ts";
import { askToEnd, close } from "./close.ts";
import { showHelp } from "./danger.ts";
import { type Draft, inPhase, mentee, openCase, say } from "./draft.ts";
import { isTooEarly, sayNotOpenYet } from "./going-live.ts";
import { answerAge, answerConsent, answerName, answerSite, askAgain } from "./intake.ts";
import { neverTogether } from "./offer.ts";
import { siteNamed } from "./place.ts";
import { heard } from "./reach.ts";
import {
  askToDelete,
  deleteEverything,
  sayConsent,
  sayMyData,
  sayPrivacy,
  sendMyData,
  stop,
  withdrawConsent,
} from "./rights.ts";
import type { AgeBucket, ThreadState } from "./state.ts";
import { changeSupporter } from "./talk.ts";
import { answerTopic, offerTopic } from "./topic.ts";
import type { MenteeCommand } from "./words/vocabulary.ts";
import { isSpeak, type Speak } from "./words.ts";
import { languagesOf } from "./world.ts";
import { answerYes, showYeses } from "./yeses.ts";

export function menteeCommands(draft: Draft<ThreadState>, command: MenteeCommand | Speak): void {
  if (isSpeak(command)) return speak(draft, command.language);
  switch (command) {
    case "help":
      return showHelp(draft);
    case "helplines":
      return say(draft, mentee(draft), { key: "helplines.list", with: { list: { helplines: "all" } } });
    case "stop":
      return stop(draft);
    case "delete":
      return askToDelete(draft);
    case "mydata":
      return sayMyData(draft);
    case "privacy":
      return sayPrivacy(draft);
    case "consent":
      return sayConsent(draft);
    case "end":
      return isTooEarly(draft) ? sayNotOpenYet(draft, null) : askToEnd(draft);
    case "change":
      return isTooEarly(draft) ? sayNotOpenYet(draft, null) : askToChange(draft);
    default:
      return command satisfies never;
  }
}

export function menteeChose(draft: Draft<ThreadState>, payload: string): void {
  heard(draft);
  const [flow, action, detail] = payload.split(":");
  switch (flow) {
    case "help":
      return showHelp(draft);
    case "topic":
      return answerTopic(draft, action);
    case "yes":
      return answerYes(draft, action, detail);
    case "site": {
      const site = siteNamed(draft, action);
      if (site) answerSite(draft, site);
      return;
    }
    case "name":
      answerName(draft, null);
      return offerTopic(draft);
    case "rights":
      return rights(draft, action, detail);
    case "language":
      return speak(draft, action);
    case "consent":
      if (action === "yes" || action === "no" || action === "more") answerConsent(draft, action);
      return;
    case "age":
      if (action === "under15" || action === "15to17" || action === "18plus") {
        answerAge(draft, action satisfies AgeBucket);
        offerTopic(draft);
      }
      return;
    case "talk":
      if (isTooEarly(draft)) return sayNotOpenYet(draft, null);
      if (action === "change") return askToChange(draft);
      if (action === "know") return menteeKnows(draft);
      if (action !== "end") return;
      if (detail === "yes") close(draft, "mentee");
      else if (detail === "no") say(draft, mentee(draft), { key: "close.goesOn" });
      else askToEnd(draft);
      return;
    default:
      return; // A button of an older version, or none of ours.
  }
}

function rights(draft: Draft<ThreadState>, action: string | undefined, detail: string | undefined): void {
  if (action === "data") sayMyData(draft);
  else if (action === "files") sendMyData(draft);
  else if (action === "privacy") sayPrivacy(draft);
  else if (action === "yeses") showYeses(draft);
  else if (action === "withdraw") withdrawConsent(draft);
  else if (action === "delete" && detail === "yes") deleteEverything(draft);
  else if (action === "delete" && detail === "no") say(draft, mentee(draft), { key: "rights.kept" });
  else if (action === "delete") askToDelete(draft);
}

/** Somebody else, please: in a talk at once; otherwise the truth about where things stand. */
function askToChange(draft: Draft<ThreadState>): void {
  if (inPhase(draft, "talking")) return changeSupporter(draft, "asked");
  if (inPhase(draft, "intake")) return askAgain(draft);
  say(draft, mentee(draft), { key: openCase(draft) ? "queue.still" : "close.nothingOpen" });
}

/** The mentee knows who they write with: never again these two, and somebody else now. */
function menteeKnows(draft: Draft<ThreadState>): void {
  const talk = inPhase(draft, "talking");
  if (talk) neverTogether(draft, talk.phase.with);
  askToChange(draft);
}

/** The bot goes on in another language of the programme; an open question is put again in it. */
function speak(draft: Draft<ThreadState>, wanted: string | undefined): void {
  const language = languagesOf(draft.world).find((known): known is Language => known === wanted);
  if (!language) return;
  draft.state.language = language;
  draft.state.languageChosen = true;
  if (inPhase(draft, "intake")) askAgain(draft, true);
  else say(draft, mentee(draft), { key: "common.languageSet" });
}
