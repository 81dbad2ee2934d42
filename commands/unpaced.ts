/**
 * The real program without the pace that the real platforms ask for, which would hide its own: what the soak and the
 * benchmark run. It only ever talks to a platform that is played on this machine.
 */
import { startApp } from "../bot/app.ts";
import { readEnvironment } from "../bot/config.ts";

const config = readEnvironment();
const roots = [config.telegram?.apiRoot, config.messenger?.graphRoot].filter((root) => root !== undefined);
if (roots.length === 0 || roots.some((root) => new URL(root).hostname !== "127.0.0.1"))
  throw new Error("without the platforms' pace, no platform but one on 127.0.0.1 is called");

const unlimited = 1_000_000;
const app = await startApp(config, {
  timing: { pace: { chat: 0, groupPerMinute: unlimited, allPerSecond: unlimited } },
});
process.stdout.write(`listens on ${app.url}\n`);
// It never outlives whoever started it.
process.stdin.resume().once("end", () => process.exit(1));
process.once("SIGTERM", () => void app.stop().then(() => process.exit(0)));
