/** What a message on Messenger holds. */
import { z } from "zod";
import type { Content, MediaContent, MediaKind, ToldContent } from "../content.ts";
import { positionIn } from "../position.ts";
import { fileRef } from "./files.ts";
import type { MessengerMessage } from "./wire.ts";

type Attachment = NonNullable<MessengerMessage["attachments"]>[number];

const files: Readonly<Record<string, MediaKind>> = {
  image: "photo",
  video: "video",
  audio: "voice",
  file: "document",
  sticker: "sticker",
};

const others: Readonly<Record<string, ToldContent["kind"]>> = {
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

/** What a person sent, each attachment by itself; what nobody knows yet is `other`, never nothing. */
export function contentsOf({ text, attachments = [], reply_to: answered }: MessengerMessage): Content[] {
  const said = text ? { caption: text } : {};
  if (answered?.story !== undefined) return [{ kind: "story_reply", ...said }];
  // A link in a text comes with a preview of itself.
  if (text && attachments.every(({ type }) => type === "fallback")) return [{ kind: "text", text }];
  const [first, ...rest] = attachments;
  if (!first) return [{ kind: "other", ...said }];
  return [{ ...attached(first), ...said }, ...rest.map(attached)];
}

function attached(attachment: Attachment): MediaContent | ToldContent {
  const { type, payload } = attachment;
  const kind = payload?.sticker_id === undefined ? files[type] : "sticker";
  if (kind) {
    const url = payload?.url;
    return { kind, file: url === undefined ? null : fileRef(url) };
  }
  const details = detailsOf(attachment);
  return { kind: others[type] ?? "other", ...(details ? { details } : {}) };
}

const coordinates = z.object({ lat: z.number(), long: z.number() });
const titled = z.object({ title: z.string().max(500) });

/** A position, or where a shared post is. */
function detailsOf({ type, payload, title, url }: Attachment): string {
  if (type === "location") {
    const at = coordinates.safeParse(payload?.coordinates);
    return at.success ? positionIn(at.data.lat, at.data.long) : "";
  }
  if (!(type in others)) return "";
  const named = titled.safeParse(payload);
  const lines = [title ?? (named.success ? named.data.title : ""), url ?? payload?.url ?? ""];
  return lines.filter((line) => line !== "").join("\n");
}
