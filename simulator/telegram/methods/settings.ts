import { isRecord, type Parameters } from "../../parameters.ts";
import type { BotCommand } from "../bot.ts";
import { telegramRefusal } from "../refusals.ts";
import { countCharacters } from "../text.ts";
import type { Methods } from "./method.ts";

const mostCommands = 100;

/** What a bot sets once: its commands, descriptions and menu button. */
export const settingMethods = {
  setMyCommands(bot, parameters) {
    const commands = parameters.nested("commands");
    if (!Array.isArray(commands)) throw telegramRefusal.badRequest("expected an Array of BotCommand");
    if (commands.length > mostCommands) throw telegramRefusal.badRequest("too many commands specified");
    bot.commands.set(scopeOf(parameters), commands.map(readCommand));
    return true;
  },

  getMyCommands(bot, parameters) {
    return bot.commands.get(scopeOf(parameters)) ?? [];
  },

  deleteMyCommands(bot, parameters) {
    bot.commands.delete(scopeOf(parameters));
    return true;
  },

  setMyDescription(bot, parameters) {
    bot.descriptions.set(parameters.text("language_code"), shortEnough(parameters, "description", 512));
    return true;
  },

  getMyDescription(bot, parameters) {
    return { description: bot.descriptions.get(parameters.text("language_code")) ?? "" };
  },

  setMyShortDescription(bot, parameters) {
    const language = parameters.text("language_code");
    bot.shortDescriptions.set(language, shortEnough(parameters, "short_description", 120));
    return true;
  },

  getMyShortDescription(bot, parameters) {
    return { short_description: bot.shortDescriptions.get(parameters.text("language_code")) ?? "" };
  },

  setChatMenuButton(bot, parameters) {
    const button = parameters.nested("menu_button") ?? { type: "default" };
    if (!isRecord(button)) throw telegramRefusal.badRequest("Object expected as menu button");
    bot.menuButtons.set(parameters.text("chat_id"), button);
    return true;
  },

  getChatMenuButton(bot, parameters) {
    return bot.menuButtons.get(parameters.text("chat_id")) ?? bot.menuButtons.get("") ?? { type: "default" };
  },
} as const satisfies Methods;

/** `<scope>/<language>`, for example `all_private_chats/nb`; a scope of one chat has the chat in it. */
function scopeOf(parameters: Parameters): string {
  const scope = parameters.nested("scope");
  if (scope === null) throw telegramRefusal.badRequest("can't parse BotCommandScope JSON object");
  const { type, chat_id: chat } = isRecord(scope) ? scope : { type: "default", chat_id: undefined };
  const where = chat === undefined ? String(type) : `${String(type)}:${String(chat)}`;
  return `${where}/${parameters.text("language_code")}`;
}

function readCommand(command: unknown): BotCommand {
  const { command: name, description } = isRecord(command) ? command : {};
  if (typeof name !== "string" || typeof description !== "string") {
    throw telegramRefusal.badRequest("can't parse BotCommand: expected a command and a description");
  }
  const written = name.replace(/^\//, "");
  if (!/^[a-z0-9_]{1,32}$/.test(written)) throw telegramRefusal.badRequest("BOT_COMMAND_INVALID");
  if (description.trim() === "") throw telegramRefusal.badRequest("command description must be non-empty");
  if (countCharacters(description) > 256) throw telegramRefusal.badRequest("BOT_COMMAND_DESCRIPTION_INVALID");
  return { command: written, description };
}

function shortEnough(parameters: Parameters, name: string, most: number): string {
  const text = parameters.text(name);
  if (countCharacters(text) <= most) return text;
  throw telegramRefusal.badRequest(`bot ${name.replace("_", " ")} is too long`);
}
