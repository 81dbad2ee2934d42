/** The command that a technician runs, against both played platforms over HTTP. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { setUpChannels } from "../../commands/channels-setup.ts";
import { languages } from "../../programmes/programme.ts";
import { type Cast, SimulatedClock, type SimulatorWithPage, startSimulator } from "../../simulator/index.ts";
import { oslo } from "../flows/programmes.ts";

let simulator: SimulatorWithPage;
let cast: Cast;

beforeEach(async () => {
  const clock = new SimulatedClock(new Date("2026-11-23T09:00:00Z"));
  simulator = await startSimulator({ clock, page: { programme: oslo.name, zone: "Europe/Oslo" } });
  cast = simulator.cast;
});
afterEach(() => simulator.stop());

function settings(change: { teamToken?: string; pageToken?: string; publicUrl?: string } = {}) {
  return {
    programme: oslo,
    publicUrl: change.publicUrl ?? null,
    telegram: {
      teamToken: change.teamToken ?? cast.teamBot.token ?? "",
      publicToken: cast.publicBot.token,
      webhookSecret: "telegram-webhook-secret",
      apiRoot: simulator.telegramRoot,
    },
    messenger: {
      pageId: String(cast.page.id),
      pageToken: change.pageToken ?? cast.page.token ?? "",
      appSecret: simulator.messenger.app.secret,
      verifyToken: "verify-verify-verify",
      graphRoot: simulator.graphRoot,
      graphVersion: "v26.0",
      humanAgent: false,
    },
  };
}

test("every platform shows our menus, and it is said what was done", async () => {
  const { ok, text } = await setUpChannels(settings());
  expect(ok).toBe(true);
  expect(text).toContain("✓ telegram:team: menus and greeting in nb, en; Peerline asks for messages");
  expect(text).toContain("✓ messenger: ");
  expect([...cast.teamBot.commands.values()].flat()).toContainEqual(
    expect.objectContaining({ command: "golive" }),
  );
  expect(cast.page.profile.menuEntries.map(({ payload }) => payload)).toContain("help:now");
  expect(cast.page.profile.greeting).toContain("113");
  expect(cast.publicBot.descriptions.get("en")).toContain("Call 113");
  expect(cast.teamBot.webhook).toBeNull();
});

test("of several sites no country's emergency number is guessed, and the greeting is whole", async () => {
  const [first] = oslo.sites;
  if (!first) throw new Error("a programme without a site");
  const sites = [first, { ...first, id: "dublin", name: "Dublin", country: "ie" }];
  const programme = { ...oslo, sites, languages: [...languages] };
  expect((await setUpChannels({ ...settings(), programme })).ok).toBe(true);
  const greetings = ["", "en", "nb", "sr", "hu"].map((language) => cast.publicBot.descriptions.get(language));
  for (const greeting of greetings) {
    expect(greeting).not.toContain("113");
    expect((greeting ?? "").length).toBeLessThanOrEqual(160);
  }
});

test("with a public address Telegram is told to call it", async () => {
  const { ok, text } = await setUpChannels(settings({ publicUrl: "http://127.0.0.1:9" }));
  expect(ok).toBe(true);
  expect(text).toContain("Telegram calls http://127.0.0.1:9");
  expect(cast.publicBot.webhook).not.toBeNull();
});

test("a token that is refused is named with where a right one comes from, and the others are set up all the same", async () => {
  const wrong = { teamToken: "123456:AAAAAAAAAAAAAAAAAAAAAAAAA", pageToken: "EAAwrong-wrong-wrong-wrong" };
  const { ok, text } = await setUpChannels(settings(wrong));
  expect(ok).toBe(false);
  expect(text).toContain("TELEGRAM_TEAM_TOKEN is not that of a bot");
  expect(text).toContain("Meta does not take MESSENGER_PAGE_TOKEN");
  expect(text).toContain("✓ telegram:public");
  for (const token of Object.values(wrong)) expect(text).not.toContain(token);
});
