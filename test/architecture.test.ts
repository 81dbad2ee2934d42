/**
 * Which folder may use what. A rule that is broken is told in a sentence that names the rule and the file. The table
 * is also in CONTRIBUTING.md, for people.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join, posix, resolve } from "node:path";
import { describe, expect, test } from "vitest";

interface Rule {
  /** What may be imported of ours besides the folder itself: paths without `.ts`, a folder with a slash at its end. */
  ours: string[];
  /** What only its types may be imported of. */
  types?: string[];
  packages: string[];
  /** Whether `node:` modules may be used; yes unless told. */
  node?: false;
}

const folders = [
  "adapters",
  "bot",
  "commands",
  "flows",
  "locales",
  "media",
  "models",
  "programmes",
  "simulator",
];
const shipped = folders.map((folder) => `${folder}/`);

const root = resolve(import.meta.dirname, "..");
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  dependencies: Record<string, string>;
};

/** By folder; the longest that fits counts. Null where anything may be used. */
const rules: Record<string, Rule | null> = {
  flows: {
    ours: [],
    types: ["locales/", "programmes/", "adapters/content"],
    packages: [],
    node: false,
  },
  locales: { ours: [], packages: ["i18next"] },
  programmes: { ours: [], packages: ["zod"] },
  media: { ours: [], packages: ["sharp"] },
  adapters: { ours: [], packages: [] },
  "adapters/telegram": { ours: ["adapters/*"], packages: ["grammy", "zod"] },
  "adapters/messenger": { ours: ["adapters/*"], packages: ["botkit", "botbuilder-core", "zod"] },
  models: {
    ours: [],
    types: ["flows/", "adapters/content", "adapters/channel"],
    packages: ["mongoose"],
  },
  "models/embedded": { ours: [], packages: ["bson", "lmdb"] },
  bot: {
    ours: shipped.filter((folder) => folder !== "commands/" && folder !== "simulator/"),
    packages: ["express", "helmet", "pino", "prom-client", "zod"],
  },
  "bot/simulation.ts": { ours: ["simulator/", "bot/", "flows/", "programmes/"], packages: [] },
  simulator: { ours: [], packages: ["express"] },
  // The image that goes live has no devDependencies.
  commands: { ours: shipped, packages: Object.keys(manifest.dependencies) },
  bench: null,
  test: null,
};

interface Import {
  from: string;
  typesOnly: boolean;
}

const comment = /\/\*[\s\S]*?\*\/|\/\/[^\n]*/;
const string = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/;
const template = /`(?:\\.|[^`\\])*`/;
const pattern = /(?<=(?:[(,=:[!&|?{};]|\breturn)\s*)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\//;
const pieces = new RegExp(
  [comment, string, template, pattern].map(({ source }) => `(${source})`).join("|"),
  "g",
);

/** Code without comments and patterns, and, where they are not wanted, without what stands in its strings. */
function codeOf(source: string, strings: "with strings" | "without strings"): string {
  return source.replace(pieces, (piece, isComment, isString, isTemplate) => {
    if (isComment !== undefined) return " ";
    // Of a template only its holes are code.
    if (isTemplate !== undefined) return (String(piece).match(/\$\{[^}]*/g) ?? []).join(";");
    if (isString !== undefined) return strings === "with strings" ? piece : '""';
    return "/pattern/";
  });
}

const statement =
  /\b(?:import|export)\s+(type\b(?!\s*from\b)\s*)?(?:[\w*{][^"'`;()=]*?\bfrom\s*)?["']([^"'\n]+)["']/g;
