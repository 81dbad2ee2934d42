/** One step of a site: what its coordinators must know and that belongs to no case. */
import { type Draft, say, staffOf } from "./draft.ts";
import type { Text } from "./effect.ts";
import type { SiteInput, SiteNotice } from "./input.ts";
import type { SiteState } from "./state.ts";

export function applyToSite(draft: Draft<SiteState>, input: SiteInput): void {
  switch (input.input) {
    case "notice":
      return say(draft, staffOf(draft), noticeText(input.notice));
    case "woke":
    case "undelivered":
      return;
    default:
      return input satisfies never;
  }
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
    default:
      return notice satisfies never;
  }
}
