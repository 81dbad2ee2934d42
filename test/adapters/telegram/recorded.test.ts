import { join } from "node:path";
import type { BotKind } from "../../../adapters/telegram/address.ts";
import { type Recorded, testRecorded } from "../recorded.ts";
import { signed, telegramSituation } from "./situation.ts";

testRecorded<Recorded & { bot: BotKind }>(join(import.meta.dirname, "recorded"), async ({ bot }) => {
  const { adapter } = await telegramSituation(bot);
  // From now on it knows its own name, as the running service does.
  await adapter.link();
  return { adapter, signed };
});
