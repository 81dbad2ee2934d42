/**
 * A floor: bare grammY with its runner, which waits before each message for as many bare writes to disk as Peerline
 * waits for: 200 bytes appended to a file and synced, four times one after the other.
 */
import { mkdtempSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "@grammyjs/runner";
import { Bot } from "grammy";
import { LoadTelegram } from "../../simulator/load/telegram.ts";

const [root = ""] = process.argv.slice(2);
const writes = 4;
const file = await open(join(mkdtempSync(join(tmpdir(), "bench-durable-")), "log"), "w");
const bytes = Buffer.alloc(200, 7);
const bot = new Bot(LoadTelegram.token("public"), { client: { apiRoot: root } });
bot.on("message:text", async ({ api, message }) => {
  for (let n = 0; n < writes; n++) {
    await file.write(bytes);
    await file.datasync();
  }
  await api.sendMessage(message.chat.id + 1_000_000, message.text);
});
await bot.init();
run(bot);
process.stdout.write("listens\n");
process.stdin.resume().once("end", () => process.exit());
