/** Starts and stops the process. */
import { type App, startApp } from "./app.ts";
import { checksOf } from "./checks.ts";
import { claimCodes, unclaimedSites } from "./claim.ts";
import { type Config, ConfigError, readEnvironment } from "./config.ts";
import { createLog } from "./log.ts";

const say = (text: string): void => void process.stdout.write(`${text}\n`);

try {
  const config = readEnvironment();
  const app = await startApp(config);
  introduce(app, config.simulation);
  if (!config.simulation) {
    await sayClaims(app, config);
    sayMissing(app).catch(() => undefined);
  }
  stopOn("SIGTERM", app);
  stopOn("SIGINT", app);
} catch (error) {
  // What is wrong before the work begins is for whoever starts it: in words, without a stack.
  process.stderr.write(
    `${error instanceof ConfigError ? error.message : `Peerline can't start: ${reason(error)}`}\n`,
  );
  process.exitCode = 1;
  setTimeout(() => process.exit(1), 500).unref();
}

// The last net: a fault nobody caught ends the process, and what was acknowledged is taken up at the next start.
process.on("unhandledRejection", (error) => {
  createLog("error").error("a fault nobody caught; stopping", { error });
  process.exit(1);
});

function introduce({ pageUrl, url }: App, simulation: boolean): void {
  if (!simulation) {
    say(`Peerline listens on ${url}`);
    return;
  }
  say("");
  say("  Peerline runs, with simulated channels: nothing leaves this machine, nothing is kept.");
  say(`  Open ${pageUrl} and play everybody.`);
  const port = new URL(pageUrl ?? url).port;
  say(
    `  From another computer: ssh -L ${port}:127.0.0.1:${port} <this machine>, then open the same address there.`,
  );
  say("");
}

/** A code is for the eyes of whoever starts this by hand; a container's output is a log. */
async function sayClaims({ database }: App, { programme }: Config): Promise<void> {
  const sites = database ? await unclaimedSites(programme, database) : [];
  if (!database || sites.length === 0) return;
  say("");
  if (process.stdout.isTTY) say(await claimCodes(sites, database));
  else
    say("No staff group is known yet: npm run claim prints a code for it (see README, “The staff group”).");
  say("");
}

/** Until a coordinator has opened, nobody is let in: whoever starts this sees why. */
async function sayMissing(app: App): Promise<void> {
  for (const { site, readiness } of await app.notOpenYet()) {
    say(`${site.name} is not open yet: whoever writes is told so, with the helplines.`);
    const missing = checksOf(readiness, site.country).filter(({ ok }) => !ok);
    for (const { what, todo } of missing) say(`  ✗ ${what}\n      ${todo}`);
    say("When nothing is missing, a coordinator opens it with /golive in the staff group.");
  }
}

function stopOn(signal: "SIGTERM" | "SIGINT", app: App): void {
  process.once(signal, () => {
    const late = setTimeout(() => process.exit(1), 9500);
    void app.stop().then(() => {
      clearTimeout(late);
      process.exit(0);
    });
  });
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : "for an unknown reason";
}
