import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { type Config, ConfigError, readConfig, variables } from "../../bot/config.ts";
import { readLocale, type TextTree } from "../../locales/texts.ts";

const key = (): string => randomBytes(32).toString("base64");

const telegram = {
  TELEGRAM_TEAM_TOKEN: "1001:team-token-team-token-team",
  TELEGRAM_BOT_TOKEN: "1002:public-token-public-token",
  STAFF_CHAT_ID: "-1001234567890",
};

const messenger = {
  PUBLIC_URL: "https://chat.example.org",
  TELEGRAM_TEAM_TOKEN: telegram.TELEGRAM_TEAM_TOKEN,
  TELEGRAM_WEBHOOK_SECRET: "webhook-secret-webhook",
  STAFF_CHAT_ID: telegram.STAFF_CHAT_ID,
  MESSENGER_PAGE_ID: "102030405060",
  MESSENGER_PAGE_TOKEN: "page-token-page-token-page",
  MESSENGER_APP_SECRET: "0123456789abcdef0123456789abcdef",
  MESSENGER_VERIFY_TOKEN: "verify-token-verify",
};

/** The problems with an environment; fails when there are none. */
function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) {
      // What the person at the terminal reads holds every problem.
      for (const problem of error.problems) expect(error.message).toContain(problem);
      return error.problems;
    }
    throw error;
  }
  return expect.fail(`nothing is wrong with ${Object.keys(environment).join(", ")}`);
}

