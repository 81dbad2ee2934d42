/** The channels that are configured, each behind the same contract. */
import type { ChannelAdapter, ChannelName } from "../adapters/channel.ts";
import { createTelegramAdapter } from "../adapters/telegram/index.ts";
import type { Config, MessengerConfig } from "./config.ts";

export type Channels = ReadonlyMap<ChannelName, ChannelAdapter>;

/** @param prove makes the secret under which we recognise echoes of our own messages */
export async function openChannels(
  { telegram, messenger }: Pick<Config, "telegram" | "messenger">,
  prove: (text: string) => string,
): Promise<Channels> {
  const adapters: ChannelAdapter[] = [];
  if (telegram) {
    const { teamToken, publicToken, webhookSecret, apiRoot } = telegram;
    adapters.push(createTelegramAdapter({ bot: "team", token: teamToken, webhookSecret, apiRoot }));
    if (publicToken) {
      adapters.push(createTelegramAdapter({ bot: "public", token: publicToken, webhookSecret, apiRoot }));
    }
  }
  if (messenger) adapters.push(await openMessenger(messenger, prove));
  return new Map(adapters.map((adapter) => [adapter.name, adapter]));
}

/** Botkit and its thousand modules are only loaded when there is a page to serve. */
async function openMessenger(
  config: MessengerConfig,
  prove: (text: string) => string,
): Promise<ChannelAdapter> {
  const { createMessengerAdapter } = await import("../adapters/messenger/index.ts");
  return createMessengerAdapter({ ...config, prove });
}
