/**
 * Many messages through the real program, both ways, while it is killed in the middle of bursts, and a platform that
 * now and then takes a message without saying so. What became of every word is in the ledger.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Arrived, type Fate, LoadTelegram } from "../../simulator/load/telegram.ts";
import { type Account, Ledger } from "./ledger.ts";
import { Program, type ProgramOptions } from "./program.ts";
import { openTalks } from "./talks.ts";

export interface SoakOptions {
  messages: number;
  kills: number;
  /** How many talks are open; fewer make longer lines. */
  talks?: number;
  /** Breaks the played platform on purpose, once, to see that the ledger notices. */
  breaking?: "drop" | "swap" | null;
  /** After so many milliseconds without an arrival what is missing counts as lost. */
  patience?: number;
  /** Called now and then with how far it is. */
  onProgress?: (done: { messages: number; kills: number }) => void;
}

const usualTalks = 50;
const lateAfter = 20_000;
const usualPatience = 120_000;
/** One in so many messages arrives without an answer. */
const unansweredOneIn = 500;
const longestBeforeKill = 250;

/** Runs it all and accounts for every word. */
export async function soak(options: SoakOptions): Promise<Account> {
  const { messages, kills, talks: count = usualTalks, patience = usualPatience, onProgress } = options;
  const ledger = new Ledger({ lateAfter });
  const platform = breakable(options.breaking ?? null, ledger);
  let react: ((arrived: Arrived) => void) | null = null;
  const telegram = await LoadTelegram.start({
    onSend: (arrived) => {
      if (!react) return platform(arrived);
      react(arrived);
      return undefined;
    },
  });
  const directory = mkdtempSync(join(tmpdir(), "soak-"));
  const program: ProgramOptions = {
    root: telegram.root,
    directory,
    capacity: 1,
    onOutput: (text) => ledger.search(text),
  };
  let running: Program | null = null;
  try {
    const talks = await openTalks(
      telegram,
      program,
      (then) => {
        react = then;
      },
      { mentees: count, each: 1 },
    );
    running = await Program.start(program);
    const burst = Math.ceil(messages / (kills + 1));
    while (ledger.said < messages) {
      const until = Math.min(messages, ledger.said + burst);
      while (ledger.said < until) {
        const talk = talks[Math.floor(Math.random() * talks.length)];
        if (talk) ledger.say(telegram, talk, Math.random() < 0.5 ? "to_supporter" : "to_mentee");
      }
      if (ledger.said >= messages) break;
      // Sometimes nothing has begun yet, sometimes most is done.
      await pause(Math.random() * longestBeforeKill);
      await running.kill();
      ledger.killed();
      running = await Program.start(program);
      ledger.up();
      // The next burst falls upon what this one has left.
      await rest(ledger, ledger.said - 2 * burst, patience);
      onProgress?.({ messages: ledger.said, kills: ledger.account().kills });
    }
    await rest(ledger, messages, patience);
    // Time for what should not come.
    await pause(1500);
    ledger.search(await (await fetch(`${running.url}/metrics`)).text());
    await running.stop();
  } finally {
    await running?.kill();
    await telegram.stop();
    rmSync(directory, { recursive: true, force: true });
  }
  return ledger.account();
}

/** Waits until so many words have arrived, or no more are coming. */
async function rest(ledger: Ledger, words: number, patience: number): Promise<void> {
  let [arrived, since] = [ledger.arrived, performance.now()];
  while (ledger.arrived < words && performance.now() - since < patience) {
    await pause(10);
    if (ledger.arrived > arrived) [arrived, since] = [ledger.arrived, performance.now()];
  }
}

/** The platform's side of each message; with something to break, once. */
function breakable(
  breaking: SoakOptions["breaking"],
  ledger: Ledger,
): (arrived: Arrived) => Fate | undefined {
  let left = breaking === null ? 0 : 1;
  let lastChat: Pick<Arrived, "bot" | "chat"> | null = null;
  return (arrived) => {
    const elsewhere = lastChat !== null && (lastChat.bot !== arrived.bot || lastChat.chat !== arrived.chat);
    if (left > 0 && breaking === "drop") {
      left -= 1;
      return undefined;
    }
    if (left > 0 && breaking === "swap" && elsewhere) {
      left -= 1;
      ledger.note({ ...arrived, ...lastChat });
      return undefined;
    }
    lastChat = { bot: arrived.bot, chat: arrived.chat };
    const answered = Math.random() >= 1 / unansweredOneIn;
    ledger.note(arrived, answered);
    return answered ? "arrives" : "unanswered";
  };
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
