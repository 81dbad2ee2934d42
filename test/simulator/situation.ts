import { Bot } from "grammy";
import { onTestFinished } from "vitest";
import { SimulatedClock, type SimulatorOptions, startSimulator } from "../../simulator/index.ts";

/** A Friday afternoon in Oslo. */
const start = new Date("2026-11-20T14:00:00Z");
export const hour = 3_600_000;

/** A simulator with one bot, one person who has started it, and grammY's real client for that bot. */
export async function telegramSituation(options: Omit<SimulatorOptions, "clock"> = {}) {
  const clock = new SimulatedClock(start);
  const simulator = await startSimulator({ clock, ...options });
  onTestFinished(() => simulator.stop());
  const { telegram } = simulator;
  const bot = telegram.createBot({ token: "1001:secret", username: "peer_bot", name: "Peer" });
  const nora = telegram.createUser({ firstName: "Nora", languageCode: "nb" });
  const { api } = new Bot("1001:secret", { client: { apiRoot: simulator.telegramRoot } });
  return { clock, simulator, telegram, bot, nora, api, chat: nora.chatWith(bot) };
}

/** A simulator with one page, one person, and plain calls to the Graph API with the page's token. */
export async function messengerSituation(options: Omit<SimulatorOptions, "clock"> = {}) {
  const clock = new SimulatedClock(start);
  const simulator = await startSimulator({ clock, ...options });
  onTestFinished(() => simulator.stop());
  const { messenger } = simulator;
  const page = messenger.createPage({ name: "Peer Support", username: "peersupport", token: "PAGE-TOKEN" });
  const nora = page.createPerson({ firstName: "Nora", lastName: "Berg" });

  async function graph(method: string, path: string, body?: object, headers: Record<string, string> = {}) {
    const response = await fetch(`${simulator.graphRoot}/v26.0/${path}`, {
      method,
      headers: { authorization: "Bearer PAGE-TOKEN", "content-type": "application/json", ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, headers: response.headers, answer: await response.json() };
  }

  /** Sends a text as an answer, or as `more` says. */
  const send = (text: string, more: object = {}) =>
    graph("POST", "me/messages", {
      recipient: { id: nora.id },
      messaging_type: "RESPONSE",
      message: { text },
      ...more,
    });
  return { clock, simulator, messenger, page, nora, graph, send };
}
