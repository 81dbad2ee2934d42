import type { Parameters } from "../../parameters.ts";
import type { SimulatedBot } from "../bot.ts";
import type { PrivateChat, TelegramChat } from "../chat.ts";
import type { TelegramMessage } from "../message.ts";
import { telegramRefusal } from "../refusals.ts";

/** Does what a method of the Bot API does and gives its `result`. Throws a `Refusal` when Telegram says no. */
export type Method = (bot: SimulatedBot, parameters: Parameters, signal: AbortSignal) => unknown;

/** Methods by their name in the Bot API's own spelling. */
export type Methods = Readonly<Record<string, Method>>;

/** What a bot wants to do in a chat: more is refused for writing than for looking. */
type Purpose = "look" | "write";

/** The chat that `chat_id` names, if the bot may do this there. */
export function chatOf(
  bot: SimulatedBot,
  parameters: Parameters,
  purpose: Purpose,
  name = "chat_id",
): TelegramChat {
  if (parameters.text(name) === "") throw telegramRefusal.chatIdEmpty();
  const id = parameters.integer(name);
  if (id === undefined || id === 0) throw telegramRefusal.chatNotFound();
  return id < 0 ? groupOf(bot, id) : privateChatOf(bot, id, purpose);
}

function groupOf(bot: SimulatedBot, id: number): TelegramChat {
  const group = bot.telegram.groupById(id);
  if (group === undefined || !group.members.has(bot.id)) throw telegramRefusal.chatNotFound();
  if (group.id !== id) throw telegramRefusal.upgraded(group.id);
  const status = group.statusOf(bot);
  if (status === "kicked") throw telegramRefusal.kicked(group.kind);
  if (status === "left") throw telegramRefusal.notMember(group.kind);
  return group;
}

function privateChatOf(bot: SimulatedBot, id: number, purpose: Purpose): PrivateChat {
  const who = bot.telegram.participantById(id);
  if (who === undefined) throw telegramRefusal.chatNotFound();
  if (who.isBot) throw telegramRefusal.toBot();
  if (!bot.telegram.knows(bot, who)) throw telegramRefusal.chatNotFound();
  const chat = bot.telegram.privateChat(who, bot);
  if (purpose === "write") {
    if (who.deactivated) throw telegramRefusal.deactivated();
    if (chat.blocked) throw telegramRefusal.blocked();
    if (!chat.started) throw telegramRefusal.cannotInitiate();
  }
  return chat;
}

/** The message that `message_id` names in a chat. */
export function messageOf(
  chat: TelegramChat,
  parameters: Parameters,
  purpose: "edit" | "delete" | "copy" | "forward" | "react",
): TelegramMessage {
  const message = chat.find(parameters.integer("message_id"));
  if (message === undefined) throw telegramRefusal.messageNotFound(purpose);
  return message;
}

/** Counts a written message against the limits, where they are on. */
export function countRate(bot: SimulatedBot, chat: TelegramChat): void {
  bot.telegram.rates?.count(bot.username, chat.id, chat.kind !== "private");
}
