/** What Telegram shows of a bot beside a conversation, and how it reaches us. */
import type { Api } from "grammy";
import type { BotCommand, BotCommandScope, LanguageCode } from "grammy/types";
import type { Introduction, MenuEntry } from "../channel.ts";
import { shorten } from "../split.ts";
import { wantedUpdates } from "./wire.ts";

/** Telegram's limits, in characters. */
const longestDescription = 512;
const longestLabel = 256;

const everywhere = [
  { scope: { type: "all_private_chats" }, menuOf: ({ menu }: Introduction) => menu },
  { scope: { type: "all_group_chats" }, menuOf: ({ groupMenu }: Introduction) => groupMenu },
] as const satisfies { scope: BotCommandScope; menuOf: (introduction: Introduction) => MenuEntry[] }[];

/** Sets commands and description in each language; the first is also for everybody else. */
export async function showMenus(api: Api, introductions: readonly Introduction[]): Promise<void> {
  for (const [place, introduction] of introductions.entries()) {
    const languages = place === 0 ? [undefined, introduction.language] : [introduction.language];
    for (const language of languages) {
      const named = language === undefined ? {} : { language_code: language as LanguageCode };
      for (const { scope, menuOf } of everywhere) {
        await api.setMyCommands(menuOf(introduction).map(commandOf), { scope, ...named });
      }
      await api.setMyDescription(shorten(introduction.greeting, longestDescription), named);
    }
  }
}

function commandOf({ command, label }: MenuEntry): BotCommand {
  return { command, description: shorten(label, longestLabel) };
}

/** Makes Telegram call us, or keep updates until we ask. What waits there is kept. */
export async function reach(api: Api, webhook: string | null, secret: string | null): Promise<void> {
  if (webhook === null) await api.deleteWebhook();
  else await api.setWebhook(webhook, { secret_token: secret ?? "", allowed_updates: wantedUpdates });
}
