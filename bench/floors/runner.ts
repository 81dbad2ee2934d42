/** A floor: bare grammY with its runner, updates side by side, nothing kept. */
import { run } from "@grammyjs/runner";
import { Bot } from "grammy";
import { LoadTelegram } from "../../simulator/load/telegram.ts";

const [root = ""] = process.argv.slice(2);
const bot = new Bot(LoadTelegram.token("public"), { client: { apiRoot: root } });
bot.on("message:text", ({ api, message }) => api.sendMessage(message.chat.id + 1_000_000, message.text));
await bot.init();
run(bot);
process.stdout.write("listens\n");
process.stdin.resume().once("end", () => process.exit());
