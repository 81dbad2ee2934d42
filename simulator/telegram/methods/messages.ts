import { isRecord, type Parameters } from "../../parameters.ts";
import type { SimulatedBot } from "../bot.ts";
import type { TelegramChat } from "../chat.ts";
import { type Keyboard, readKeyboard } from "../keyboard.ts";
import { type MessageDraft, seconds, type TelegramMessage } from "../message.ts";
import type { MarkedText } from "../parse-mode/marked-text.ts";
import { parseMarked } from "../parse-mode/parse-mode.ts";
import { telegramRefusal } from "../refusals.ts";
import {
  cleanText,
  countCharacters,
  type Entity,
  findEntities,
  isWellFormed,
  longestText,
  overlap,
} from "../text.ts";
import { chatOf, countRate, type Methods, messageOf } from "./method.ts";

/** Some of the signs that a bot can put on a message. */
const botReactions = new Set([
  "❤",
  "👍",
  "👎",
  "🔥",
  "🥰",
  "👏",
  "😁",
  "🤔",
  "😢",
  "🎉",
  "🙏",
  "👌",
  "🤗",
  "💔",
]);

const longestCaption = 1024;

/** A bot can delete, for everybody, what is at most this old. */
const deletableFor = 48 * 3_600_000;

/** Writing, changing and passing on messages. */
export const messageMethods = {
  sendMessage(bot, parameters) {
    const words = readWords(parameters);
    const keyboard = readKeyboard(parameters.nested("reply_markup"));
    const chat = chatOf(bot, parameters, "write");
    refuseThread(parameters);
    const previews = parameters.nested("link_preview_options");
    return write(bot, chat, {
      ...words,
      keyboard,
      replyTo: readReply(chat, parameters),
      protected: parameters.boolean("protect_content"),
      silent: parameters.boolean("disable_notification"),
      fields: isRecord(previews) ? { link_preview_options: previews } : {},
    });
  },

  editMessageText(bot, parameters) {
    const words = readWords(parameters);
    const keyboard = readKeyboard(parameters.nested("reply_markup"));
    return change(bot, parameters, (message) => {
      if (message.attachment !== null)
        throw telegramRefusal.badRequest("there is no text in the message to edit");
      return { ...words, keyboard };
    });
  },

  editMessageReplyMarkup(bot, parameters) {
    const keyboard = readKeyboard(parameters.nested("reply_markup"));
    return change(bot, parameters, ({ text, entities }) => ({ text, entities, keyboard }));
  },

  setMessageReaction(bot, parameters) {
    const chat = chatOf(bot, parameters, "write");
    const message = messageOf(chat, parameters, "react");
    const given = parameters.nested("reaction") ?? [];
    const [sign, ...more] = Array.isArray(given) ? given : [];
    if (more.length > 0) throw telegramRefusal.badRequest("REACTIONS_TOO_MANY");
    const emoji = isRecord(sign) && typeof sign.emoji === "string" ? sign.emoji : null;
    if (emoji !== null && !botReactions.has(emoji)) throw telegramRefusal.badRequest("REACTION_INVALID");
    if (emoji === null) message.reactions.delete(bot.id);
    else message.reactions.set(bot.id, emoji);
    bot.telegram.changes.announce();
    return true;
  },

  deleteMessage(bot, parameters) {
    const chat = chatOf(bot, parameters, "write");
    const message = messageOf(chat, parameters, "delete");
    const group = chat.asGroup();
    if (group !== null && message.sender !== bot && !group.isAdministrator(bot)) {
      throw telegramRefusal.cannotDelete();
    }
    if (message.date.getTime() < bot.telegram.clock.now().getTime() - deletableFor) {
      throw telegramRefusal.cannotDeleteForEveryone();
    }
    message.deleted = true;
    bot.telegram.changes.announce();
    return true;
  },

  copyMessage(bot, parameters) {
    const original = messageOf(chatOf(bot, parameters, "look", "from_chat_id"), parameters, "copy");
    if (original.isService) throw telegramRefusal.cannotCopy();
    if (original.protected) throw telegramRefusal.cannotForward();
    const keyboard = readKeyboard(parameters.nested("reply_markup"));
    const chat = chatOf(bot, parameters, "write");
    const { message_id } = write(bot, chat, {
      ...contentOf(original),
      keyboard,
      replyTo: readReply(chat, parameters),
      protected: parameters.boolean("protect_content"),
    });
    return { message_id };
  },

  forwardMessage(bot, parameters) {
    const original = messageOf(chatOf(bot, parameters, "look", "from_chat_id"), parameters, "forward");
    if (original.isService || original.protected) throw telegramRefusal.cannotForward();
    const content = contentOf(original);
    return write(bot, chatOf(bot, parameters, "write"), {
      ...content,
      fields: { ...content.fields, ...originOf(original) },
      protected: parameters.boolean("protect_content"),
    });
  },
} as const satisfies Methods;

