/**
 * Peerline with nothing configured: both platforms are played on this machine, the clock can be moved forward, and
 * everything is forgotten at the end. Never used once a channel is configured.
 */
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { answerWindow } from "../flows/hours.ts";
import type { Language, Site } from "../programmes/programme.ts";
import type { Clock } from "./clock.ts";
import type { Config } from "./config.ts";

export interface Simulation {
  /** The configuration, with the simulated channels in place of real ones. */
  config: Config;
  clock: Clock;
  pageUrl: string;
  /** Tells the simulated Messenger where we listen. */
  connect(url: string): Promise<void>;
  stop(): Promise<void>;
}

/** A newcomer finds the service open, so that somebody can answer: at other hours the clock starts at the next opening. */
export async function startSimulation(configured: Config): Promise<Simulation> {
  const { SimulatedClock, startSimulator } = await import("../simulator/index.ts");
  const { programme } = configured;
  const [site] = programme.sites;
  const clock = new SimulatedClock(new Date(startOf(site, Date.now())), { ticking: true });
  const zone = site?.zone ?? "UTC";
  const simulator = await startSimulator({
    clock,
    port: configured.port === 0 ? 0 : configured.port + 1,
    page: { programme: programme.name, zone },
  });
  const { cast } = simulator;
  const { token: teamToken } = cast.teamBot;
  const { token: pageToken } = cast.page;
  if (teamToken === null || pageToken === null) throw new Error("the simulated platforms gave out no tokens");
  const dataDirectory = await mkdtemp(join(tmpdir(), "peerline-simulation-"));
  const verifyToken = randomBytes(16).toString("hex");
  return {
    clock,
    pageUrl: simulator.pageUrl,
    config: {
      ...configured,
      // Whoever tries it out may not speak the programme's first language.
      programme: { ...programme, languages: englishFirst(programme.languages), goLive: "at_once" },
      dataDirectory,
      telegram: {
        teamToken,
        publicToken: cast.publicBot.token,
        webhookSecret: null,
        apiRoot: simulator.telegramRoot,
      },
      messenger: {
        pageId: String(cast.page.id),
        pageToken,
        appSecret: simulator.messenger.app.secret,
        verifyToken,
        graphRoot: simulator.graphRoot,
        graphVersion: "v26.0",
        humanAgent: true,
      },
      staffChatId: String(cast.staffGroup.id),
    },
    connect: (url) => simulator.messenger.setWebhook(`${url}/webhooks/messenger`, verifyToken),
    async stop() {
      await simulator.stop();
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}

function englishFirst(languages: Language[]): Language[] {
  return languages.includes("en") ? ["en", ...languages.filter((language) => language !== "en")] : languages;
}

/** Now, or an hour into the next opening when it is closed or closes within two hours: a case takes a while to play. */
function startOf(site: Site | undefined, now: number): number {
  const window = site ? answerWindow(site, now, []) : null;
  const soonClosed = window?.open && window.closesAt - now < 2 * 3_600_000;
  const at = soonClosed && site ? answerWindow(site, window.closesAt, []) : window;
  return at && !at.open && at.opensAt !== null ? at.opensAt + 3_600_000 : now;
}
