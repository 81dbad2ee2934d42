/** What a mentee writes: looked at for danger first, then kept, passed on or answered by where their case stands. */

import type { Content } from "../adapters/content.ts";
import { turnAway } from "./bar.ts";
import { lossOf, passOnlyWords } from "./carriage.ts";
import { copyToCoordinator } from "./coordinator-case.ts";
import type { Finding } from "./crisis/finding.ts";
import { detectionFailed, flag, respond } from "./danger.ts";
import { type Draft, inPhase, mentee, openCase, say } from "./draft.ts";
import { menteeEdits } from "./edit.ts";
import { isTooEarly, sayNotOpenYet } from "./going-live.ts";
import { calledBySupporter } from "./handle.ts";
import { sayHidden } from "./hold.ts";
import type { ThreadInput } from "./input.ts";
import { askAgain, begin, writeInIntake } from "./intake.ts";
import { languageIn, scriptIn } from "./language.ts";
import { menteeCommands } from "./mentee-presses.ts";
import { look } from "./offer.ts";
import { isPlaced, place, siteNamed } from "./place.ts";
import { heard } from "./reach.ts";
import type { Case, ThreadState } from "./state.ts";
import { writeInTalk } from "./talk.ts";
import { offerTopic } from "./topic.ts";
import { commandIn } from "./words.ts";
import { languagesOf } from "./world.ts";

export function menteeWrote(
  draft: Draft<ThreadState>,
  content: Content,
  finding: Finding | null,
  detection: "done" | "failed",
): void {
  heard(draft);
  // Before commands too: whoever types "help" in their language has to understand the card.
  const follows = followLanguage(draft, content);
  followScript(draft, content);
  respond(draft, finding);
  if (detection === "failed") detectionFailed(draft);
  const command = commandIn(content, languagesOf(draft.world));
  if (command) {
    draft.effects.push({ effect: "keep" });
    menteeCommands(draft, command);
    if (follows && inPhase(draft, "intake")) askAgain(draft, true);
    return;
  }
  if (turnAway(draft, finding)) {
    draft.effects.push({ effect: "keep" });
    return;
  }
  if (isTooEarly(draft)) return sayNotOpenYet(draft, finding);
  const loss = lossOf(draft, content, "mentee", (finding?.level ?? 0) > 0);
  if (loss) say(draft, mentee(draft), loss);
  const had = openCase(draft);
  if (!had) {
    draft.effects.push({ effect: "hold", for: "supporter", name: calledBySupporter(draft.state) });
    countWord(begin(draft));
    offerTopic(draft);
  } else {
    writeInPhase(draft, content, had, follows);
    copyToCoordinator(draft);
  }
  if (loss) passOnlyWords(draft);
  flag(draft, finding);
}

/** Before a yes the bot goes on in the language that is written; true when it changed. */
function followLanguage({ state, world }: Draft<ThreadState>, content: Content): boolean {
  if (content.kind !== "text" || state.languageChosen || state.consent) return false;
  const language = languageIn(content.text, languagesOf(world));
  if (!language || language === state.language) return false;
  state.language = language;
  return true;
}

/** What can be written in two alphabets is answered in the one that was last written. */
function followScript({ state }: Draft<ThreadState>, content: Content): void {
  if (content.kind !== "text") return;
  const script = scriptIn(content.text);
  if (script === "cyrillic") state.script = script;
  else if (script === "latin") delete state.script;
}

function writeInPhase(draft: Draft<ThreadState>, content: Content, open: Case, changed: boolean): void {
  switch (open.phase.phase) {
    case "talking":
      countWord(open);
      return writeInTalk(draft);
    case "intake": {
      const answered = writeInIntake(draft, content, changed);
      if (answered === "words") countWord(open);
      draft.effects.unshift(
        answered === "answer"
          ? { effect: "keep" }
          : { effect: "hold", for: "supporter", name: calledBySupporter(draft.state) },
      );
      offerTopic(draft);
      return;
    }
    case "erasing":
      draft.effects.push({ effect: "keep" });
      return sayHidden(draft);
    default:
      countWord(open);
      draft.effects.push({ effect: "hold", for: "supporter", name: calledBySupporter(draft.state) });
      look(draft);
  }
}

function countWord(open: Case): void {
  open.wordsIn += 1;
  open.unanswered += 1;
}

export function menteeEdited(
  draft: Draft<ThreadState>,
  { content, finding, detection }: Extract<ThreadInput, { input: "mentee_edited" }>,
): void {
  respond(draft, finding);
  if (detection === "failed") detectionFailed(draft);
  if (turnAway(draft, finding)) return;
  menteeEdits(draft, content, (finding?.level ?? 0) > 0);
  flag(draft, finding);
}

export function menteeStarted(draft: Draft<ThreadState>, parameter: string | null): void {
  heard(draft);
  if (turnAway(draft, null)) return;
  const site = isPlaced(draft) ? null : siteNamed(draft, parameter);
  const there = site && !openCase(draft) ? place(draft, site) : draft;
  if (isTooEarly(there)) return sayNotOpenYet(there, null);
  if (openCase(there)) askAgain(there, true);
  else begin(there);
}
