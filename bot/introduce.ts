/** Shows each channel's menu in every language, and tells the platforms where to call us; repeated until it is done. */
import {
  type ChannelAdapter,
  type ChannelName,
  can,
  type Introduction,
  type MenuEntry,
} from "../adapters/channel.ts";
import type { Text } from "../flows/effect.ts";
import { vocabularies } from "../flows/words/vocabularies.ts";
import type { Words } from "../flows/words/vocabulary.ts";
import type { Language, Programme } from "../programmes/programme.ts";
import type { Channels } from "./channels.ts";
import type { Log } from "./log.ts";
import type { Phrase } from "./phrase.ts";
import type { Tenure } from "./tenure.ts";
import { unplaced } from "./world.ts";

/** What an introduction is made of. */
export interface IntroductionParts {
  programme: Programme;
  phrase: Phrase;
  now: Date;
  publicUrl: string | null;
}

export interface IntroduceParts extends IntroductionParts {
  channels: Channels;
  log: Log;
  /** Milliseconds until the first repetition; doubled each time, up to an hour. */
  pause?: number;
}

const longestPause = 3_600_000;

/** What stands beside a command in a menu. */
type MenuLabel = Extract<Text["key"], `menu.${string}`> extends `menu.${infer Label}` ? Label : never;

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

function introductionsOf(
  channel: ChannelName,
  { programme, phrase, now }: IntroductionParts,
): Introduction[] {
  const [first] = programme.sites;
  if (!first) throw new Error("a programme without a site");
  const site = unplaced(programme, first);
  const words = (text: Text, language: Language) => phrase(text, { language, site, now, age: null });
  return programme.languages.map((language) => {
    const { mentee, supporter, coordinator } = vocabularies[language];
    const entry = (label: MenuLabel, [typed]: Words, payload = ""): MenuEntry => ({
      command: typed.slice(1),
      label: words({ key: `menu.${label}` }, language),
      payload,
    });
    if (channel === "telegram:team") {
      return {
        language,
        greeting: words({ key: "menu.teamGreeting", with: { programme: programme.name } }, language),
        menu: [
          entry("available", supporter.available),
          entry("pause", supporter.pause),
          entry("cases", supporter.cases),
          entry("escalate", supporter.escalate),
          entry("endCase", supporter.end),
          entry("teamHelp", supporter.help),
        ],
        groupMenu: [
          entry("invite", coordinator.invite),
          entry("duty", coordinator.duty),
          entry("alarmtest", coordinator.alarmtest),
          entry("golive", coordinator.golive),
          entry("teamHelp", coordinator.help),
        ],
      };
    }
    const others = programme.languages.filter((other) => other !== language);
    return {
      language,
      greeting: words({ key: "menu.greeting", with: { emergency: { helplines: "emergency" } } }, language),
      menu: [
        entry("help", mentee.help, "help:now"),
        entry("end", mentee.end, "talk:end"),
        entry("change", mentee.change, "talk:change"),
        entry("privacy", mentee.privacy, "rights:privacy"),
        ...others.map((other) => ({
          command: vocabularies[other].called[0].slice(1),
          label: words({ key: "menu.otherLanguage", with: { language: { language: other } } }, language),
          payload: `language:${other}`,
        })),
      ],
      groupMenu: [],
    };
  });
}

function wait(milliseconds: number, tenure: Tenure): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    tenure.onEnd(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
