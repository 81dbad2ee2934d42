import { createHmac } from "node:crypto";
import { onTestFinished } from "vitest";
import { addressOf } from "../../../adapters/messenger/address.ts";
import { createMessengerAdapter, type MessengerOptions } from "../../../adapters/messenger/index.ts";
import { fault, graphRefusal, SimulatedClock, startSimulator } from "../../../simulator/index.ts";
import type { Channel } from "../contract.ts";
import { startWebhook } from "../webhook.ts";

const appSecret = "an-app-secret-of-the-tests";
const verifyToken = "a-verify-token-of-the-tests";

/** A Friday afternoon in Oslo. */
const startsAt = new Date("2026-11-20T14:00:00Z");

const prove: MessengerOptions["prove"] = (text) =>
  createHmac("sha256", "a key of the tests").update(text).digest("base64url");

/** A body with Meta's signature over it. */
function signed(body: Buffer) {
  const signature = createHmac("sha256", appSecret).update(body).digest("hex");
  const headers = { "x-hub-signature-256": `sha256=${signature}` };
  return { method: "POST" as const, headers, query: {}, body };
}

/** Simulated Messenger with one page and one person who has written to it, and the adapter of that page. */
async function messengerSituation({ humanAgent = true } = {}) {
  const clock = new SimulatedClock(startsAt);
  const delivery = { pauses: [5, 10] };
  const simulator = await startSimulator({ clock, messenger: { appSecret, requireProof: true, delivery } });
  onTestFinished(() => simulator.stop());
  const { messenger, graphRoot } = simulator;
  const pageToken = "EAAG-token_of_the_simulated_page";
  const page = messenger.createPage({ name: "Peer Support", token: pageToken, humanAgent });
  const nora = page.createPerson({ firstName: "Nora", lastName: "Berg" });
  const options: MessengerOptions = {
    pageId: page.id,
    pageToken,
    appSecret,
    verifyToken,
    graphRoot,
    graphVersion: "v26.0",
    humanAgent,
    prove,
    patience: 500,
  };
  const adapter = await createMessengerAdapter(options);
  const webhook = await startWebhook(adapter);
  await messenger.setWebhook(webhook.url, verifyToken);
  nora.writes("Hello");
  await messenger.caughtUp();
  return { clock, messenger, page, nora, reader: addressOf(nora.id), options, adapter, webhook };
}

/** The same, as the contract asks for it. */
export async function messengerChannel(): Promise<Channel> {
  const { messenger, nora, reader, options, adapter, webhook } = await messengerSituation();
  return {
    adapter,
    reader,
    webhook,
    shown: () =>
      nora.messages
        .filter(({ author }) => author === "app")
        .map(({ id, text, quickReplies }) => ({ id, text, buttons: [...quickReplies] })),
    async writes(text) {
      nora.writes(text);
      await messenger.caughtUp();
    },
    async presses(label) {
      nora.presses(label);
      await messenger.caughtUp();
    },
    async sendsPicture(file) {
      nora.sends("image", { files: [file] });
      await messenger.caughtUp();
    },
    files: () =>
      nora.messages.flatMap(({ author, attachment, file }) =>
        author === "app" && attachment !== null && file !== null ? [{ shown: attachment, ...file }] : [],
      ),
    forgetFiles: () => messenger.files.forgetAll(),
    shownAs: {
      photo: "image",
      video: "video",
      round_video: "video",
      voice: "audio",
      audio: "audio",
      document: "file",
      sticker: "image",
      animation: "video",
    },
    blocks: () => nora.blocks(),
    plan: (planned) => messenger.faults.next({ method: "POST messages" }, planned),
    tooFast: { fault: fault.refuse(graphRefusal.pageRate()), wait: undefined },
    elsewhere: await createMessengerAdapter({ ...options, graphRoot: "http://127.0.0.1:2" }),
    wrongToken: await createMessengerAdapter({ ...options, pageToken: "another-token" }),
    signed,
    secrets: [options.pageToken, "another-token", appSecret, verifyToken, nora.id],
  };
}
