/**
 * What we read of Telegram's updates, and no more: what is not named here of people and chats is not stored either.
 * A field that is optional and not as it should be counts as missing, so that it can't hide the rest.
 */
import type { Update } from "grammy/types";
import { z } from "zod";
import type { BotKind } from "./address.ts";

const id = z.int();
const optional = <Schema extends z.ZodType>(schema: Schema) => schema.optional().catch(undefined);

const language = { language_code: optional(z.string().max(35)) };

/** A mentee's name is not even read. */
const nameless = z.object({ id, ...language });
const named = z.object({
  ...nameless.shape,
  first_name: z.string().catch(""),
  last_name: optional(z.string()),
});
const chat = z.object({ id, type: z.enum(["private", "group", "supergroup"]) });

/** Deeper than Telegram nests anything that is written. */
const deepest = 50;

const somebody = z.object({ id, is_bot: z.boolean() });
const someChat = z.object({ id, type: z.enum(["private", "group", "supergroup", "channel"]) });

/** Wherever in a message a person or a chat stands, as with a mention or a story, only the id is kept. */
function withoutNames(value: unknown, depth = 0): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (depth > deepest) return undefined;
  if (Array.isArray(value)) return value.map((part) => withoutNames(part, depth + 1));
  const found = somebody.or(someChat).safeParse(value);
  if (found.success) return { id: found.data.id };
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name, withoutNames(part, depth + 1)]),
  );
}

/** The rest of a message stays, without names: what kind of thing it holds, and where its file is. */
const message = (user: z.ZodType) =>
  z
    .object({
      message_id: id,
      date: id,
      edit_date: optional(id),
      chat,
      from: user,
      sender_chat: optional(nameless),
      /** Who wrote what was forwarded, or what is answered in another chat, is not for us to know. */
      forward_origin: optional(z.never()),
      external_reply: optional(z.never()),
      reply_to_message: optional(z.object({ message_id: id })),
      pinned_message: optional(z.object({ message_id: id })),
      message_thread_id: optional(id),
      is_topic_message: optional(z.boolean()),
      text: optional(z.string()),
      caption: optional(z.string()),
      /** Of somebody who is passed on as a card only the number is kept. */
      contact: z
        .object({ phone_number: z.string().catch("") })
        .catch({ phone_number: "" })
        .optional(),
      left_chat_member: optional(nameless),
      migrate_to_chat_id: optional(id),
      migrate_from_chat_id: optional(id),
      is_automatic_forward: optional(z.boolean()),
    })
    .catchall(z.unknown().transform((value) => withoutNames(value)));

const member = z.object({ user: nameless, status: z.string(), is_member: optional(z.boolean()) });
const membership = z.object({
  chat,
  from: nameless,
  date: id,
  old_chat_member: member,
  new_chat_member: member,
});

const updateOf = (user: z.ZodType) =>
  z.object({
    update_id: id,
    message: message(user).optional(),
    edited_message: message(user).optional(),
    callback_query: z
      .object({
        id: z.string(),
        from: user,
        message: z.object({ message_id: id, date: id, chat }),
        data: z.string(),
      })
      .optional(),
    message_reaction: z
      .object({
        chat,
        message_id: id,
        user: optional(nameless),
        date: id,
        new_reaction: z.array(z.object({ type: z.string(), emoji: optional(z.string().max(20)) })),
      })
      .optional(),
    my_chat_member: membership.optional(),
    chat_member: membership.optional(),
  });

const schemas = { public: updateOf(nameless), team: updateOf(named) } as const;

/** The kinds of update that we ask Telegram for. */
export const wantedUpdates = [
  "message",
  "edited_message",
  "callback_query",
  "my_chat_member",
  "chat_member",
  "message_reaction",
] as const;

/** What is to be known of an update before anybody interprets it. */
export interface Cut {
  update: Update;
  /** Who acted. */
  by: number;
  chat: { id: number; type: string };
  /** Telegram's time in seconds; null for a press, which has none. */
  date: number | null;
  /** A lower bound of the time where there is no date: that of the message whose button was pressed. */
  after: number;
  /** Tells events with the same update id apart: the ids start anew after a silent week. */
  mark: string;
}

/** Reads an update; null when it is of no kind that we know, or unreadable. */
export function readUpdate(bot: BotKind, json: unknown): Cut | null {
  const parsed = schemas[bot].safeParse(json);
  if (!parsed.success) return null;
  // The schema has checked every field that we read; grammY's type promises more than that.
  const update = parsed.data as unknown as Update;
  const { message, edited_message: edited, callback_query: press } = update;
  if (message?.from) return cut(update, message.from.id, message.chat, message.date);
  if (edited?.from) return cut(update, edited.from.id, edited.chat, edited.edit_date ?? edited.date);
  if (press?.message) {
    const { chat: where, date: after } = press.message;
    return { update, by: press.from.id, chat: where, date: null, after, mark: press.id };
  }
  const { message_reaction: reaction } = update;
  if (reaction?.user) return cut(update, reaction.user.id, reaction.chat, reaction.date);
  const change = update.my_chat_member ?? update.chat_member;
  return change ? cut(update, change.from.id, change.chat, change.date) : null;
}

function cut(update: Update, by: number, where: Cut["chat"], date: number): Cut {
  return { update, by, chat: where, date, after: date, mark: String(date) };
}
