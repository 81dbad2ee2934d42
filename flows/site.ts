/** One step of a site: what its coordinators must know and that belongs to no case. */
import { type Draft, say, staffOf, tellPerson, tellThread } from "./draft.ts";
import type { Hole, Text } from "./effect.ts";
import { open as goLive } from "./going-live.ts";
import type { OpenedTalk, SiteInput, SiteNotice } from "./input.ts";
import { staffGroupUnreachable } from "./rungs.ts";
import type { SiteState } from "./state.ts";

export function applyToSite(draft: Draft<SiteState>, input: SiteInput): void {
  switch (input.input) {
    case "notice":
      return say(draft, staffOf(draft), noticeText(input.notice));
    case "open":
      return open(draft, input);
    case "go_live":
      return goLive(draft, input.by);
    case "staff_group_unreachable":
      return staffGroupUnreachable(draft);
    case "undelivered":
      return undelivered(draft, input);
    case "woke":
      return;
    default:
      return input satisfies never;
  }
}

/** What a site says is for coordinators: who or what can't be reached is told to the others. */
function undelivered(
  draft: Draft<SiteState>,
  { to: { reader }, why }: Extract<SiteInput, { input: "undelivered" }>,
): void {
  if (why !== "blocked") return;
  if (reader === "staff") staffGroupUnreachable(draft);
  else if (reader !== "mentee") tellPerson(draft, reader, { input: "blocked" });
}

/** An opening beside the usual hours: whoever waits is looked at now. */
function open(draft: Draft<SiteState>, { minutes, by, reason }: Extract<SiteInput, { input: "open" }>): void {
  const { state, world } = draft;
  const to = world.now + minutes * 60_000;
  state.openings = [...state.openings.filter((opening) => opening.to > world.now), { from: world.now, to }];
  say(draft, staffOf(draft), {
    key: "coordinator.opened",
    with: { name: by, until: { time: to, as: "day_and_time" }, reason },
  });
  for (const thread of world.waiting) tellThread(draft, thread, { input: "woke" });
}

function noticeText(notice: SiteNotice): Text {
  switch (notice.notice) {
    case "update_set_aside":
      return {
        key: "coordinator.setAside",
        with: { handle: notice.handle ?? { key: "coordinator.nobody" } },
      };
    case "channel_paused":
      return { key: "coordinator.channelPaused", with: { channel: notice.channel } };
    case "channel_resumed":
      return { key: "coordinator.channelResumed", with: { channel: notice.channel } };
    case "subscribed_again":
      return { key: "coordinator.subscribedAgain", with: { minutes: notice.minutes } };
    case "group_claimed":
      return { key: "claim.done", with: { name: notice.name } };
    case "supporter_calls":
      return notice.reason === null
        ? { key: "coordinator.supporterCalls", with: { name: notice.name } }
        : { key: "coordinator.supporterCallsWhy", with: { name: notice.name, reason: notice.reason } };
    case "swept":
      return { key: "coordinator.swept", with: { cases: notice.cases, people: notice.people } };
    case "opened":
      return openedText(notice);
    case "helplines_due":
      return { key: "coordinator.helplineStale", with: { names: notice.names } };
    case "erased_again":
      return { key: "coordinator.erasedAgain", with: { deletions: notice.count } };
    default:
      return notice satisfies never;
  }
}

/** So many are listed; all of them are in the technician's list. */
const mostListed = 30;

function openedText({ from, to, opened }: Extract<SiteNotice, { notice: "opened" }>): Text {
  const month = { from: { time: from, as: "date" }, to: { time: to, as: "date" } } as const;
  const lines = opened.slice(0, mostListed).map(openedLine);
  const rest = opened.length - lines.length;
  if (rest > 0) lines.push({ key: "coordinator.openedMore", with: { rest } });
  const [last, ...before] = lines.reverse();
  if (!last) return { key: "coordinator.openedNone", with: month };
  const list = before.reduce<Text>(
    (after, line) => ({ key: "coordinator.openedLines", with: { line, after } }),
    last,
  );
  return { key: "coordinator.openedTalks", with: { ...month, list } };
}

function openedLine({ at, by, handle, why }: OpenedTalk): Text {
  return {
    key: "coordinator.openedTalk",
    with: {
      time: { time: at, as: "day_and_time" },
      by: by ?? { key: "coordinator.openedByGone" },
      handle: handle ?? { key: "coordinator.openedOfGone" },
      why: whyText(why),
    },
  };
}

function whyText(why: string): Hole {
  const number = /^alert (\d+)$/.exec(why)?.[1];
  if (number) return { key: "coordinator.openedForAlert", with: { number } };
  return why === "my data" ? { key: "coordinator.openedForData" } : why;
}
