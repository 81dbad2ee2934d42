/** What a message on Messenger holds. */
import type { Content, ContentKind } from "../content.ts";
import type { MessengerMessage } from "./wire.ts";

const kinds: Readonly<Record<string, Exclude<ContentKind, "text">>> = {
  image: "photo",
  video: "video",
  audio: "voice",
  file: "document",
  sticker: "sticker",
  location: "location",
  fallback: "shared_post",
  share: "shared_post",
  template: "shared_post",
  post: "shared_post",
  reel: "shared_post",
  ig_post: "shared_post",
  ig_reel: "shared_post",
  story_mention: "shared_post",
};

/** What a person sent; what nobody knows yet is `other`, never nothing. */
export function contentOf({ text, attachments = [], reply_to: answered }: MessengerMessage): Content {
  const kind = answered?.story === undefined ? kindOf(attachments) : "story_reply";
  // A link in a text comes with a preview of itself.
  if (text && (kind === null || attachments.every(({ type }) => type === "fallback"))) {
    return kind === "story_reply" ? { kind, caption: text } : { kind: "text", text };
  }
  const what = kind ?? "other";
  return text ? { kind: what, caption: text } : { kind: what };
}

function kindOf(attachments: NonNullable<MessengerMessage["attachments"]>) {
  const [first] = attachments;
  if (!first) return null;
  const isSticker = attachments.some(({ type, payload }) => type === "sticker" || payload?.sticker_id);
  return isSticker ? "sticker" : (kinds[first.type] ?? "other");
}
