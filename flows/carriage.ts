/** Whether what somebody sent can be passed on as it is; if not, its sender hears so at once, and why. */
import type { Content, ContentKind, MediaContent } from "../adapters/content.ts";
import type { TextKey } from "../locales/texts.ts";
import { isMedia } from "./content.ts";
import type { Draft } from "./draft.ts";
import type { Text } from "./effect.ts";
import type { ThreadChannel, ThreadState } from "./state.ts";

/** Who sent it: each of the two is spoken to in words of their own. */
type Sender = "mentee" | "supporter";

const megabyte = 1024 * 1024;

/**
 * What the sender is told; null when nothing is lost on the way.
 *
 * @param danger whether these very words tell of danger
 */
export function lossOf(
  draft: Draft<ThreadState>,
  content: Content,
  sender: Sender,
  danger = false,
): Text | null {
  if (content.kind === "text") return null;
  if (isMedia(content)) return fileLoss(draft, content, sender);
  switch (content.kind) {
    case "location":
    case "contact":
      if (!content.details) return notCarried(content);
      return danger ? null : contactLoss(draft, content, sender);
    case "poll":
    case "shared_post":
      return content.details || content.caption ? null : notCarried(content);
    case "story_reply":
      return null;
    default:
      return notCarried(content);
  }
}

function fileLoss(draft: Draft<ThreadState>, content: MediaContent, sender: Sender): Text | null {
  const { programme, media } = draft.world;
  if (content.file === null || !programme.media.includes(content.kind)) return notCarried(content);
  const { channel } = draft.state;
  const [from, to]: ThreadChannel[] = sender === "mentee" ? [channel, "telegram"] : ["telegram", channel];
  // Pictures are made smaller on the way, so only what can be fetched counts.
  const isPicture = content.kind === "photo" || content.kind === "sticker";
  const most = Math.min(
    (from && media[from]?.fetch) ?? Number.POSITIVE_INFINITY,
    (!isPicture && to && media[to]?.shows[content.kind].most) || Number.POSITIVE_INFINITY,
  );
  if (content.size === undefined || content.size <= most) return null;
  return { key: "media.tooLarge", with: { most: Math.max(1, Math.floor(most / megabyte)) } };
}

/**
 * Where somebody is, and how they are reached elsewhere, is for the programme to allow. In danger it always passes:
 * it may be the only way to find them.
 */
function contactLoss({ state, world }: Draft<ThreadState>, content: Content, sender: Sender): Text | null {
  const { offPlatformContact: rule } = world.programme;
  const inDanger = state.case?.escalation?.outcome === null;
  if (rule === "allow" || (inDanger && sender === "mentee")) return null;
  const keys: Record<Sender, Record<"ask" | "forbid", TextKey>> = {
    mentee: { ask: "media.contactAsk", forbid: "media.contactForbidden" },
    supporter: { ask: "media.contactAskSupporter", forbid: "media.contactForbiddenSupporter" },
  };
  return { key: keys[sender][rule], with: { what: whatOf(content.kind) } };
}

function notCarried(content: Content): Text {
  const caption = content.kind !== "text" && content.caption !== undefined;
  return { key: caption ? "media.onlyWords" : "media.notCarried", with: { what: whatOf(content.kind) } };
}

/** A kind of thing, named for people. */
export function whatOf(kind: ContentKind): Text {
  return { key: names[kind] };
}

const names: Readonly<Record<ContentKind, TextKey>> = {
  text: "media.what.other",
  photo: "media.what.photo",
  video: "media.what.video",
  round_video: "media.what.video",
  voice: "media.what.voice",
  audio: "media.what.audio",
  document: "media.what.document",
  sticker: "media.what.sticker",
  animation: "media.what.animation",
  location: "media.what.location",
  contact: "media.what.contact",
  poll: "media.what.poll",
  shared_post: "media.what.sharedPost",
  story_reply: "media.what.other",
  other: "media.what.other",
};

/** Of what this step passes on or keeps waiting only the sender's own words go. */
export function passOnlyWords({ effects }: Draft<ThreadState>): void {
  for (const effect of effects) {
    if (effect.effect === "relay" || effect.effect === "hold" || effect.effect === "copy")
      effect.only = "words";
  }
}
