/** What happened, out of Telegram's updates, through grammY's middleware. */
import type { Bot, Context } from "grammy";
import type { ChatMember, Message, Update, User } from "grammy/types";
import type { EventBase, InboundEvent } from "../channel.ts";
import type { Content } from "../content.ts";
import { addressOf, type BotKind } from "./address.ts";
import { contentOf } from "./content.ts";

/** Interprets an update that happened at `at`, milliseconds since 1970. */
export type Interpret = (update: Update, at: number) => Promise<InboundEvent[]>;

type Found<Event = InboundEvent> = Event extends unknown ? Omit<Event, keyof EventBase> : never;

/** What `/start` can carry in a link; anything else behind it are a person's words. */
const start = /^\/start(?: ([\w-]{1,64}))?$/;
const namedCommand = /^(\/\w{1,64})@(\w{3,64})(?=\s|$)/;

/** Hangs our handlers into a bot; each event is found by one of them. */
export function createInterpreter(bot: Bot, kind: BotKind): Interpret {
  const underWay = new WeakMap<Update, { at: number; events: InboundEvent[] }>();
  const address = (id: number) => addressOf(kind, id);
  const add = ({ update }: Context, by: number, chat: number, found: Found) => {
    const entry = underWay.get(update);
    const appLanguage = update.message?.from?.language_code ?? update.callback_query?.from.language_code;
    const base = { by: address(by), chat: address(chat), at: entry?.at ?? 0 };
    entry?.events.push({ ...found, ...base, ...(appLanguage ? { appLanguage } : {}) });
  };

  // Mentees are met one by one: what happens in a group with the public bot in it is nobody's business here.
  if (kind === "public") bot.drop((ctx) => ctx.chat?.type !== "private");

  bot.on(["message:migrate_to_chat_id", "message:migrate_from_chat_id"], (ctx) => {
    const { from, chat, migrate_to_chat_id: to, migrate_from_chat_id: before } = ctx.msg;
    const moved = { kind: "group_moved", to: address(to ?? chat.id) } as const;
    if (from) add(ctx, from.id, before ?? chat.id, moved);
  });

  bot.on("message:left_chat_member", (ctx) => {
    const { from, chat, left_chat_member: gone } = ctx.msg;
    if (gone.id === ctx.me.id) return;
    add(ctx, from.id, chat.id, { kind: "member_left", member: address(gone.id) });
  });

  bot.on("message", (ctx) => {
    const { msg } = ctx;
    const content = contentFor(ctx, msg, kind);
    if (!content || !msg.from) return;
    const senderName = nameOf(msg.from, kind);
    const started = content.kind === "text" ? start.exec(content.text) : null;
    if (started) {
      add(ctx, msg.from.id, msg.chat.id, { kind: "started", parameter: started[1] ?? null, senderName });
      return;
    }
    add(ctx, msg.from.id, msg.chat.id, {
      kind: "wrote",
      message: String(msg.message_id),
      content,
      replyTo: answeredBy(msg),
      senderName,
    });
  });

  bot.on("edited_message", (ctx) => {
    const { msg } = ctx;
    // A shared position that moves is edited every few seconds.
    const content = msg.location ? null : contentFor(ctx, msg, kind);
    if (!content || !msg.from) return;
    add(ctx, msg.from.id, msg.chat.id, { kind: "edited", message: String(msg.message_id), content });
  });

  bot.on("message_reaction", (ctx) => {
    const { chat, user, message_id: message, new_reaction: signs } = ctx.messageReaction;
    if (!user || chat.type !== "private") return;
    const sign = signs.find((one) => one.type === "emoji");
    add(ctx, user.id, chat.id, { kind: "reacted", message: String(message), emoji: sign?.emoji ?? null });
  });

  bot.on("callback_query:data", (ctx) => {
    const { id, from, message, data } = ctx.callbackQuery;
    if (!message) return;
    add(ctx, from.id, message.chat.id, {
      kind: "pressed",
      payload: data,
      message: String(message.message_id),
      press: id,
      senderName: nameOf(from, kind),
    });
  });

  bot.on("my_chat_member", (ctx) => {
    const { chat, from, old_chat_member: before, new_chat_member: after } = ctx.myChatMember;
    const was = isPresent(before);
    const is = isPresent(after);
    if (was === is) return;
    const inPrivate = is ? "unblocked" : "blocked";
    const inGroup = is ? "added_to_group" : "removed_from_group";
    add(ctx, from.id, chat.id, { kind: chat.type === "private" ? inPrivate : inGroup });
  });

  bot.on("chat_member", (ctx) => {
    const { chat, from, old_chat_member: before, new_chat_member: after } = ctx.chatMember;
    if (!isPresent(before) || isPresent(after)) return;
    add(ctx, from.id, chat.id, { kind: "member_left", member: address(after.user.id) });
  });

  return async (update, at) => {
    const entry = { at, events: [] };
    underWay.set(update, entry);
    await bot.handleUpdate(update);
    return entry.events;
  };
}

/** What a message holds; null when it is not for us. `/command@ourbot` becomes `/command`. */
function contentFor({ me }: Context, message: Message, kind: BotKind): Content | null {
  if (message.is_automatic_forward) return null;
  const content = contentOf(message, kind);
  if (content?.kind !== "text") return content;
  const command = namedCommand.exec(content.text);
  if (!command) return content;
  const [whole, name = "", bot = ""] = command;
  // Before our own name is known, a command counts as ours: in its usual privacy mode a bot is shown no others.
  const ours = me.username === "" || bot.toLowerCase() === me.username.toLowerCase();
  if (ours) return { kind: "text", text: name + content.text.slice(whole.length) };
  return message.chat.type === "private" ? content : null;
}

/** What is written into a topic, without answering anybody, counts for Telegram as an answer to the topic's first. */
function answeredBy({ reply_to_message: answered, is_topic_message: inTopic, ...message }: Message) {
  if (!answered || (inTopic && answered.message_id === message.message_thread_id)) return null;
  return String(answered.message_id);
}

/** Null for mentees: their name is not ours to know. */
function nameOf({ first_name: first, last_name: last }: User, kind: BotKind): string | null {
  if (kind === "public") return null;
  return [first, last].filter(Boolean).join(" ") || null;
}

/** Whether somebody with this membership is in the chat; in a private chat, whether the bot may write. */
export function isPresent(member: ChatMember): boolean {
  if (member.status === "restricted") return member.is_member;
  return member.status !== "left" && member.status !== "kicked";
}
