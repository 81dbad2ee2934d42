/** Telegram's addresses: `telegram:public:<chat id>` and `telegram:team:<chat id>`. Stored, so the format stays. */
import type { Address } from "../channel.ts";

/** Mentees write to the public bot; the team lives with the other. */
export type BotKind = "public" | "team";

export function addressOf(bot: BotKind, chat: number): Address {
  return `telegram:${bot}:${chat}` as Address;
}

/** @throws when the address is not one of this bot's: a message must never leave by the wrong channel */
export function chatIdOf(bot: BotKind, address: Address): number {
  const id = Number(new RegExp(`^telegram:${bot}:(-?\\d+)$`).exec(address)?.[1]);
  if (!Number.isSafeInteger(id)) throw new TypeError(`not an address of the ${bot} bot`);
  return id;
}
