import { isRecord } from "../parameters.ts";
import { telegramRefusal } from "./refusals.ts";

/** A button under a message: it sends `data` back, or opens `url`. */
export interface InlineButton {
  label: string;
  data: string | null;
  url: string | null;
}

export type Keyboard = InlineButton[][];

const mostButtons = 100;
const longestData = 64;

/**
 * Reads `reply_markup` and refuses what Telegram refuses. Only inline keyboards are shown; the other kinds (reply
 * keyboards, forced replies) are accepted and change nothing.
 */
export function readKeyboard(markup: unknown): Keyboard {
  if (markup === undefined) return [];
  if (markup === null) throw telegramRefusal.badRequest("can't parse reply keyboard markup JSON object");
  if (!isRecord(markup)) throw telegramRefusal.badRequest("object expected as reply markup");
  const rows = markup.inline_keyboard;
  if (rows === undefined) return [];
  if (!Array.isArray(rows) || !rows.every((row) => Array.isArray(row))) {
    throw telegramRefusal.badRequest(
      'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
    );
  }
  const keyboard = rows.map((row) => row.map(readButton)).filter((row) => row.length > 0);
  if (keyboard.flat().length > mostButtons) throw telegramRefusal.badRequest("reply markup is too long");
  return keyboard;
}

function readButton(button: unknown): InlineButton {
  const refuse = (why: string) => telegramRefusal.badRequest(`can't parse inline keyboard button: ${why}`);
  if (!isRecord(button)) throw refuse("InlineKeyboardButton must be an Object");
  const { text, callback_data: data, url } = button;
  if (text === undefined) throw refuse('Can\'t find field "text"');
  if (typeof text !== "string") throw refuse('Field "text" must be of type String');
  if (text.trim() === "") throw telegramRefusal.badRequest("inline keyboard button text must be non-empty");
  if (typeof url === "string" && url !== "") {
    if (!/^(https?|tg):\/\/\S+$/i.test(url)) {
      throw telegramRefusal.badRequest(`inline keyboard button URL '${url}' is invalid: Wrong HTTP URL`);
    }
    return { label: text, data: null, url };
  }
  if (typeof data !== "string" || data === "") {
    throw refuse("Text buttons are unallowed in the inline keyboard");
  }
  if (Buffer.byteLength(data) > longestData) throw telegramRefusal.buttonDataInvalid();
  return { label: text, data, url: null };
}

export function keyboardJson(keyboard: Keyboard): { inline_keyboard: object[][] } {
  return {
    inline_keyboard: keyboard.map((row) =>
      row.map(({ label, data, url }) => ({
        text: label,
        ...(url === null ? { callback_data: data } : { url }),
      })),
    ),
  };
}
