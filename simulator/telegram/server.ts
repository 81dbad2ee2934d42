import type { IncomingMessage, ServerResponse } from "node:http";
import { Refusal } from "../faults.ts";
import { answerJson, perform, readBody } from "../http.ts";
import { type Parameters, readParameters } from "../parameters.ts";
import { chatMethods } from "./methods/chats.ts";
import { fileMethods } from "./methods/files.ts";
import { messageMethods } from "./methods/messages.ts";
import type { Method, Methods } from "./methods/method.ts";
import { settingMethods } from "./methods/settings.ts";
import { updateMethods } from "./methods/updates.ts";
import { telegramRefusal } from "./refusals.ts";
import type { SimulatedTelegram } from "./telegram.ts";

const all: Methods = {
  ...fileMethods,
  ...messageMethods,
  ...chatMethods,
  ...updateMethods,
  ...settingMethods,
};

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
    if (path.startsWith("/file/")) return serveFile(telegram, path, response);
    const body = await readBody(request);
    const { token, name } = partsOf(path);
    const bot = telegram.botByToken(token);
    if (bot === undefined) throw telegramRefusal.unauthorized();
    const found = methods.get(name.toLowerCase());
    if (found === undefined) throw telegramRefusal.methodNotFound();
    const parameters = parametersOf(query, request, body);
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

/** `/file/bot<token>/<path>`: the bytes of a file, under an address that `getFile` gave. */
function serveFile(telegram: SimulatedTelegram, path: string, response: ServerResponse): void {
  const [, token = "", name = ""] = /^\/file\/bot([^/]+)\/(.+)$/.exec(decodeURI(path)) ?? [];
  const bot = telegram.botByToken(token);
  if (bot === undefined) throw telegramRefusal.unauthorized();
  const bytes = telegram.files.fetch(bot, name);
  response.writeHead(200, { "content-type": "application/octet-stream", "content-length": bytes.length });
  response.end(bytes);
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

function parametersOf(query: URLSearchParams, request: IncomingMessage, body: Buffer): Parameters {
  try {
    return readParameters(query, request.headers["content-type"] ?? "", body);
  } catch (error) {
    if (error instanceof SyntaxError) throw telegramRefusal.badRequest("can't parse the request");
    throw error;
  }
}
