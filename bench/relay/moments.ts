/** What is measured once in a while and not under steady load: starting, recovering, memory, webhooks, a full store. */
import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encryptionKey, Program, type ProgramOptions } from "../../commands/soak/program.ts";
import { openDatabase } from "../../models/database.ts";
import type { MessageDocument } from "../../models/messages.ts";
import { LoadTelegram } from "../../simulator/load/telegram.ts";
import { end, type Peerline, runFile } from "./contenders.ts";
import { drain, pause } from "./load.ts";
import { quantile } from "./statistics.ts";
import { memoryOf } from "./usage.ts";

const appSecret = "0123456789abcdef0123456789abcdef";

/** Settings that add Messenger; its Graph API is nowhere, since nothing is sent before somebody writes. */
export function messengerSettings(root: string): Record<string, string> {
  return {
    PUBLIC_URL: "http://127.0.0.1",
    TELEGRAM_WEBHOOK_SECRET: "bench-webhook-secret",
    MESSENGER_PAGE_ID: "100",
    MESSENGER_PAGE_TOKEN: "bench-page-token-bench-page-token",
    MESSENGER_APP_SECRET: appSecret,
    MESSENGER_VERIFY_TOKEN: "bench-verify-token",
    MESSENGER_GRAPH_ROOT: root,
  };
}

/** Starts the program as it goes live, in a folder that has a database. */
export async function start(
  environment: Record<string, string> = {},
): Promise<{ milliseconds: number; megabytes: number }> {
  const telegram = await LoadTelegram.start({ onSend: () => undefined });
  const directory = mkdtempSync(join(tmpdir(), "bench-start-"));
  const options: ProgramOptions = {
    root: telegram.root,
    directory,
    capacity: 2,
    entry: "bot/main.js",
    environment,
  };
  await (await Program.start(options)).stop();
  const program = await Program.start(options);
  await pause(3000);
  const megabytes = memoryOf(program.pid);
  await program.kill();
  await telegram.stop();
  rmSync(directory, { recursive: true, force: true });
  return { milliseconds: program.startedIn, megabytes };
}

/** Killed while so many messages wait to be sent: milliseconds from the new start until the first one arrives. */
export async function recover(peerline: Peerline, pending: number): Promise<number> {
  const { telegram, ledger, talks, options } = peerline;
  telegram.sendsHang = true;
  for (let n = 0; n < pending; n++) {
    const talk = talks[n % talks.length];
    if (talk) ledger.say(telegram, talk, "to_supporter");
  }
  while (telegram.unconfirmed > 0) await pause(1);
  ledger.killed();
  await peerline.program.kill();
  telegram.sendsHang = false;
  const began = performance.now();
  const first = new Promise<number>((resolve) => {
    ledger.onArrival = () => resolve(performance.now() - began);
  });
  peerline.program = await Program.start(options);
  ledger.up();
  const took = await first;
  ledger.onArrival = null;
  await drain(peerline);
  return took;
}

/** Memory after so many messages in all the talks that are open, megabytes. */
export async function memoryInUse(peerline: Peerline, messages: number): Promise<number> {
  const { telegram, ledger, talks, pid } = peerline;
  for (let n = 0; n < messages; n++) {
    const talk = talks[n % talks.length];
    if (talk) ledger.say(telegram, talk, "to_supporter");
    if (n % 500 === 499) await drain(peerline);
  }
  await drain(peerline);
  await pause(5000);
  return memoryOf(pid);
}

/** Puts messages into the database that were sent long ago, by people who are not in any talk. */
export async function store(directory: string, messages: number): Promise<void> {
  const database = await openDatabase({
    uri: null,
    directory: join(directory, "data"),
    keys: [encryptionKey],
  });
  const eachTime = 2000;
  const at = new Date();
  for (let from = 0; from < messages; from += eachTime) {
    const documents = Array.from({ length: eachTime }, (_, n): MessageDocument => {
      const number = from + n;
      const subject = `told-${number % 5000}` as const;
      const _id = `${subject}/${number}/0`;
      return {
        _id,
        subject,
        case: `${subject}.1`,
        author: "mentee",
        reader: "pnobody",
        chat: `cnobody-${number % 500}`,
        at,
        content: database.messages.seal(_id, {
          header: "Old Owl 1:",
          content: { kind: "text", text: "What was said a long time ago, and is not wanted any more now." },
          buttons: [],
        }),
        delivery: "sent",
        priority: 1,
        made: number,
        n: 0,
        queued: number,
        queuedN: 0,
        held: null,
        protected: true,
        epoch: 1,
        attempts: 1,
        platformIds: [String(number)],
        sentAt: at,
      };
    });
    await database.messages.post(documents);
  }
  await database.close();
}

export interface Webhooks {
  p50: number;
  p99: number;
  /** How many were not answered with 200. */
  refused: number;
}

/** Calls Messenger's webhook so many times a second, signed as Meta signs, and waits for each answer. */
export async function callWebhooks(url: string, perSecond: number, seconds: number): Promise<Webhooks> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const times: number[] = [];
  let refused = 0;
  const calls: Promise<void>[] = [];
  const began = performance.now();
  const sent = perSecond * seconds;
  for (let n = 0; n < sent; ) {
    const due = ((performance.now() - began) / 1000) * perSecond;
    for (; n < due && n < sent; n++) {
      const at = began + (n / perSecond) * 1000;
      calls.push(
        deliver(agent, `${url}/webhooks/messenger`, n).then((status) => {
          if (status === 200) times.push(performance.now() - at);
          else refused += 1;
        }),
      );
    }
    await pause(1);
  }
  await Promise.all(calls);
  agent.destroy();
  return { p50: quantile(times, 0.5), p99: quantile(times, 0.99), refused };
}

let delivered = 0;

function deliver(agent: Agent, url: string, n: number): Promise<number> {
  const at = Date.now();
  const body = JSON.stringify({
    object: "page",
    entry: [
      {
        id: "100",
        time: at,
        messaging: [
          {
            sender: { id: String(5_000_000 + (n % 200)) },
            recipient: { id: "100" },
            timestamp: at,
            message: {
              mid: `m_bench_${delivered++}`,
              text: "I do not know how to say this, but it was a long day.",
            },
          },
        ],
      },
    ],
  });
  const signature = createHmac("sha256", appSecret).update(body).digest("hex");
  return new Promise((resolve, reject) => {
    const call = request(
      url,
      {
        agent,
        method: "POST",
        headers: {
          "content-type": "application/json",
          "content-length": Buffer.byteLength(body),
          "x-hub-signature-256": `sha256=${signature}`,
        },
      },
      (response) => {
        response.resume();
        response.once("end", () => resolve(response.statusCode ?? 0));
      },
    );
    call.once("error", reject);
    call.end(body);
  });
}

/** The floor of webhooks: express that checks the signature and reads the JSON. */
export async function startExpress(): Promise<{ url: string; stop(): Promise<void> }> {
  const { child, says } = await runFile("../floors/express.ts", [appSecret]);
  return { url: /http:\S+/.exec(says)?.[0] ?? "", stop: () => end(child) };
}
