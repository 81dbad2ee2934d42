/** Cases that share one chat take turns: whoever writes little does not wait for whoever writes much. */
import { expect, test } from "vitest";
import { Lines } from "../../bot/lines.ts";
import type { ChatId, MessageDocument } from "../../models/messages.ts";

const chat: ChatId = "crelay";

function message(subject: `t${string}`, made: number, priority: 0 | 1 = 1): MessageDocument {
  return {
    _id: `${subject}/${made}/0`,
    subject,
    case: `${subject}.1`,
    author: "mentee",
    reader: "pkari",
    chat,
    at: new Date(0),
    content: null,
    delivery: "queued",
    priority,
    made,
    n: 0,
    queued: made,
    queuedN: 0,
    held: null,
    protected: true,
    epoch: 1,
    attempts: 0,
    platformIds: [],
  };
}

/** At which turn each message goes. */
function turns(lines: Lines): Map<string, number> {
  const at = new Map<string, number>();
  for (let turn = 1; ; turn++) {
    const [next] = lines.heads(chat);
    if (!next) return at;
    at.set(next._id, turn);
    lines.remove(next);
  }
}

test("the longest wait for a first word is at most one and a half times the usual one, whoever else writes", () => {
  const lines = new Lines();
  const subjects = ["ta", "tb", "tc", "td", "te"] as const;
  for (let made = 1; made <= 50; made++) lines.add([message("tmuch", made)]);
  for (const subject of subjects) lines.add([message(subject, 1), message(subject, 2)]);
  const at = turns(lines);
  const firsts = subjects.map((subject) => at.get(`${subject}/1/0`) ?? Number.NaN).sort((a, b) => a - b);
  const seconds = subjects.map((subject) => at.get(`${subject}/2/0`) ?? Number.NaN).sort((a, b) => a - b);
  expect(firsts.at(-1)).toBeLessThanOrEqual(subjects.length + 1);
  for (const waits of [firsts, seconds]) {
    expect((waits.at(-1) ?? 0) / (waits[2] ?? 1)).toBeLessThanOrEqual(1.5);
  }
});

test("an urgent word goes before all turns", () => {
  const lines = new Lines();
  for (let made = 1; made <= 20; made++) lines.add([message("ta", made), message("tb", made)]);
  lines.add([message("tc", 1, 0)]);
  expect(turns(lines).get("tc/1/0")).toBe(1);
});
