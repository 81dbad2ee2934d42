/** Shows each channel's menu in every language, and tells the platforms where to call us; repeated until it is done. */
import {
  type ChannelAdapter,
  type ChannelName,
  can,
  type Introduction,
  type MenuEntry,
} from "../adapters/channel.ts";
import type { Text } from "../flows/effect.ts";
import type { Language, Programme } from "../programmes/programme.ts";
import type { Channels } from "./channels.ts";
import type { Log } from "./log.ts";
import type { Tenure } from "./tenure.ts";

/** What an introduction is made of. */
export interface IntroductionParts {
  programme: Programme;
  /** The words of a text in a language. */
  words: (text: Text, language: Language) => string;
  publicUrl: string | null;
}

export interface IntroduceParts extends IntroductionParts {
  channels: Channels;
  log: Log;
  /** Milliseconds until the first repetition; doubled each time, up to an hour. */
  pause?: number;
}

const longestPause = 3_600_000;

/** Only a person's own platform can refuse this, so it goes on beside the work and holds up nothing. */
export async function introduce(parts: IntroduceParts, tenure: Tenure): Promise<void> {
  await Promise.all([...parts.channels.values()].map((adapter) => introduceOn(adapter, parts, tenure)));
}

async function introduceOn(adapter: ChannelAdapter, parts: IntroduceParts, tenure: Tenure): Promise<void> {
  for (let pause = parts.pause ?? 5000; tenure.valid; pause = Math.min(2 * pause, longestPause)) {
    const detail = await introduceOnce(adapter, parts);
    if (detail === null) return;
    parts.log.warn("the platform did not take our menu or webhook; trying again", {
      channel: adapter.name,
      detail,
    });
    await wait(pause, tenure);
  }
}

/** @returns null when the platform took everything, otherwise what it said; for logs, too */
export async function introduceOnce(
  adapter: ChannelAdapter,
  parts: IntroductionParts,
): Promise<string | null> {
  if (!can(adapter, "introduce")) return null;
  const webhook = parts.publicUrl && `${parts.publicUrl}${webhookPath(adapter.name)}`;
  return adapter.introduce(introductionsOf(adapter.name, parts), webhook);
}

function webhookPath(channel: ChannelName): string {
  return channel === "messenger" ? "/webhooks/messenger" : `/webhooks/${channel.replace(":", "/")}`;
}

function introductionsOf(channel: ChannelName, { programme, words }: IntroductionParts): Introduction[] {
  return programme.languages.map((language) => {
    const entry = (command: keyof typeof commands, payload = ""): MenuEntry => ({
      command: commands[command][language],
      label: words({ key: `menu.${command}` }, language),
      payload,
    });
    if (channel === "telegram:team") {
      return {
        language,
        greeting: words({ key: "menu.teamGreeting", with: { programme: programme.name } }, language),
        menu: (["available", "pause", "cases", "escalate", "endCase", "teamHelp"] as const).map((command) =>
          entry(command),
        ),
        groupMenu: (["invite", "duty", "alarmtest", "golive", "teamHelp"] as const).map((command) =>
          entry(command),
        ),
      };
    }
    const others = programme.languages.filter((other) => other !== language);
    return {
      language,
      greeting: words({ key: "menu.greeting" }, language),
      menu: [
        entry("help", "help:now"),
        entry("end", "talk:end"),
        entry("change", "talk:change"),
        entry("privacy", "rights:privacy"),
        ...others.map((other) => ({
          command: languageCommands[other],
          label: words({ key: "menu.otherLanguage", with: { language: { language: other } } }, language),
          payload: `language:${other}`,
        })),
      ],
      groupMenu: [],
    };
  });
}

/** What is typed for each entry; the flows know every one of these, whatever language somebody speaks. */
const commands = {
  help: { en: "help", nb: "hjelp" },
  end: { en: "end", nb: "avslutt" },
  change: { en: "change", nb: "bytt" },
  privacy: { en: "privacy", nb: "personvern" },
  available: { en: "available", nb: "ledig" },
  pause: { en: "pause", nb: "pause" },
  cases: { en: "cases", nb: "samtaler" },
  escalate: { en: "escalate", nb: "varsle" },
  endCase: { en: "end", nb: "avslutt" },
  teamHelp: { en: "help", nb: "hjelp" },
  invite: { en: "invite", nb: "inviter" },
  duty: { en: "duty", nb: "vakt" },
  alarmtest: { en: "alarmtest", nb: "alarmtest" },
  golive: { en: "golive", nb: "golive" },
} as const satisfies Record<string, Record<Language, string>>;

const languageCommands: Record<Language, string> = { en: "english", nb: "norsk" };

function wait(milliseconds: number, tenure: Tenure): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    tenure.onEnd(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
