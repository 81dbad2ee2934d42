/** What a message on Telegram holds. */
import type { Message } from "grammy/types";
import { z } from "zod";
import { type Content, type ContentKind, type MediaContent, type MediaKind, mediaKinds } from "../content.ts";
import { positionIn } from "../position.ts";
import type { BotKind } from "./address.ts";
import { fileRef, mediaLimits } from "./files.ts";

type Field = keyof Message;

const optional = <Schema extends z.ZodType>(schema: Schema) => schema.optional().catch(undefined);

/** The field that makes a message what it is; the first that is there counts. */
const kinds: readonly (readonly [Field, Exclude<ContentKind, "text">])[] = [
  ["animation", "animation"],
  // A live photo comes with its picture.
  ["photo", "photo"],
  ["live_photo", "video"],
  ["video", "video"],
  ["video_note", "round_video"],
  ["voice", "voice"],
  ["audio", "audio"],
  ["document", "document"],
  ["sticker", "sticker"],
  ["venue", "location"],
  ["location", "location"],
  ["contact", "contact"],
  ["poll", "poll"],
  ["story", "shared_post"],
];

/** Fields that every message can have; what else there is tells what it holds. */
const envelope: ReadonlySet<string> = new Set<Field>([
  "message_id",
  "message_thread_id",
  "from",
  "sender_chat",
  "sender_tag",
  "sender_boost_count",
  "sender_business_bot",
  "receiver_user",
  "ephemeral_message_id",
  "date",
  "chat",
  "is_topic_message",
  "direct_messages_topic",
  "guest_query_id",
  "business_connection_id",
  "forward_origin",
  "is_automatic_forward",
  "reply_to_message",
  "reply_to_checklist_task_id",
  "reply_to_poll_option_id",
  "is_paid_post",
  "external_reply",
  "quote",
  "reply_to_story",
  "via_bot",
  "guest_bot_caller_user",
  "guest_bot_caller_chat",
  "edit_date",
  "has_protected_content",
  "show_caption_above_media",
  "is_from_offline",
  "author_signature",
  "link_preview_options",
  "effect_id",
  "paid_star_count",
  "reply_markup",
  "entities",
  "caption_entities",
  "media_group_id",
  "has_media_spoiler",
]);

/** What Telegram itself says in a chat. Nobody sent it, so nobody is told that it was not passed on. */
const service: ReadonlySet<string> = new Set<Field>([
  "new_chat_members",
  "left_chat_member",
  "new_chat_title",
  "new_chat_photo",
  "delete_chat_photo",
  "group_chat_created",
  "supergroup_chat_created",
  "channel_chat_created",
  "managed_bot_created",
  "community_chat_added",
  "community_chat_removed",
  "community_chat_joined",
  "chat_owner_left",
  "chat_owner_changed",
  "poll_option_added",
  "poll_option_deleted",
  "checklist_tasks_done",
  "checklist_tasks_added",
  "suggested_post_info",
  "suggested_post_approved",
  "suggested_post_approval_failed",
  "suggested_post_declined",
  "suggested_post_paid",
  "suggested_post_refunded",
  "message_auto_delete_timer_changed",
  "migrate_to_chat_id",
  "migrate_from_chat_id",
  "pinned_message",
  "invoice",
  "successful_payment",
  "refunded_payment",
  "connected_website",
  "write_access_allowed",
  "proximity_alert_triggered",
  "boost_added",
  "chat_background_set",
  "forum_topic_created",
  "forum_topic_edited",
  "forum_topic_closed",
  "forum_topic_reopened",
  "general_forum_topic_hidden",
  "general_forum_topic_unhidden",
  "giveaway_created",
  "giveaway",
  "giveaway_winners",
  "giveaway_completed",
  "paid_message_price_changed",
  "direct_message_price_changed",
  "video_chat_scheduled",
  "video_chat_started",
  "video_chat_ended",
  "video_chat_participants_invited",
]);

/** What Telegram has always sent along with a change of members, without documenting it. */
const undocumented: ReadonlySet<string> = new Set([
  "new_chat_participant",
  "new_chat_member",
  "left_chat_participant",
]);

