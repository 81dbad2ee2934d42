/** What it is about: asked once, while somebody waits anyway, and never a condition. */
import { change, type Draft, mentee, openCase, say, supporter } from "./draft.ts";
import type { Text } from "./effect.ts";
import { isOfConcern } from "./flags.ts";
import { offerCard, offerChoices, offerText } from "./offer.ts";
import { type Case, type ThreadState, type Topic, topics } from "./state.ts";

function askTopic(draft: Draft<ThreadState>, open: Case): void {
  // Not in danger: there the fewer questions the better.
  if (open.topic !== undefined || isOfConcern(open)) return;
  open.topic = null;
  const choices = topics.map((topic) => ({ label: topicText(topic), payload: `topic:${topic}` }));
  const rather = { label: { key: "button.ratherNot" }, payload: "topic:none" } as const;
  say(draft, mentee(draft), { key: "queue.topic" }, { choices: [...choices, rather] });
}

function topicText(topic: Topic): Text {
  return { key: `topic.${topic}` };
}

/** A tap, for as long as nobody has taken the case; those who were asked already see it too. */
export function answerTopic(draft: Draft<ThreadState>, answer: string | undefined): void {
  const open = openCase(draft);
  const topic = topics.find((known) => known === answer) ?? null;
  if (!open || (open.phase.phase !== "waiting" && open.phase.phase !== "offered")) return;
  open.topic = topic;
  say(draft, mentee(draft), { key: topic ? "queue.topicNoted" : "queue.topicSkipped" });
  if (!topic || open.phase.phase !== "offered") return;
  for (const { to, state } of open.phase.offers) {
    if (state === "open") {
      change(draft, supporter(to), offerCard(open.id), offerText(draft, open), offerChoices(open.id));
    }
  }
}

/** Once people have been asked, the mentee can say what it is about. */
export function offerTopic(draft: Draft<ThreadState>): void {
  const open = openCase(draft);
  if (open?.phase.phase === "offered" || open?.phase.phase === "waiting") askTopic(draft, open);
}