const call = /(?<!\btypeof\s)\bimport\s*\(\s*(?:["']([^"'\n]+)["'])?/g;

function importsOf(source: string): Import[] {
  const code = codeOf(source, "with strings");
  return [
    ...[...code.matchAll(statement)].map(([, type, from = ""]) => ({ from, typesOnly: type !== undefined })),
    ...[...code.matchAll(call)].map(([, from = ""]) => ({ from, typesOnly: false })),
  ];
}

function ruleOf(file: string): { name: string; rule: Rule | null } {
  const [name] = Object.keys(rules)
    .filter((folder) => file === folder || file.startsWith(`${folder}/`))
    .sort((one, other) => other.length - one.length);
  const rule = name === undefined ? undefined : rules[name];
  if (name === undefined || rule === undefined)
    throw new Error(`${file} is in a folder that has no rule; give it one`);
  return { name, rule };
}

/** What makes a step give another result the next time, or wait. */
const impure: [RegExp, string][] = [
  [/\b(?:await|async)\b/, "wait"],
  [
    /\bDate\s*\.\s*now\b|\bnew\s+Date\s*(?:\(\s*\)|(?!\s*\())|(?<!new\s)\bDate\s*\(|\bperformance\b/,
    "look at the clock",
  ],
  [/\bMath\s*\.\s*random\b|\bcrypto\s*\./, "throw dice"],
  [/\b(?:setTimeout|setInterval|setImmediate|fetch)\s*\(|\bprocess\s*\./, "reach outside"],
];

const environment = /\bprocess\s*(?:\?\.|\.|\[\s*["'])\s*env\b|["'](?:node:)?process["']/;

/** What is wrong with a file: each broken rule in a sentence. */
function brokenIn(file: string, source: string): string[] {
  const { name, rule } = ruleOf(file);
  const broken = rule ? importsOf(source).flatMap((one) => problemOf(file, name, rule, one) ?? []) : [];
  if (name === "flows") {
    const code = codeOf(source, "without strings");
    for (const [found, does] of impure) {
      const what = found.exec(code)?.[0];
      if (what !== undefined)
        broken.push(`${file}: flows are pure and may not ${does}, but here stands "${what.trim()}"`);
    }
  }
  const mayRead = file === "bot/config.ts" || name === "test";
  if (!mayRead && environment.test(codeOf(source, "with strings")))
    broken.push(`${file}: process.env is read in bot/config.ts only`);
  return broken;
}

function problemOf(file: string, name: string, rule: Rule, { from, typesOnly }: Import): string | null {
  const says = (what: string): string => `${file} imports "${from}": ${what}`;
  if (from === "")
    return `${file} imports what only shows when it runs: name the file, so that this test can read it`;
  if (from.startsWith("node:")) return rule.node === false ? says(`${name} may not use node: modules`) : null;
  if (!from.startsWith(".")) {
    const packageName = from.split("/", from.startsWith("@") ? 2 : 1).join("/");
    if (rule.packages.includes(packageName)) return null;
    const list = rule.packages.length === 0 ? "none" : rule.packages.join(", ");
    return says(`of packages ${name} may use ${list}`);
  }
  const target = posix.join(posix.dirname(file), from);
  if (within(target, `${name}/`) && ruleOf(target).name === name) return null;
  if (rule.ours.some((path) => within(target, path))) return null;
  const types = rule.types ?? [];
  if (types.some((path) => within(target, path)))
    return typesOnly ? null : says(`${name} may use only types of it; write "import type"`);
  if (name === "models" && target === "models/embedded/index.ts") return null;
  const list = [...rule.ours, ...types.map((path) => `types of ${path}`)].join(", ");
  return says(`of our own folders ${name} may use ${list === "" ? "none" : list}`);
}

/** Whether a file lies in a folder (`bot/`), right in it (`adapters/*`), or is itself meant (`adapters/content`). */
function within(file: string, path: string): boolean {
  if (path.endsWith("/*")) return posix.dirname(file) === path.slice(0, -2);
  return path.endsWith("/") ? file.startsWith(path) : file.replace(/\.(?:ts|js|json)$/, "") === path;
}

const files = [...folders, "bench", "test"].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && !path.includes("node_modules"))
    .map((path) => posix.join(folder, path.replaceAll("\\", "/"))),
);

test("every file keeps to the rules of its folder", () => {
  expect(files.flatMap((file) => brokenIn(file, readFileSync(join(root, file), "utf8")))).toEqual([]);
});

test("every folder that has code has a rule", () => {
  const known = new Set([...folders, "bench", "test"]);
  const others = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !known.has(entry.name))
    .filter(
      ({ name }) => !["dist", "data", "coverage", "node_modules"].includes(name) && !name.startsWith("."),
    )
    .filter(({ name }) =>
      readdirSync(join(root, name), { recursive: true, encoding: "utf8" }).some((path) =>
        path.endsWith(".ts"),
      ),
    );
  expect(others.map(({ name }) => name)).toEqual([]);
});

describe("a broken rule is found", () => {
  test.each([
    ["flows/talk.ts", 'import { z } from "zod";', "of packages flows may use none"],
    ["flows/talk.ts", 'import "node:fs";', "flows may not use node: modules"],
    [
      "flows/talk.ts",
      'import {\n  type Programme,\n  x,\n} from "../programmes/programme.ts";',
      "only types",
    ],
    ["flows/talk.ts", 'import type { Send } from "../bot/send.ts";', "of our own folders flows may use"],
    [
      "flows/talk.ts",
      'import type { Address } from "../adapters/channel.ts";',
      "of our own folders flows may use",
    ],
    ["flows/crisis/judge.ts", 'export * from "../../programmes/crisis.ts";', "only types"],
    ["flows/talk.ts", "const f = async () => 1;", 'may not wait, but here stands "async"'],
    ["flows/talk.ts", "const later = await answer;", 'may not wait, but here stands "await"'],
    ["flows/talk.ts", "const now = Date.now();", "may not look at the clock"],
    ["flows/talk.ts", "const now = new Date();", "may not look at the clock"],
    ["flows/talk.ts", "const now = new Date;", "may not look at the clock"],
    ["flows/talk.ts", "const now = `at $" + "{Date.now()}`;", "may not look at the clock"],
    ["flows/talk.ts", "const quote = /['\"`]/;\nconst now = new Date();", "may not look at the clock"],
    ["flows/talk.ts", "const one = all[Math.random() * 2];", "may not throw dice"],
    ["flows/talk.ts", "const one = crypto.randomUUID();", "may not throw dice"],
    ["flows/talk.ts", "setTimeout(again, 10);", "may not reach outside"],
    ["locales/texts.ts", 'import { x } from "../flows/step.ts";', "of our own folders locales may use none"],
    [
      "adapters/telegram/index.ts",
      'import { Botkit } from "botkit";',
      "of packages adapters/telegram may use",
    ],
    ["adapters/telegram/index.ts", 'import { x } from "../messenger/graph.ts";', "may use adapters/*"],
    [
      "adapters/messenger/index.ts",
      'import { Bot } from "grammy";',
      "of packages adapters/messenger may use",
    ],
    ["adapters/split.ts", 'import { z } from "zod";', "of packages adapters may use none"],
    [
      "adapters/split.ts",
      'import type { x } from "./telegram/wire.ts";',
      "of our own folders adapters may use none",
    ],
    [
      "adapters/channel.ts",
      'import type { x } from "../bot/log.ts";',
      "of our own folders adapters may use none",
    ],
    ["models/messages.ts", 'import { newThread } from "../flows/step.ts";', "only types"],
    ["models/messages.ts", 'import { x } from "./embedded/lock.ts";', "of our own folders models may use"],
    [
      "models/embedded/lock.ts",
      'import { x } from "../seal.ts";',
      "of our own folders models/embedded may use none",
    ],
    ["models/embedded/lock.ts", 'import mongoose from "mongoose";', "models/embedded may use bson, lmdb"],
    ["bot/app.ts", 'const x = await import("../simulator/index.ts");', "of our own folders bot may use"],
    ["bot/app.ts", 'import { x } from "../commands/key.ts";', "of our own folders bot may use"],
    ["bot/app.ts", 'import { x } from "../test/support/stage.ts";', "of our own folders bot may use"],
    ["bot/app.ts", 'import { Bot } from "grammy";', "of packages bot may use"],
    ["bot/app.ts", "const x = await import(name);", "imports what only shows when it runs"],
    ["bot/app.ts", "if (process.env.DEBUG) say(1);", "process.env is read in bot/config.ts only"],
    ["commands/key.ts", 'import { test } from "vitest";', "of packages commands may use"],
    ["commands/key.ts", 'import { env } from "node:process";', "process.env is read in bot/config.ts only"],
    ["simulator/clock.ts", 'import type { Clock } from "../bot/clock.ts";', "simulator may use none"],
    ["simulator/clock.ts", 'import { Api } from "grammy";', "of packages simulator may use express"],
  ])("%s: %s", (file, source, sentence) => {
    const broken = brokenIn(file, source);
    expect(broken.filter((problem) => problem.startsWith(file))).toEqual([expect.stringContaining(sentence)]);
  });

  test("a file in a folder without a rule", () => {
    expect(() => brokenIn("reports/chart.ts", "")).toThrow(
      "reports/chart.ts is in a folder that has no rule",
    );
  });
});

describe("what keeps to the rules is left alone", () => {
  test.each([
    ["flows/talk.ts", 'import type { Programme } from "../programmes/programme.ts";'],
    ["flows/talk.ts", '/** Never await, nor Date.now(). */ const at = new Date(now); // import "express"'],
    ["flows/talk.ts", 'const words = "import x from \\"zod\\"; await new Date()";'],
    ["flows/crisis/judge.ts", 'import { x } from "../calendar.ts";'],
    [
      "adapters/telegram/index.ts",
      'import type { User } from "grammy/types"; import { x } from "../split.ts";',
    ],
    [
      "models/database.ts",
      'import { x } from "./embedded/index.ts"; import type { y } from "../flows/state.ts";',
    ],
    ["bot/simulation.ts", 'const x = await import("../simulator/index.ts");'],
    ["bot/config.ts", "readConfig(process.env);"],
    ["models/embedded/index.ts", "const start = `import($" + "{loader})`;"],
    ["commands/key.ts", "const script = process.argv[1];"],
    ["test/bot/x.test.ts", 'import { x } from "../../simulator/index.ts"; process.env.HISTORIES;'],
  ])("%s: %s", (file, source) => {
    expect(brokenIn(file, source)).toEqual([]);
  });
});
