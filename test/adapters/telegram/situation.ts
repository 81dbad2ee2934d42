import { onTestFinished } from "vitest";
import type { WebhookRequest } from "../../../adapters/channel.ts";
import type { BotKind } from "../../../adapters/telegram/address.ts";
import { createTelegramAdapter } from "../../../adapters/telegram/index.ts";
import { fault, SimulatedClock, startSimulator, telegramRefusal } from "../../../simulator/index.ts";
import type { Channel } from "../contract.ts";
import { startWebhook } from "../webhook.ts";

const webhookSecret = "a-webhook-secret_of-the-tests";

/** A Friday afternoon in Oslo. */
const startsAt = new Date("2026-11-20T14:00:00Z");

/** A body with the secret that Telegram sends along. */
export function signed(body: Buffer): WebhookRequest {
  const headers = { "x-telegram-bot-api-secret-token": webhookSecret };
  return { method: "POST", headers, query: {}, body };
}

/** Simulated Telegram with one bot and one person, who has not written yet, and the adapter of that bot. */
export async function telegramSituation(bot: BotKind) {
  const clock = new SimulatedClock(startsAt);
  const simulator = await startSimulator({ clock, telegram: { webhook: { pauses: [5, 10] } } });
  onTestFinished(() => simulator.stop());
  const { telegram, telegramRoot: apiRoot } = simulator;
  const token = "1001:token_of_the_simulated_bot";
  const simulated = telegram.createBot({ token, username: "peer_bot", name: "Peer" });
  const nora = telegram.createUser({ firstName: "Nora", lastName: "Berg" });
  const options = { bot, token, webhookSecret, apiRoot, patience: { call: 0.5, poll: 0.2 } };
  const adapter = createTelegramAdapter(options);
  return { clock, telegram, bot: simulated, nora, options, adapter, chat: nora.chatWith(simulated) };
}

/** The same with a webhook, as the contract asks for it. */
export async function telegramChannel(kind: BotKind): Promise<Channel> {
  const { telegram, bot, nora, options, adapter, chat } = await telegramSituation(kind);
  const webhook = await startWebhook(adapter);
  const settings = JSON.stringify({ url: webhook.url, secret_token: webhookSecret });
  const headers = { "content-type": "application/json" };
  await fetch(`${options.apiRoot}/bot${options.token}/setWebhook`, {
    method: "POST",
    headers,
    body: settings,
  });
  nora.start(bot);
  await bot.caughtUp();
  return {
    adapter,
    reader: `telegram:${kind}:${nora.id}` as Channel["reader"],
    webhook,
    shown: () =>
      chat.messages
        .filter(({ fromBot }) => fromBot)
        .map(({ id, text, buttons }) => ({
          id: String(id),
          text,
          buttons: buttons.map(({ label, data }) => ({ label, payload: data ?? "" })),
        })),
    async writes(text) {
      nora.writes(bot, text);
      await bot.caughtUp();
    },
    async presses(label) {
      const { lastMessage } = chat;
      if (lastMessage) nora.presses(lastMessage, label);
      await bot.caughtUp();
    },
    async sendsPicture(file) {
      nora.sends(bot, "photo", "", file);
      await bot.caughtUp();
    },
    files: () =>
      chat.messages.flatMap(({ fromBot, attachment, file }) =>
        fromBot && attachment !== null && file !== null ? [{ shown: attachment, ...file }] : [],
      ),
    forgetFiles: () => telegram.files.forgetAll(),
    shownAs: {
      photo: "photo",
      video: "video",
      round_video: "video_note",
      voice: "voice",
      audio: "audio",
      document: "document",
      sticker: "sticker",
      animation: "animation",
    },
    blocks: () => nora.blocks(bot),
    plan: (planned) => telegram.faults.next({ method: "sendMessage" }, planned),
    tooFast: { fault: fault.refuse(telegramRefusal.tooManyRequests(7)), wait: 7000 },
    elsewhere: createTelegramAdapter({ ...options, apiRoot: "http://127.0.0.1:2" }),
    wrongToken: createTelegramAdapter({ ...options, token: "1001:another" }),
    signed,
    secrets: [options.token, "1001:another", webhookSecret, String(nora.id)],
  };
}
