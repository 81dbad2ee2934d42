/** A mentee's own data as a page that anybody can open and read, in their language; it loads nothing from anywhere. */
import type { Hole, Text } from "../flows/effect.ts";
import type { TextKey } from "../locales/texts.ts";
import type { MyData } from "./my-data.ts";
import { localeOf, type Phrase, type Reading } from "./phrase.ts";

/** @param reading the mentee's language and zone */
export function myDataPage(data: MyData, phrase: Phrase, reading: Reading): string {
  const page = new Page(phrase, reading);
  const title = page.words("mydata.title", { programme: data.programme });
  const body = [
    `<h1>${escaped(title)}</h1>`,
    `<p>${escaped(page.words("mydata.madeOn", { time: page.time(data.madeAt) }))}</p>`,
    ...profileOf(data, page),
    ...keptOf(data, page),
    ...talksOf(data, page),
    ...wordsOf(data, page),
  ];
  return [
    "<!doctype html>",
    `<html lang="${localeOf(reading)}">`,
    '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
    `<title>${escaped(title)}</title>`,
    "<style>body{font:16px/1.5 sans-serif;max-width:42em;margin:2em auto;padding:0 1em}",
    "dt{font-weight:bold}dd{margin:0 0 .5em}blockquote{margin:.2em 0 1em;white-space:pre-wrap}</style></head>",
    `<body>${body.join("\n")}</body>`,
    "</html>",
    "",
  ].join("\n");
}

class Page {
  readonly #phrase: Phrase;
  readonly #reading: Reading;

  constructor(phrase: Phrase, reading: Reading) {
    this.#phrase = phrase;
    this.#reading = reading;
  }

  words(key: TextKey, holes: Record<string, Hole> = {}): string {
    const text: Text = { key, with: holes };
    return this.#phrase(text, this.#reading);
  }

  /** A time with its year; in a chat it would be left out. */
  time(at: string | null): string {
    if (at === null) return this.words("mydata.notYet");
    const { site } = this.#reading;
    const options = { dateStyle: "medium", timeStyle: "short", timeZone: site.zone } as const;
    return new Intl.DateTimeFormat(localeOf(this.#reading), options).format(new Date(at));
  }

  list(rows: [TextKey, string][]): string {
    const items = rows.map(
      ([key, value]) => `<dt>${escaped(this.words(key))}</dt><dd>${escaped(value)}</dd>`,
    );
    return `<dl>${items.join("")}</dl>`;
  }

  heading(key: TextKey, holes: Record<string, Hole> = {}): string {
    return `<h2>${escaped(this.words(key, holes))}</h2>`;
  }
}

function profileOf({ profile, consent, legalHold }: MyData, page: Page): string[] {
  const age = profile.age ? page.words(`button.${profile.age}`) : page.words("rights.notKnown");
  const rows: [TextKey, string][] = [
    ["mydata.nickname", profile.nickname],
    ["mydata.channel", profile.channel === "messenger" ? "Messenger" : "Telegram"],
    ["mydata.language", page.words("mydata.languageIs", { language: { language: profile.language } })],
    ["mydata.age", age],
    ["mydata.lastHeard", page.time(profile.lastHeardAt)],
    ["mydata.consent", consent ? page.time(consent.givenAt) : page.words("rights.noConsent")],
  ];
  if (profile.keptFromSupportersUntil) {
    rows.push(["mydata.keptFromSupporters", page.time(profile.keptFromSupportersUntil)]);
  }
  if (legalHold) rows.push(["mydata.legalHold", `${page.time(legalHold.until)}: ${legalHold.reason}`]);
  return [page.heading("mydata.profile"), page.list(rows)];
}

function keptOf({ kept }: MyData, page: Page): string[] {
  const rows = kept.map(({ what, until }): [TextKey, string] => [`mydata.kept.${what}`, page.time(until)]);
  return [
    page.heading("mydata.keptUntil"),
    page.list(rows),
    `<p>${escaped(page.words("mydata.notHere"))}</p>`,
  ];
}

function talksOf({ talks, openedByOthers }: MyData, page: Page): string[] {
  return talks.flatMap((talk) => {
    const rows: [TextKey, string][] = [
      ["mydata.opened", page.time(talk.openedAt)],
      ["mydata.closed", page.time(talk.closedAt)],
      ["mydata.counted", `${talk.wordsIn} / ${talk.wordsOut}`],
    ];
    for (const { at, level } of talk.signsOfDanger)
      rows.push(["mydata.danger", `${page.time(at)}: S${level}`]);
    if (talk.signsOfDanger.length === 0 && talk.highestSignOfDanger > 0) {
      rows.push(["mydata.danger", `S${talk.highestSignOfDanger}`]);
    }
    if (talk.alert) rows.push(["mydata.alert", `${page.time(talk.alert.at)}: ${talk.alert.reason}`]);
    else if (talk.escalated) rows.push(["mydata.alert", page.words("mydata.alertWas")]);
    for (const { at, why } of openedByOthers.filter((view) => view.talk === talk.number)) {
      rows.push(["mydata.openedBy", `${page.time(at)}: ${why}`]);
    }
    if (talk.record) rows.push(["mydata.record", Object.values(talk.record).join(", ")]);
    return [page.heading("mydata.talk", { number: talk.number }), page.list(rows)];
  });
}

function wordsOf({ words }: MyData, page: Page): string[] {
  if (words.length === 0)
    return [page.heading("mydata.words"), `<p>${escaped(page.words("mydata.noWords"))}</p>`];
  const said = words.map(({ at, from, text, kind }) => {
    const who = page.words(`mydata.from.${from}`);
    const content = kind === "text" ? text : `[${kind}] ${text}`;
    return `<p>${escaped(`${page.time(at)}, ${who}`)}</p><blockquote>${escaped(content)}</blockquote>`;
  });
  return [page.heading("mydata.words"), ...said];
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
