/** What each way in which the Bot API says no means for us. */
import { GrammyError, HttpError } from "grammy";
import type { FailureKind, SendFailure } from "../channel.ts";
import { networkCode, neverArrived } from "../network.ts";
import { addressOf, type BotKind } from "./address.ts";

interface Refusal {
  code: number;
  /** What stands in the description; the first row that fits counts. */
  says: RegExp;
  failure: FailureKind;
  /** In our own words, for logs: the description itself can quote what we sent. */
  meaning: string;
}

const anything = /(?:)/;

/** Refusals of the Bot API; everything from 500 up is handled apart. */
const refusals: readonly Refusal[] = [
  { code: 400, says: /upgraded to a supergroup/i, failure: "moved", meaning: "the group moved" },
  { code: 400, says: /chat not found|PEER_ID_INVALID/i, failure: "blocked", meaning: "no such chat" },
  { code: 400, says: /USER_IS_BLOCKED|DEACTIVATED/i, failure: "blocked", meaning: "the reader is gone" },
  {
    code: 400,
    says: /not enough rights|no rights to send|CHAT_WRITE_FORBIDDEN|CHAT_RESTRICTED|SEND_PLAIN_FORBIDDEN/i,
    failure: "blocked",
    meaning: "we may not write there",
  },
  {
    code: 400,
    says: /message to (edit|delete|be replied) not found|MESSAGE_ID_INVALID/i,
    failure: "gone",
    meaning: "no such message",
  },
  { code: 400, says: /message can't be (edited|deleted)/i, failure: "gone", meaning: "it can't be changed" },
  { code: 400, says: /thread not found|TOPIC_(CLOSED|DELETED)/i, failure: "gone", meaning: "no such topic" },
  { code: 400, says: /too long|too big/i, failure: "too_large", meaning: "too long" },
  { code: 400, says: anything, failure: "rejected", meaning: "a bad request" },
  { code: 401, says: anything, failure: "unauthorized", meaning: "the token is refused" },
  { code: 403, says: /blocked by the user/i, failure: "blocked", meaning: "the reader blocked the bot" },
  { code: 403, says: /deactivated/i, failure: "blocked", meaning: "the account or group is gone" },
  { code: 403, says: /kicked|not a member/i, failure: "blocked", meaning: "we are not in the group" },
  { code: 403, says: anything, failure: "blocked", meaning: "we may not write there" },
  { code: 404, says: anything, failure: "unauthorized", meaning: "no bot has this token" },
  { code: 409, says: /webhook/i, failure: "misconfigured", meaning: "a webhook is set, so nobody can poll" },
  { code: 409, says: anything, failure: "misconfigured", meaning: "another program polls for this bot" },
  { code: 413, says: anything, failure: "too_large", meaning: "too big" },
  { code: 429, says: anything, failure: "throttled", meaning: "too fast" },
];

/** What became of a call that failed. The words of the error itself are never passed on. */
export function failureOf(error: unknown, bot: BotKind): SendFailure {
  if (error instanceof GrammyError && Number.isInteger(error.error_code)) return refused(error, bot);
  if (error instanceof HttpError && !isUnreadable(error.error)) {
    const code = networkCode(error.error);
    const certain = neverArrived(code);
    const failure = certain ? "unreachable" : "uncertain";
    return { sent: false, failure, certain, detail: `telegram: ${code ?? "no answer in time"}` };
  }
  return unreadable;
}

/** An answer that is none: a proxy's page, half a body, or JSON of somebody else. */
export const unreadable: SendFailure = {
  sent: false,
  failure: "unreachable",
  certain: false,
  detail: "telegram: an answer that can't be read",
};

/** True when an edit failed because everything is already as it should be. */
export function isUnchanged(error: unknown): boolean {
  return error instanceof GrammyError && /message is not modified/i.test(String(error.description));
}

function refused({ error_code: code, description, parameters }: GrammyError, bot: BotKind): SendFailure {
  if (code >= 500) {
    return { sent: false, failure: "unreachable", certain: false, detail: `telegram ${code}` };
  }
  const row = refusals.find((known) => known.code === code && known.says.test(String(description)));
  const { retry_after: seconds, migrate_to_chat_id: moved } = parameters;
  const { failure, meaning } = row ?? { failure: "rejected", meaning: "a refusal that we do not know" };
  return {
    sent: false,
    failure: failure === "moved" && moved === undefined ? "blocked" : failure,
    certain: true,
    detail: `telegram ${code}: ${meaning}`,
    ...(typeof seconds === "number" ? { retryAfter: seconds * 1000 } : {}),
    ...(failure === "moved" && moved !== undefined ? { movedTo: addressOf(bot, moved) } : {}),
  };
}

/** grammY's client could not parse the body. */
function isUnreadable(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  return error instanceof SyntaxError || ("type" in error && error.type === "invalid-json");
}
