/** The end of a case: by the mentee or the supporter, never by a clock. */
import { change, type Draft, mentee, openCase, say, supporter, tellPerson } from "./draft.ts";
import type { CaseRecord, Text } from "./effect.ts";
import { endWithCase } from "./escalation.ts";
import { highest } from "./flags.ts";
import { heldUntil } from "./hold.ts";
import { answerWindow } from "./hours.ts";
import { withdraw } from "./offer.ts";
import type { Case, ThreadState } from "./state.ts";
import { caseCard } from "./talk.ts";
import { wordsKeptUntil } from "./yeses.ts";

/** Asks once, so that a word typed by chance ends nothing. */
export function askToEnd(draft: Draft<ThreadState>): void {
  if (!openCase(draft)) {
    say(draft, mentee(draft), { key: "close.nothingOpen" });
    return;
  }
  say(
    draft,
    mentee(draft),
    { key: "close.ask" },
    {
      choices: [
        { label: { key: "button.endYes" }, payload: "talk:end:yes" },
        { label: { key: "button.endNo" }, payload: "talk:end:no" },
      ],
    },
  );
}

/** Closes the open case: both are told, what waited is forgotten, and a record without words remains. */
export function close(
  draft: Draft<ThreadState>,
  by: CaseRecord["closedBy"],
  /** `silently` where the mentee is told something else. */
  how: "aloud" | "silently" = "aloud",
): void {
  const { state } = draft;
  const open = openCase(draft);
  if (!open) return;
  const { phase } = open;
  withdraw(draft, open, "ended");
  endWithCase(draft, open);
  draft.effects.push({ effect: "forget_held" });
  if (phase.phase === "talking") {
    const said = { handle: state.handle };
    change(draft, supporter(phase.with), caseCard(open.id), { key: "case.ended", with: said });
    if (by === "mentee") say(draft, supporter(phase.with), { key: "case.endedByMentee", with: said });
    if (by === "coordinator")
      say(draft, supporter(phase.with), { key: "case.endedByCoordinator", with: said });
    tellPerson(draft, phase.with, { input: "case_ended", case: open.id, closed: true });
  }
  if (how === "aloud") {
    const date = { time: Math.max(wordsKeptUntil(draft), heldUntil(draft) ?? 0), as: "date" } as const;
    say(draft, mentee(draft), {
      key: phase.phase === "talking" ? "close.done" : "close.doneUnanswered",
      with: { helplines: { helplines: "line" }, date, again: againText(draft) },
    });
  }
  draft.effects.push({ effect: "record", record: recordOf(draft, open, by) });
  state.case = null;
}

/** When somebody answers a next time: so that nobody believes that it is over for good, or that somebody reads now. */
function againText({ world }: Draft<ThreadState>): Text {
  const window = answerWindow(world.site, world.now, world.openings);
  if (window.open) {
    return { key: "close.openToday", with: { until: { time: window.closesAt, as: "time" } } };
  }
  if (window.opensAt === null) return { key: "start.hoursUnknown" };
  return { key: "close.opens", with: { opening: { time: window.opensAt, as: "day_and_time" } } };
}

function recordOf(draft: Draft<ThreadState>, open: Case, closedBy: CaseRecord["closedBy"]): CaseRecord {
  const { state, world } = draft;
  return {
    case: open.id,
    site: state.site,
    handle: state.handle,
    channel: state.channel,
    language: state.language,
    openedAt: open.openedAt,
    talkingAt: open.talkingAt,
    closedAt: world.now,
    supporter: open.phase.phase === "talking" ? open.phase.with : null,
    closedBy,
    wordsIn: open.wordsIn,
    wordsOut: open.wordsOut,
    escalated: open.escalation !== null,
    highestFlag: highest(open.flags),
    alerts: open.pastAlerts ?? [],
  };
}