describe(".env.example", () => {
  const text = readFileSync(resolve(import.meta.dirname, "../../.env.example"), "utf8");
  const lines = text.split("\n");
  const names = lines.flatMap((line) => /^([A-Z_]+)=/.exec(line)?.[1] ?? []);

  test("names every variable, and no other, once", () => {
    expect([...names].sort()).toEqual(Object.keys(variables).sort());
  });

  test.each(names)("says in one line what %s is", (name) => {
    const at = lines.findIndex((line) => line.startsWith(`${name}=`));
    expect(lines[at - 1]).toMatch(/^# [A-Za-z].{20,}/);
    expect(lines[at - 2]).toBe("");
  });

  test("holds no value: no secret is the same for two programmes", () => {
    expect(lines.filter((line) => /^[A-Z_]+=./.test(line))).toEqual([]);
  });

  test("copied as it is, changes nothing", () => {
    expect(readConfig(Object.fromEntries(names.map((name) => [name, ""])))).toEqual(readConfig({}));
  });
});

describe("nothing configured", () => {
  test("is a simulation, with the usual values", () => {
    const { programme, ...rest } = readConfig({ HOME: "/root", PATH: "/bin" });
    expect(programme.id).toBe("oslo");
    expect(rest).toEqual({
      simulation: true,
      port: 3000,
      publicUrl: null,
      dataDirectory: resolve("data"),
      logLevel: "info",
      mongodbUri: null,
      encryptionKeys: null,
      telegram: null,
      messenger: null,
      staffChatId: null,
      alertWebhookUrl: null,
      heartbeatUrl: null,
    } satisfies Omit<Config, "programme">);
  });

  test("a database without a channel is not a simulation that forgets everything", () => {
    const environment = { MONGODB_URI: "mongodb://127.0.0.1", ENCRYPTION_KEYS: `1:${key()}` };
    expect(problemsOf(environment)).toEqual([expect.stringMatching(/^MONGODB_URI is set but no channel is/)]);
  });
});

describe("live", () => {
  test("both channels, everything set", () => {
    const [first, second] = [key(), key()];
    const config = readConfig({
      ...telegram,
      ...messenger,
      PUBLIC_URL: "https://chat.example.org/",
      MESSENGER_HUMAN_AGENT: "on",
      MESSENGER_GRAPH_VERSION: "v27.0",
      MESSENGER_GRAPH_ROOT: "http://127.0.0.1:9000/",
      TELEGRAM_API_ROOT: "http://127.0.0.1:9001/",
      MONGODB_URI: "mongodb://127.0.0.1:27017/peerline",
      ENCRYPTION_KEYS: ` new:${first} , old:${second}`,
      PORT: "8080",
      LOG_LEVEL: "warn",
      DATA_DIR: "elsewhere",
    });
    expect(config).toMatchObject({
      simulation: false,
      port: 8080,
      publicUrl: "https://chat.example.org",
      dataDirectory: resolve("elsewhere"),
      logLevel: "warn",
      mongodbUri: "mongodb://127.0.0.1:27017/peerline",
      encryptionKeys: [
        { id: "new", key: Buffer.from(first, "base64") },
        { id: "old", key: Buffer.from(second, "base64") },
      ],
      telegram: {
        teamToken: telegram.TELEGRAM_TEAM_TOKEN,
        publicToken: telegram.TELEGRAM_BOT_TOKEN,
        webhookSecret: messenger.TELEGRAM_WEBHOOK_SECRET,
        apiRoot: "http://127.0.0.1:9001",
      },
      messenger: {
        pageId: "102030405060",
        graphRoot: "http://127.0.0.1:9000",
        graphVersion: "v27.0",
        humanAgent: true,
      },
      staffChatId: telegram.STAFF_CHAT_ID,
      alertWebhookUrl: null,
      heartbeatUrl: null,
    });
  });

  test("Telegram alone asks for updates and talks to the real platform", () => {
    const { publicUrl, messenger: none, telegram: found } = readConfig(telegram);
    expect({ publicUrl, none }).toEqual({ publicUrl: null, none: null });
    expect(found?.apiRoot).toBe("https://api.telegram.org");
  });

  test("Messenger alone needs no public bot, and a person may not answer late unless that was granted", () => {
    const { telegram: team, messenger: page } = readConfig(messenger);
    expect(team?.publicToken).toBeNull();
    expect(page).toMatchObject({
      graphRoot: "https://graph.facebook.com",
      graphVersion: "v26.0",
      humanAgent: false,
    });
  });
});

describe("a typing error is said, and never a simulation", () => {
  test.each([
    ["TELEGRAM_TEAM_TOKE", "TELEGRAM_TEAM_TOKEN"],
    ["TELEGRAM_PUBLIC_TOKEN", "TELEGRAM_BOT_TOKEN"],
    ["MESSENGER_PAGEID", "MESSENGER_PAGE_ID"],
    ["MESSENGER_SECRET_OF_THE_APP", null],
    ["STAFF_CHATID", "STAFF_CHAT_ID"],
    ["ENCRYPTION_KEY", "ENCRYPTION_KEYS"],
    ["MONGODB_URL", "MONGODB_URI"],
    ["PROGRAM", "PROGRAMME"],
    ["PUBLIC_URI", "PUBLIC_URL"],
    ["DATA_DIRECTORY", null],
    ["TELEGRAN_TEAM_TOKEN", "TELEGRAM_TEAM_TOKEN"],
    ["MESENGER_PAGE_TOKEN", "MESSENGER_PAGE_TOKEN"],
    ["telegram_team_token", "TELEGRAM_TEAM_TOKEN"],
  ])("%s", (mistyped, meant) => {
    const about = problemsOf({ [mistyped]: "something" }).find((problem) => problem.startsWith(mistyped));
    expect(about).toContain("is not a variable of Peerline");
    expect(about).toContain(meant ? `Did you mean ${meant}?` : ".env.example");
  });

  test("also when its value is empty", () => {
    expect(problemsOf({ TELEGRAM_TOKEN: "" })).toEqual([expect.stringContaining("TELEGRAM_TOKEN is not")]);
  });

  test("what other programs are told is not ours to judge", () => {
    const others = { HOST: "a", PORTS: "b", PUBLIC: "c", XDG_DATA_DIRS: "/usr/share", NODE_ENV: "test" };
    expect(readConfig(others).simulation).toBe(true);
  });

  test("a value of blanks only counts as a channel that was meant", () => {
    expect(problemsOf({ TELEGRAM_TEAM_TOKEN: "  " }).join()).toContain("TELEGRAM_TEAM_TOKEN is missing");
  });
});

describe("what is missing", () => {
  test.each<[string, Record<string, string>, RegExp]>([
    ["the team bot", { TELEGRAM_BOT_TOKEN: telegram.TELEGRAM_BOT_TOKEN }, /^TELEGRAM_TEAM_TOKEN is missing/],
    ["a way in", { TELEGRAM_TEAM_TOKEN: telegram.TELEGRAM_TEAM_TOKEN }, /^There is no way in for mentees/],
    [
      "the other bot",
      { ...telegram, TELEGRAM_BOT_TOKEN: telegram.TELEGRAM_TEAM_TOKEN },
      /two different bots/,
    ],
    [
      "a webhook secret",
      { ...telegram, PUBLIC_URL: messenger.PUBLIC_URL },
      /^TELEGRAM_WEBHOOK_SECRET is mis/,
    ],
    ["a public address", { ...messenger, PUBLIC_URL: "" }, /^PUBLIC_URL is missing/],
    [
      "the app's secret",
      { ...messenger, MESSENGER_APP_SECRET: "" },
      /half configured.*MESSENGER_APP_SECRET$/,
    ],
    ["keys", { ...telegram, MONGODB_URI: "mongodb://127.0.0.1" }, /^ENCRYPTION_KEYS is missing.*run .*key$/],
  ])("%s", (_what, environment, says) => {
    expect(problemsOf(environment)).toEqual(expect.arrayContaining([expect.stringMatching(says)]));
  });
});

test("the command that a problem names is there", () => {
  const { scripts } = JSON.parse(
    readFileSync(resolve(import.meta.dirname, "../../package.json"), "utf8"),
  ) as {
    scripts: Record<string, string>;
  };
  const [problem = ""] = problemsOf({ ...telegram, MONGODB_URI: "mongodb://127.0.0.1" });
  expect(scripts).toHaveProperty(/npm run --silent (\S+)/.exec(problem)?.[1] ?? "no command");
});

describe("a value that can't be right", () => {
  const secret = "do-not-repeat-me";
  test.each<[keyof typeof variables, string]>([
    ["PROGRAMME", "nowhere"],
    ["PORT", "eighty"],
    ["PORT", "70000"],
    ["PUBLIC_URL", `ftp://${secret}`],
    ["LOG_LEVEL", secret],
    ["MONGODB_URI", `postgres://admin:${secret}@127.0.0.1`],
    ["ENCRYPTION_KEYS", secret],
    ["ENCRYPTION_KEYS", `1:${Buffer.from(secret).toString("base64")}`],
    ["ENCRYPTION_KEYS", `one:${key()},one:${key()}`],
    ["TELEGRAM_TEAM_TOKEN", secret],
    ["TELEGRAM_BOT_TOKEN", `12:${secret}`],
    ["TELEGRAM_WEBHOOK_SECRET", `${secret}!!!!!!`],
    ["TELEGRAM_API_ROOT", secret],
    ["STAFF_CHAT_ID", "1234567890"],
    ["MESSENGER_PAGE_ID", secret],
    ["MESSENGER_PAGE_TOKEN", secret],
    ["MESSENGER_APP_SECRET", secret],
    ["MESSENGER_VERIFY_TOKEN", secret.slice(0, 10)],
    ["MESSENGER_GRAPH_ROOT", secret],
    ["MESSENGER_GRAPH_VERSION", secret],
    ["MESSENGER_HUMAN_AGENT", secret],
  ])("%s is named, and what stood in it is not repeated", (name, value) => {
    const environment = { ...telegram, ...messenger, ENCRYPTION_KEYS: `1:${key()}`, [name]: value };
    const problems = problemsOf(environment);
    const about = problems.find((problem) => problem.startsWith(name));
    expect(about, problems.join("\n")).toMatch(/ (must|is|names) /);
    const told = problems.join("\n");
    const secrets = Object.entries(environment).filter(
      ([other]) => !/PROGRAMME|PORT|PUBLIC|CHAT_ID/.test(other),
    );
    for (const [, content] of secrets) expect(told).not.toContain(content);
    expect(told).not.toContain(secret.slice(0, 10));
  });
});

test("all problems stand in one message", () => {
  const problems = problemsOf({
    PORT: "x",
    PROGRAMME: "nowhere",
    TELEGRAM_TOKEN: "x",
    TELEGRAM_BOT_TOKEN: "x",
    MESSENGER_PAGE_ID: "12",
    MONGODB_URI: "mongodb://127.0.0.1",
  });
  const found = ["PORT", "PROGRAMME", "TELEGRAM_TOKEN", "TELEGRAM_BOT_TOKEN", "TELEGRAM_TEAM_TOKEN"];
  for (const name of [...found, "Messenger", "PUBLIC_URL", "ENCRYPTION_KEYS"]) {
    expect(problems.filter((problem) => problem.startsWith(`${name} `)).length, name).toBe(1);
  }
});

const presets = readdirSync(resolve(import.meta.dirname, "../../programmes"))
  .filter((file) => file.endsWith(".json"))
  .map((file) => file.slice(0, -".json".length));

test.each(presets)("the preset %s can be used by its name", (name) => {
  expect(readConfig({ PROGRAMME: name }).programme.id).toBe(name);
});

describe("a language whose texts are not complete", () => {
  /** Starts with other texts in Serbian. */
  const start = (programme: string, change: (tree: TextTree) => TextTree) => () =>
    readConfig({ PROGRAMME: programme }, (language) =>
      language === "sr" ? change(readLocale(language)) : readLocale(language),
    ).programme.id;

  test("keeps a programme that speaks it from starting, and is told by its name and keys", () => {
    const broken = start("cepora", ({ crisis, error: _, ...others }) => ({
      ...others,
      crisis: { ...(crisis as TextTree), card: "Zovi {{broj}}" },
    }));
    expect(broken).toThrow(ConfigError);
    expect(broken).toThrow(
      /PROGRAMME cepora speaks sr, and locales\/sr\.json is not complete: crisis\.card has the holes broj, not helplines,presence; error\.generic is missing\. Write these texts/,
    );
  });

  test("is told when its file can't be read", () => {
    const broken = start("cepora", () => JSON.parse("{ crisis"));
    expect(broken).toThrow(/PROGRAMME cepora speaks sr, and locales\/sr\.json is not readable as JSON\. /);
  });

  test("names ten keys, and how many more there are", () => {
    const broken = start("cepora", (tree) => ({ ...tree, button: {} }));
    expect(broken).toThrow(/button\.\w+ is missing; and \d\d more\. /);
  });

  test("does not matter to others, nor does a label that is too long", () => {
    expect(start("oslo", (tree) => ({ ...tree, crisis: {} }))()).toBe("oslo");
    const accept = "Preuzimam ovaj razgovor";
    const long = start("cepora", (tree) => ({ ...tree, button: { ...(tree.button as TextTree), accept } }));
    expect(long()).toBe("cepora");
  });
});

describe("a programme of one's own", () => {
  const read = (content: string) => {
    const folder = mkdtempSync(join(tmpdir(), "peerline-config-"));
    const file = join(folder, "own.json");
    try {
      writeFileSync(file, content);
      return readConfig({ PROGRAMME: file }).programme;
    } finally {
      rmSync(folder, { recursive: true });
    }
  };
  const oslo = (): Record<string, unknown> =>
    JSON.parse(readFileSync(resolve(import.meta.dirname, "../../programmes/oslo.json"), "utf8")) as never;

  test("is read from its file", () => {
    expect(read(JSON.stringify({ ...oslo(), name: "Bergen hjelper" })).name).toBe("Bergen hjelper");
  });

  test("is told where it is wrong", () => {
    expect(() => read(JSON.stringify({ ...oslo(), minimumAge: 17, colour: "blue" }))).toThrow(
      /PROGRAMME .*own\.json: minimumAge: [\s\S]*PROGRAMME .*own\.json: .*colour/,
    );
  });

  test("that is not JSON is said to be so", () => {
    expect(() => read("{ name: Bergen")).toThrow(/PROGRAMME .*own\.json is not readable as JSON/);
  });
});
