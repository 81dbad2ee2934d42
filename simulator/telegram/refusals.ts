import { Refusal } from "../faults.ts";

function refusal(code: number, description: string, parameters?: Record<string, number>): Refusal {
  return new Refusal(code, {
    ok: false,
    error_code: code,
    description,
    ...(parameters === undefined ? {} : { parameters }),
  });
}

/**
 * Every way in which the simulated Bot API says no, in the real one's words (source: tdlib/telegram-bot-api,
 * `Client.cpp`, and tdlib/td). Also for fault plans: `fault.refuse(telegramRefusal.tooManyRequests(7))`.
 */
export const telegramRefusal = {
  badRequest: (what: string) => refusal(400, `Bad Request: ${what}`),
  unauthorized: () => refusal(401, "Unauthorized"),
  methodNotFound: () => refusal(404, "Not Found: method not found"),
  notFound: () => refusal(404, "Not Found"),
  internal: () => refusal(500, "Internal Server Error"),
  tooManyRequests: (seconds: number) =>
    refusal(429, `Too Many Requests: retry after ${seconds}`, { retry_after: seconds }),

  chatIdEmpty: () => refusal(400, "Bad Request: chat_id is empty"),
  chatNotFound: () => refusal(400, "Bad Request: chat not found"),
  blocked: () => refusal(403, "Forbidden: bot was blocked by the user"),
  deactivated: () => refusal(403, "Forbidden: user is deactivated"),
  cannotInitiate: () => refusal(403, "Forbidden: bot can't initiate conversation with a user"),
  toBot: () => refusal(403, "Forbidden: the bot can't send messages to the bot"),
  kicked: (kind: "group" | "supergroup") => refusal(403, `Forbidden: bot was kicked from the ${kind} chat`),
  notMember: (kind: "group" | "supergroup") =>
    refusal(403, `Forbidden: bot is not a member of the ${kind} chat`),
  upgraded: (to: number) =>
    refusal(400, "Bad Request: group chat was upgraded to a supergroup chat", { migrate_to_chat_id: to }),

  textEmpty: () => refusal(400, "Bad Request: message text is empty"),
  textBlank: () => refusal(400, "Bad Request: text must be non-empty"),
  textTooLong: () => refusal(400, "Bad Request: message is too long"),
  messageNotFound: (purpose: "edit" | "delete" | "copy" | "forward" | "react" | "be replied") =>
    refusal(400, `Bad Request: message to ${purpose} not found`),
  notModified: () =>
    refusal(
      400,
      "Bad Request: message is not modified: specified new message content and reply markup are exactly the same " +
        "as a current content and reply markup of the message",
    ),
  cannotEdit: () => refusal(400, "Bad Request: message can't be edited"),
  cannotDelete: () => refusal(400, "Bad Request: message can't be deleted"),
  cannotDeleteForEveryone: () => refusal(400, "Bad Request: message can't be deleted for everyone"),
  cannotCopy: () => refusal(400, "Bad Request: message can't be copied"),
  cannotForward: () => refusal(400, "Bad Request: message has protected content and can't be forwarded"),
  wrongFile: () => refusal(400, "Bad Request: wrong file_id or the file is temporarily unavailable"),
  fileTooBig: () => refusal(400, "Bad Request: file is too big"),
  fileEmpty: () => refusal(400, "Bad Request: file must be non-empty"),
  noFile: (kind: string) => refusal(400, `Bad Request: there is no ${kind} in the request`),
  photoTooBig: (size: number, most: number) =>
    refusal(
      400,
      `Bad Request: file of size ${size} bytes is too big for a photo; the maximum size is ${most} bytes`,
    ),
  notAPicture: () => refusal(400, "Bad Request: IMAGE_PROCESS_FAILED"),
  entityTooLarge: () => refusal(413, "Request Entity Too Large"),
  captionTooLong: () => refusal(400, "Bad Request: message caption is too long"),
  buttonDataInvalid: () => refusal(400, "Bad Request: BUTTON_DATA_INVALID"),
  pressTooOld: () =>
    refusal(400, "Bad Request: query is too old and response timeout expired or query ID is invalid"),

  conflictPoll: () =>
    refusal(
      409,
      "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    ),
  conflictSetWebhook: () => refusal(409, "Conflict: terminated by setWebhook request"),
  conflictWebhook: () =>
    refusal(
      409,
      "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    ),
} as const satisfies Record<string, (...values: never[]) => Refusal>;