/** Null when nobody sent anything. What a person sent is never null, also when nobody knows such a thing yet. */
export function contentOf(message: Message, bot: BotKind): Content | null {
  if (message.text) return { kind: "text", text: message.text };
  const [field, known] = kinds.find(([name]) => message[name] !== undefined) ?? [];
  const kind = known ?? unknownKind(message);
  if (kind === null) return null;
  const caption = message.caption ?? (kind === "poll" ? undefined : wordsIn(message));
  const words = caption ? { caption } : {};
  if (isMediaKind(kind)) return { kind, ...fileIn(field ? message[field] : undefined, bot), ...words };
  const details = detailsOf(message);
  return { kind, ...(details ? { details } : {}), ...words };
}

function isMediaKind(kind: ContentKind): kind is MediaKind {
  return mediaKinds.some((known) => known === kind);
}

/** What we read of any file; a photo is a list of them in several sizes. */
const fileSchema = z.object({
  file_id: z.string().min(1).max(500),
  file_size: optional(z.int().nonnegative()),
  duration: optional(z.int().nonnegative()),
  emoji: optional(z.string().max(20)),
  file_name: optional(z.string()),
});

const ending = /\.([a-z0-9]{1,8})$/;

function fileIn(given: unknown, bot: BotKind): Omit<MediaContent, "kind" | "caption"> {
  const sizes = (Array.isArray(given) ? given : [given]).flatMap((one) => {
    const parsed = fileSchema.safeParse(one);
    return parsed.success ? [parsed.data] : [];
  });
  const largest = sizes.findLast(({ file_size: size = 0 }) => size <= mediaLimits.fetch) ?? sizes.at(-1);
  if (!largest) return { file: null };
  const { file_id: id, file_size: size, duration, emoji, file_name: name = "" } = largest;
  const extension = ending.exec(name.toLowerCase())?.[1];
  return {
    file: fileRef(bot, id),
    ...(size === undefined ? {} : { size }),
    ...(duration === undefined ? {} : { duration }),
    ...(extension === undefined ? {} : { extension }),
    ...(emoji === undefined ? {} : { emoji }),
  };
}

const position = z.object({ latitude: z.number(), longitude: z.number() });
const place = z.object({ title: z.string(), address: z.string() });
/** What can be said of a thing that is no file. */
function detailsOf(message: Message): string {
  const { venue, location, contact, poll } = message;
  if (venue !== undefined || location !== undefined) {
    const at = position.safeParse(location ?? venue?.location);
    const named = place.safeParse(venue);
    const name = named.success ? [named.data.title, named.data.address] : [];
    return [...name, at.success ? positionIn(at.data.latitude, at.data.longitude) : ""].join("\n").trim();
  }
  if (contact !== undefined) return contact.phone_number;
  return poll === undefined ? "" : wordsIn(message);
}

function unknownKind(message: Message): "other" | null {
  const fields = Object.entries(message).filter(([, value]) => value !== undefined);
  const telling = fields.map(([name]) => name).filter((name) => !envelope.has(name));
  return telling.some((name) => !service.has(name) && !undocumented.has(name)) ? "other" : null;
}

/** The words inside a thing that is written but is no plain text: a cry for help in it must be found. */
function wordsIn({ rich_message: rich, checklist, poll }: Message): string {
  return collect(rich ?? checklist ?? poll, 0).trim();
}

const inline = ["title", "question", "summary", "text", "caption"];
const lines = ["blocks", "items", "cells", "tasks", "options"];

function collect(value: unknown, depth: number): string {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null || depth > 30) return "";
  if (Array.isArray(value)) return value.map((part) => collect(part, depth + 1)).join("");
  const fields = new Map(Object.entries(value));
  const own = inline.map((name) => collect(fields.get(name), depth + 1)).join("");
  const below = lines.flatMap((name) => {
    const list = fields.get(name);
    return Array.isArray(list) ? list.map((part) => collect(part, depth + 1)) : [];
  });
  return [own, ...below].filter((words) => words !== "").join("\n");
}
