import type { IncomingMessage, ServerResponse } from "node:http";
import { Refusal } from "../faults.ts";
import { answerJson, perform, readBody } from "../http.ts";
import { type Parameters, readParameters } from "../parameters.ts";
import { chatMethods } from "./methods/chats.ts";
import { messageMethods } from "./methods/messages.ts";
import type { Method, Methods } from "./methods/method.ts";
import { settingMethods } from "./methods/settings.ts";
import { updateMethods } from "./methods/updates.ts";
import { telegramRefusal } from "./refusals.ts";
import type { SimulatedTelegram } from "./telegram.ts";

const all: Methods = { ...messageMethods, ...chatMethods, ...updateMethods, ...settingMethods };

/** The Bot API takes method names in any case. */
const methods: ReadonlyMap<string, { name: string; method: Method }> = new Map(
  Object.entries(all).map(([name, method]) => [name.toLowerCase(), { name, method }]),
);

/** Answers a request to the Bot API; `path` is what follows its root: `/bot<token>/<method>`. */
export async function serveTelegram(
  telegram: SimulatedTelegram,
  path: string,
  query: URLSearchParams,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const body = await readBody(request);
    const { token, name } = partsOf(path);
    const bot = telegram.botByToken(token);
    if (bot === undefined) throw telegramRefusal.unauthorized();
    const found = methods.get(name.toLowerCase());
    if (found === undefined) throw telegramRefusal.methodNotFound();
    const parameters = await parametersOf(query, request, body);
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    await perform({
      call: {
        method: found.name,
        account: bot.username,
        chat: parameters.text("chat_id") || null,
        parameters: parameters.values,
        at: telegram.clock.now(),
      },
      faults: telegram.faults,
      calls: telegram.calls,
      response,
      act: () => resultOf(found.method(bot, parameters, gone.signal)),
    });
  } catch (error) {
    const refusal = error instanceof Refusal ? error : telegramRefusal.internal();
    answerJson(response, refusal.status, refusal.body);
  }
}

/** An effect happens at once; only what waits (a poll) gives a promise. */
function resultOf(result: unknown): unknown {
  return result instanceof Promise
    ? result.then((value) => ({ ok: true, result: value }))
    : { ok: true, result };
}

function partsOf(path: string): { token: string; name: string } {
  const match = /^\/bot([^/]+)\/([A-Za-z]+)$/.exec(decodeURI(path));
  if (match === null) throw telegramRefusal.notFound();
  return { token: match[1] ?? "", name: match[2] ?? "" };
}

async function parametersOf(
  query: URLSearchParams,
  request: IncomingMessage,
  body: Buffer,
): Promise<Parameters> {
  try {
    return await readParameters(query, request.headers["content-type"] ?? "", body);
  } catch (error) {
    if (error instanceof SyntaxError) throw telegramRefusal.badRequest("can't parse the request");
    throw error;
  }
}