/** What is written in a text parameter, cleaned and measured as Telegram does it. */
function readWords(parameters: Parameters): { text: string; entities: Entity[] } {
  if (parameters.text("text") === "") throw telegramRefusal.textEmpty();
  const words = readMarked(parameters, "text");
  if (words.text === "") throw telegramRefusal.textBlank();
  if (countCharacters(words.text) > longestText) throw telegramRefusal.textTooLong();
  return words;
}

/** The words that stand with a file; none for most. */
export function readCaption(parameters: Parameters): { text: string; entities: Entity[] } {
  const words = readMarked(parameters, "caption");
  if (countCharacters(words.text) > longestCaption) throw telegramRefusal.captionTooLong();
  return words;
}

function readMarked(parameters: Parameters, name: string): { text: string; entities: Entity[] } {
  const written = parameters.text(name);
  if (!isWellFormed(written)) throw telegramRefusal.badRequest("strings must be encoded in UTF-8");
  const parseMode = parameters.text("parse_mode");
  const marked =
    parseMode === ""
      ? { text: written, entities: readEntities(parameters) }
      : parseMarked(written, parseMode);
  const text = cleanText(marked.text);
  return { text, entities: entitiesOf(marked, text) };
}

/** Marks that are given beside the text instead of inside it. */
function readEntities(parameters: Parameters): Entity[] {
  const given = parameters.nested("entities") ?? [];
  if (!Array.isArray(given)) throw telegramRefusal.badRequest("can't parse entities JSON object");
  return given.map((entity) => {
    const { type, offset, length, url } = isRecord(entity) ? entity : {};
    if (typeof type !== "string" || typeof offset !== "number" || typeof length !== "number") {
      throw telegramRefusal.badRequest("can't parse MessageEntity: type, offset and length are needed");
    }
    return { type, offset, length, ...(typeof url === "string" ? { url } : {}) };
  });
}

/** What the author marked and what Telegram finds by itself; blanks that fell away in front move the marks. */
function entitiesOf(marked: MarkedText, text: string): Entity[] {
  const moved = /^[ \n]*/.exec(marked.text)?.[0].length ?? 0;
  const given = marked.entities
    .map((entity) => ({ ...entity, offset: Math.max(0, entity.offset - moved) }))
    .map((entity) => ({ ...entity, length: Math.min(entity.length, text.length - entity.offset) }))
    .filter(({ length }) => length > 0);
  const verbatim = given.filter(({ type }) => ["code", "pre", "text_link"].includes(type));
  const found = findEntities(text).filter((entity) => !verbatim.some((other) => overlap(other, entity)));
  return [...given, ...found];
}

/** The message of the chat that is answered, as `reply_parameters` or the older field say. */
export function readReply(chat: TelegramChat, parameters: Parameters): TelegramMessage | null {
  const given = parameters.nested("reply_parameters");
  if (given === null) throw telegramRefusal.badRequest("can't parse reply parameters JSON object");
  if (given !== undefined && !isRecord(given)) {
    throw telegramRefusal.badRequest("object expected as reply parameters");
  }
  const id = given === undefined ? parameters.integer("reply_to_message_id") : given.message_id;
  if (id === undefined) return null;
  const message = chat.find(typeof id === "number" ? id : undefined);
  if (message !== undefined) return message;
  const without = given?.allow_sending_without_reply ?? parameters.boolean("allow_sending_without_reply");
  if (without === true) return null;
  throw telegramRefusal.messageNotFound("be replied");
}

/** No chat has topics here. */
export function refuseThread(parameters: Parameters): void {
  if (parameters.text("message_thread_id") === "") return;
  throw telegramRefusal.badRequest("message thread not found");
}

export function write(bot: SimulatedBot, chat: TelegramChat, draft: Omit<MessageDraft, "sender">) {
  countRate(bot, chat);
  chat.typingSince = null;
  const message = chat.post({ ...draft, sender: bot });
  return { ...message.json(), message_id: message.id };
}

/** Changes the bot's own message, if that makes a difference. */
function change(
  bot: SimulatedBot,
  parameters: Parameters,
  edit: (message: TelegramMessage) => { text: string; entities: Entity[]; keyboard: Keyboard },
): Record<string, unknown> {
  const chat = chatOf(bot, parameters, "write");
  const message = messageOf(chat, parameters, "edit");
  if (message.sender !== bot || message.isService) throw telegramRefusal.cannotEdit();
  const next = edit(message);
  const { text, entities, keyboard } = message;
  if (JSON.stringify(next) === JSON.stringify({ text, entities, keyboard }))
    throw telegramRefusal.notModified();
  countRate(bot, chat);
  message.text = next.text;
  message.entities = next.entities;
  message.keyboard = next.keyboard;
  message.editedAt = bot.telegram.clock.now();
  bot.telegram.changes.announce();
  return message.json();
}

function contentOf(original: TelegramMessage) {
  const { text, entities, fields, attachment, file } = original;
  return { text, entities: [...entities], fields, attachment, file };
}

/** A forwarded message names who wrote it: why words are never forwarded to anybody but copied. */
function originOf({ sender, date }: TelegramMessage): Record<string, unknown> {
  return { forward_origin: { type: "user", sender_user: sender.json(), date: seconds(date) } };
}
