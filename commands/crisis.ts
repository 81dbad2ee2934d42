/**
 * `npm run crisis -- "a message"` shows what the detection of danger makes of a message, and why.
 * `npm run crisis -- --file table.tsv` measures it on a table of messages whose right levels are known.
 */
import { pathToFileURL } from "node:url";
import { createDetector, type ExplainingDetector, type Explanation } from "../flows/crisis/detector.ts";
import type { Level } from "../flows/crisis/finding.ts";
import type { Hit } from "../flows/crisis/rules.ts";
import { readCrisisModel, readCrisisRules } from "../programmes/crisis.ts";
import { type Example, meets, readExamples } from "./crisis-examples.ts";

const usage = `npm run crisis -- "a message"        what is found in it, by which rules, and what the model weighed
npm run crisis -- --file table.tsv   how many are found and how many false alarms there are, and which

The table has the columns lang, expect and text, separated by tabs; a line that names them may come first.
expect is >=S3, <=S1 or S2 (exactly; =S2 means the same).

The command ends with 0 when it could answer, whatever the answer is, and with 2 when it could not.`;

/** What is shown of the model's features. */
const weightiest = 8;
const lookedAt: readonly Level[] = [1, 2, 3, 4];

/** What is printed about one message. */
export function explained(detector: ExplainingDetector, text: string): string {
  const explanation = detector.explain(text, []);
  const { level, kind, rules, version } = explanation.finding;
  return [
    `S${level} ${kind}${rules.length > 0 ? `  ${rules.join(", ")}` : ""}`,
    "",
    ...ruleLines(explanation),
    "",
    ...modelLines(explanation),
    "",
    version,
  ].join("\n");
}

function ruleLines({ reading }: Explanation): string[] {
  if (reading.hits.length === 0) return ["Rules: none spoke."];
  const ordered = reading.hits.toSorted((a, b) => rankOf(b) - rankOf(a) || a.from - b.from);
  return [
    "Rules:",
    ...ordered.map((hit) => {
      const words = wordsOf(reading.tokens, hit);
      const weight = hit.isHint ? "a hint, for the model alone" : `S${hit.level}`;
      const taken = hit.cancelledBy ? `, taken back by ${hit.cancelledBy}` : "";
      return `  ${hit.rule} (${hit.cue}, ${weight}${taken}): "${words}", by the pattern ${hit.pattern}`;
    }),
  ];
}

/** Those that count come first, the highest level before the others. */
function rankOf(hit: Hit): number {
  return (hit.cancelledBy ? 0 : 10) + (hit.isHint ? 0 : 5) + hit.level;
}

function modelLines({ opinions, reading, finding }: Explanation): string[] {
  if (opinions.length === 0) return ["Model: nothing to weigh."];
  return opinions.flatMap(({ level, margin, stretch, weighed }) => {
    const verdict = margin >= 0 ? "enough" : "not enough";
    const raised = finding.rules.includes(`model.s${level}`) ? ", and raised the level" : "";
    return [
      `Model, S${level} or above: ${signed(margin)} from its threshold, ${verdict}${raised}; looked at "${wordsOf(reading.tokens, stretch)}"`,
      ...weighed
        .slice(0, weightiest)
        .map(({ feature, added }) => `  ${signed(added)}  ${spelledOut(feature)}`),
    ];
  });
}

function wordsOf(tokens: readonly { word: string }[], { from, to }: { from: number; to: number }): string {
  return tokens
    .slice(from, to)
    .map((token) => token.word)
    .join(" ");
}

function signed(value: number): string {
  return `${value < 0 ? "-" : "+"}${Math.abs(value).toFixed(2)}`;
}

const featureKinds: Record<string, string> = {
  w: "word",
  b: "two words",
  c: "part of a word",
  s: "beginning of a word",
  k: "class",
  p: "classes near each other",
  h: "cue of a rule",
};

function spelledOut(feature: string): string {
  return `${featureKinds[feature.slice(0, 1)] ?? "feature"} ${feature.slice(2).replace("_", " ")}`;
}

/** What is printed about a table of messages. */
export function measured(detector: ExplainingDetector, examples: readonly Example[]): string {
  const judged = examples.map((example) => ({ example, finding: detector.assess(example.text, []) }));
  const languages = [...new Set(examples.map((example) => example.language))].sort();
  const groups = languages.length > 1 ? [...languages, "all"] : languages;
  const marks = judged.map(({ example, finding }) => ({
    ...boundsOf(example),
    ...example,
    level: finding.level,
  }));
  const misses = judged.filter(({ example, finding }) => !meets(finding.level, example.expect));
  const table = (title: string, share: (of: typeof marks, level: Level) => string) => [
    title,
    row(
      "",
      lookedAt.map((level) => `S${level}`),
    ),
    ...groups.map((group) => {
      const those = marks.filter((mark) => group === "all" || mark.language === group);
      return row(
        group,
        lookedAt.map((level) => share(those, level)),
      );
    }),
  ];
  return [
    ...table(
      "Found: of the messages at this level or above, those that were put there or above",
      (those, level) =>
        shareOf(
          those.filter((mark) => mark.lowest >= level),
          (mark) => mark.level >= level,
        ),
    ),
    "",
    ...table(
      "False alarms: of the messages below this level, those that were put there or above",
      (those, level) =>
        shareOf(
          those.filter((mark) => mark.highest < level),
          (mark) => mark.level >= level,
        ),
    ),
    "",
    `As expected: ${examples.length - misses.length} of ${examples.length}.${misses.length > 0 ? " Not so:" : ""}`,
    ...misses.map(({ example: { line, language, expect, text }, finding }) => {
      const wanted = `${expect.sign === "=" ? "" : expect.sign}S${expect.level}`;
      return `  line ${line}  ${language}  wanted ${wanted}, got S${finding.level} (${finding.rules.slice(0, 2).join(", ") || "no rule"})  ${text}`;
    }),
  ].join("\n");
}

/** The lowest and the highest level that would be right. */
function boundsOf({ expect: { sign, level } }: Example): { lowest: Level; highest: Level } {
  return { lowest: sign === "<=" ? 0 : level, highest: sign === ">=" ? 4 : level };
}

function row(name: string, cells: string[]): string {
  return `  ${name.padEnd(4)}${cells.map((cell) => cell.padStart(18)).join("")}`;
}

function shareOf<T>(those: readonly T[], counts: (one: T) => boolean): string {
  if (those.length === 0) return "-";
  const counted = those.filter(counts).length;
  return `${(counted / those.length).toFixed(3)} (${counted}/${those.length})`;
}

/**
 * Answers what was asked on the command line.
 * @returns what is printed
 * @throws with what to do when the words make no sense, or a file can't be read
 */
export function answer(words: readonly string[]): string {
  const [first, second] = words;
  const detector = () => createDetector(readCrisisRules(), readCrisisModel());
  if (first === "--file" || first?.startsWith("--file=")) {
    const file = first === "--file" ? second : first.slice("--file=".length);
    if (!file || words.length > (first === "--file" ? 2 : 1))
      throw new Error(`one table at a time\n\n${usage}`);
    return measured(detector(), readExamples(file));
  }
  if (first?.startsWith("--")) throw new Error(`${first} is not known\n\n${usage}`);
  const text = words.join(" ");
  if (text.trim() === "") throw new Error(`there is no message\n\n${usage}`);
  return explained(detector(), text);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  try {
    console.log(answer(process.argv.slice(2)));
  } catch (error) {
    console.error(error instanceof Error ? error.message : "it did not work");
    process.exitCode = 2;
  }
}
