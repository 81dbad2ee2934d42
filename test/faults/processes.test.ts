/** Processes as an operating system treats them: asked to end, frozen, thawed; two of them by mistake. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { Ledger } from "../../commands/soak/ledger.ts";
import { Program, type ProgramOptions } from "../../commands/soak/program.ts";
import { openTalks, type Talk } from "../../commands/soak/talks.ts";
import { type Arrived, LoadTelegram } from "../../simulator/load/telegram.ts";
import { startTestServer, type TestServer } from "../support/database.ts";

let server: TestServer;
const endings: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  server = await startTestServer();
});
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});
afterAll(() => server.close());

interface Stage {
  telegram: LoadTelegram;
  ledger: Ledger;
  talks: Talk[];
  /** One more process on the same database. */
  start(): Promise<Program>;
  /** Says so many words, to and fro, in all talks in turn. */
  say(words: number): void;
  arrived(words: number): Promise<void>;
}

async function stage(): Promise<Stage> {
  const ledger = new Ledger({ lateAfter: 60_000 });
  let react: ((arrived: Arrived) => void) | null = null;
  const telegram = await LoadTelegram.start({
    onSend: (arrived) => {
      if (react) react(arrived);
      else ledger.note(arrived);
      return undefined;
    },
  });
  endings.push(() => telegram.stop());
  const directory = mkdtempSync(join(tmpdir(), "peerline-processes-"));
  endings.push(async () => rmSync(directory, { recursive: true, force: true }));
  const options: ProgramOptions = {
    root: telegram.root,
    directory,
    mongodbUri: server.fresh(),
    capacity: 1,
    onOutput: (text) => ledger.search(text),
  };
  const hear = (then: typeof react): void => {
    react = then;
  };
  const talks = await openTalks(telegram, options, hear, { mentees: 10, each: 1 });
  return {
    telegram,
    ledger,
    talks,
    async start() {
      const program = await Program.start(options);
      endings.push(() => program.kill());
      return program;
    },
    say(words) {
      for (let n = 0; n < words; n++) {
        const talk = talks[n % talks.length];
        if (talk) ledger.say(telegram, talk, n % 3 === 0 ? "to_mentee" : "to_supporter");
      }
    },
    async arrived(words) {
      const end = performance.now() + 45_000;
      while (ledger.arrived < words) {
        if (performance.now() > end) throw new Error(`only ${ledger.arrived} of ${words} words arrived`);
        await new Promise((next) => setTimeout(next, 5));
      }
    },
  };
}

const kept = { lost: 0, misdelivered: 0, outOfOrder: 0, leaked: 0, repeatedKnown: 0, unmarked: 0 };

test("asked to end under load: within ten seconds, and nothing is lost or said twice", async () => {
  const { ledger, start, say, arrived } = await stage();
  const first = await start();
  say(150);
  await arrived(5);
  const { code, took } = await first.stop();
  expect(code).toBe(0);
  expect(took).toBeLessThan(10_000);
  expect(ledger.arrived, "it was stopped in the middle").toBeLessThan(150);
  await start();
  await arrived(150);
  expect(ledger.account()).toMatchObject({ ...kept, repeatedUnknown: 0 });
});

test("two by mistake: one works; when it freezes the other takes over, and once thawed it does no harm", async () => {
  const { telegram, ledger, start, say, arrived } = await stage();
  const first = await start();
  const second = await start();
  say(60);
  await arrived(60);
  expect(ledger.account()).toMatchObject({ ...kept, repeatedUnknown: 0 });
  say(60);
  await arrived(65);
  first.signal("SIGSTOP");
  await fetch(`${telegram.root}/bot${LoadTelegram.token("team")}/getMe`); // What it had sent by then is read.
  ledger.killed(); // What it had on its way may come twice.
  say(60);
  await arrived(180);
  first.signal("SIGCONT");
  say(60);
  await arrived(240);
  await second.stop();
  say(30);
  await arrived(270);
  const account = ledger.account();
  expect(account).toMatchObject(kept);
  expect(account.repeatsOfALine).toBeLessThanOrEqual(1);
});
