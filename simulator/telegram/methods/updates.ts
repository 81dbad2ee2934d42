import type { Parameters } from "../../parameters.ts";
import type { SimulatedBot } from "../bot.ts";
import { telegramRefusal } from "../refusals.ts";
import type { Methods } from "./method.ts";

const mostUpdates = 100;
const mostConnections = 100;

/** How updates reach a bot: it polls, or names a webhook. */
export const updateMethods = {
  async getUpdates(bot, parameters, signal) {
    if (bot.webhook !== null) throw telegramRefusal.conflictWebhook();
    readAllowedUpdates(bot, parameters);
    const offset = parameters.integer("offset") ?? 0;
    const limit = Math.min(Math.max(parameters.integer("limit") ?? mostUpdates, 1), mostUpdates);
    const wait = Math.min((parameters.integer("timeout") ?? 0) * 1000, bot.telegram.longestPoll);
    const updates = await bot.queue.poll(offset, limit, wait, signal);
    return updates.map(({ json }) => json);
  },

  setWebhook(bot, parameters) {
    const url = parameters.text("url");
    if (url === "") return removeWebhook(bot, parameters);
    const secret = parameters.text("secret_token");
    if (secret.length > 256) throw telegramRefusal.badRequest("secret token is too long");
    if (!/^[\w-]*$/.test(secret)) {
      throw telegramRefusal.badRequest("secret token contains unallowed characters");
    }
    checkWebhookUrl(url);
    const connections = parameters.integer("max_connections") ?? 1;
    readAllowedUpdates(bot, parameters);
    if (parameters.boolean("drop_pending_updates")) bot.queue.clear();
    bot.queue.endPoll(telegramRefusal.conflictSetWebhook());
    bot.setWebhook({ url, secret, connections: Math.min(Math.max(connections, 1), mostConnections) });
    return true;
  },

  deleteWebhook(bot, parameters) {
    return removeWebhook(bot, parameters);
  },

  getWebhookInfo(bot) {
    const settings = bot.webhook?.settings;
    return {
      url: settings?.url ?? "",
      has_custom_certificate: false,
      pending_update_count: bot.queue.pending.length,
      ...(settings === undefined
        ? {}
        : { max_connections: settings.connections, ip_address: new URL(settings.url).hostname }),
      ...bot.webhook?.errorJson,
      allowed_updates: bot.allowedUpdates,
    };
  },
} as const satisfies Methods;

function removeWebhook(bot: SimulatedBot, parameters: Parameters): true {
  if (parameters.boolean("drop_pending_updates")) bot.queue.clear();
  bot.setWebhook(null);
  return true;
}

/** What is not given stays as it was; what can't be read counts as not given, as with the real one. */
function readAllowedUpdates(bot: SimulatedBot, parameters: Parameters): void {
  const kinds = parameters.nested("allowed_updates");
  if (Array.isArray(kinds) && kinds.every((kind) => typeof kind === "string")) bot.allowUpdates(kinds);
}

/** The simulator calls this machine only, and that without TLS; nothing it holds may leave. */
function checkWebhookUrl(url: string): void {
  const loopback = /^https?:\/\/(127(?:\.\d{1,3}){3}|localhost|\[::1\])(:\d+)?(\/|\?|$)/i;
  if (!loopback.test(url)) {
    throw telegramRefusal.badRequest("bad webhook: the simulator only calls addresses of this machine");
  }
}
