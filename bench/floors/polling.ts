/** A floor: bare grammY as its guide begins, one update after the other, nothing kept. */
import { Bot } from "grammy";
import { LoadTelegram } from "../../simulator/load/telegram.ts";

const [root = ""] = process.argv.slice(2);
const bot = new Bot(LoadTelegram.token("public"), { client: { apiRoot: root } });
bot.on("message:text", ({ api, message }) => api.sendMessage(message.chat.id + 1_000_000, message.text));
void bot.start({ onStart: () => void process.stdout.write("listens\n") });
process.stdin.resume().once("end", () => process.exit());
