/** Rule data → something that finds the families of signs in the words of a message. */
import type { CrisisFamily, CrisisLanguage, CrisisRules, Cue } from "../../programmes/crisis.ts";
import type { Level } from "./finding.ts";
import { Lexicon } from "./lexicon.ts";
import { type ElementId, matchAt, type Pattern, parsePattern, type Words } from "./pattern.ts";
import { type Token, tokenize } from "./tokens.ts";

/** One pattern found at one place. */
export interface Hit {
  rule: string;
  cue: Cue;
  level: Level;
  pattern: string;
  /** Its words: from the first to before `to`. */
  from: number;
  to: number;
  /** The rule that took it back, if one did. */
  cancelledBy: string | null;
  /** Only for the model: it sets no level and no cue. */
  isHint: boolean;
}

/** A message, read. */
export interface Reading {
  tokens: Token[];
  /** Names of the word classes each token belongs to, in whatever language. */
  classes: ReadonlySet<string>[];
  hits: Hit[];
}

interface Family {
  id: string;
  cue: Cue;
  level: Level;
  /** What makes its hits a way of speaking: one of these lists, with all its elements near. */
  unless: ElementId[][];
  cancels: "all" | ReadonlySet<Cue>;
  /** Idioms and negations speak before the families do; hints are heard by the model alone. */
  role: "family" | "exception" | "hint";
}

/** How many words around a hit are looked at for what makes it a way of speaking. */
const around = 12;

export class RuleBook {
  /** The versions of all its files. */
  readonly version: string;
  private readonly lexicon = new Lexicon();
  private readonly elements = new Map<string, ElementId>();
  private readonly classNames = new Map<ElementId, string>();
  private readonly clauseElements: ElementId[] = [];
  private readonly byFirst = new Map<ElementId, { pattern: Pattern; family: Family }[]>();

  /** @throws when a pattern or a class does not exist or makes no sense; the text names file and pattern */
  constructor(rules: CrisisRules) {
    this.version = rules.map((each) => `${each.language}${each.version}`).join(" ");
    const common = rules.find((each) => each.language === "common");
    for (const each of rules) this.addLanguage(each, common);
  }

  read(text: string): Reading {
    const tokens = this.separateGlued(tokenize(text));
    const known = new Map<string, ReadonlySet<ElementId>>();
    const elements = tokens.map(({ word }) => {
      const ids = known.get(word) ?? this.lexicon.find(word);
      known.set(word, ids);
      return ids;
    });
    const classes = elements.map((ids) => this.namesOf(ids));
    return { tokens, classes, hits: this.find(tokens, elements) };
  }

  private addLanguage(rules: CrisisLanguage, common: CrisisLanguage | undefined): void {
    const { language } = rules;
    const classWords = (name: string): string[] => {
      const own = rules.words[name];
      const shared = language === "common" ? undefined : common?.words[name];
      if (!own && !shared) throw new Error(`crisis rules, ${language}: there is no class <${name}>`);
      return [...(own ?? []), ...(shared ?? [])].flatMap((line) => line.split(/\s+/).filter(Boolean));
    };
    const element = (alternatives: string) => this.element(language, alternatives, classWords);
    for (const name of Object.keys(rules.words)) element(`<${name}>`);
    for (const [name, lines] of Object.entries(rules.concepts)) this.concept(language, name, lines);
    for (const name of rules.fuzzy) this.lexicon.allowSlips(classWords(name));
    if (rules.words.clause) this.clauseElements.push(element("<clause>"));
    const add = (data: CrisisFamily, role: Family["role"]) => {
      const family: Family = {
        id: data.id,
        cue: data.cue,
        level: data.level,
        unless: data.unless.map((names) => names.split("+").map((name) => element(`<${name}>`))),
        cancels: data.cancels === "all" ? "all" : new Set(data.cancels),
        role,
      };
      for (const source of data.patterns) {
        const pattern = this.parse(source, language, element);
        const others = this.byFirst.get(pattern.first);
        if (others) others.push({ pattern, family });
        else this.byFirst.set(pattern.first, [{ pattern, family }]);
      }
    };
    for (const family of rules.families) add(family, "family");
    for (const family of [...rules.exceptions, ...rules.negations]) add(family, "exception");
    for (const hint of rules.hints) add({ ...hint, level: 0, unless: [], cancels: [] }, "hint");
  }

  private parse(source: string, language: string, element: (alternatives: string) => ElementId): Pattern {
    try {
      return parsePattern(source, element);
    } catch (error) {
      throw new Error(`crisis rules, ${language}: ${error instanceof Error ? error.message : "unreadable"}`);
    }
  }

  /** The number of an alternative such as `vil|<wish>`; the same text in the same language has the same number. */
  private element(language: string, alternatives: string, classWords: (name: string) => string[]): ElementId {
    const key = `${language} ${alternatives}`;
    const known = this.elements.get(key);
    if (known !== undefined) return known;
    const id = this.elements.size;
    this.elements.set(key, id);
    for (const alternative of alternatives.split("|")) {
      const name = /^<([a-z_]+)>$/.exec(alternative)?.[1];
      this.lexicon.add(name ? classWords(name) : [alternative], id);
      if (name === "number") this.lexicon.addNumbers(id);
      if (name && alternative === alternatives) this.classNames.set(id, name);
    }
    return id;
  }

  private concept(language: string, name: string, lines: string[]): void {
    const id = this.elements.size;
    this.elements.set(`${language} concept ${name}`, id);
    this.lexicon.add(
      lines.flatMap((line) => line.split(/\s+/)),
      id,
    );
    this.classNames.set(id, name);
  }

  private separateGlued(tokens: Token[]): Token[] {
    return tokens.flatMap((token) => {
      if (this.lexicon.find(token.word).size > 0) return [token];
      const words = this.lexicon.unglue(token.word);
      if (!words) return [token];
      return words.map((word, nth): Token => ({ word, pause: nth === 0 ? token.pause : "none" }));
    });
  }

  private namesOf(ids: ReadonlySet<ElementId>): ReadonlySet<string> {
    const names = new Set<string>();
    for (const id of ids) {
      const name = this.classNames.get(id);
      if (name) names.add(name);
    }
    return names;
  }

  private find(tokens: Token[], elements: ReadonlySet<ElementId>[]): Hit[] {
    const words: Words = {
      length: tokens.length,
      is: (at, element) => elements[at]?.has(element) ?? false,
      pause: (at) => tokens[at]?.pause ?? "none",
      beginsClause: (at) => this.clauseElements.some((element) => elements[at]?.has(element)),
    };
    const found: { hit: Hit; family: Family }[] = [];
    for (const [at, ids] of elements.entries()) {
      for (const id of ids) {
        for (const { pattern, family } of this.byFirst.get(id) ?? []) {
          const to = matchAt(pattern, words, at);
          if (to !== null) found.push({ hit: hitOf(family, pattern, at, to), family });
        }
      }
    }
    this.takeBack(found, words);
    return found.map(({ hit }) => hit);
  }

  /** First idioms and negations take hits back, then families that know better, such as "my friend wants to die". */
  private takeBack(found: { hit: Hit; family: Family }[], words: Words): void {
    for (const exceptions of [true, false]) {
      /** For each place, who takes back what there. */
      const cover = new Map<number, Family[]>();
      for (const { hit, family } of found) {
        if ((family.role === "exception") !== exceptions || hit.cancelledBy !== null) continue;
        if (family.cancels !== "all" && family.cancels.size === 0) continue;
        for (let at = hit.from; at < hit.to; at++) {
          const there = cover.get(at);
          if (!there) cover.set(at, [family]);
          else if (!there.includes(family)) there.push(family);
        }
      }
      for (const { hit, family } of found) {
        if (family.role === "exception" || hit.cancelledBy !== null) continue;
        hit.cancelledBy = cancellerOf(hit, family, cover);
      }
    }
    for (const { hit, family } of found) {
      if (family.unless.length > 0 && this.isWayOfSpeaking(hit, family, words)) {
        hit.cue = "hyperbole";
        hit.level = Math.min(hit.level, 1) as Level;
      }
    }
  }

  private isWayOfSpeaking(hit: Hit, family: Family, words: Words): boolean {
    const start = Math.max(0, hit.from - around);
    const end = Math.min(words.length, hit.to + around);
    const isNear = (element: ElementId) => {
      for (let at = start; at < end; at++) if (words.is(at, element)) return true;
      return false;
    };
    return family.unless.some((elements) => elements.every(isNear));
  }
}

function hitOf(family: Family, pattern: Pattern, from: number, to: number): Hit {
  const { id, cue, level } = family;
  const isHint = family.role === "hint";
  return { rule: id, cue, level, pattern: pattern.source, from, to, cancelledBy: null, isHint };
}

function cancellerOf(hit: Hit, family: Family, cover: Map<number, Family[]>): string | null {
  for (let at = hit.from; at < hit.to; at++) {
    for (const canceller of cover.get(at) ?? []) {
      if (canceller !== family && (canceller.cancels === "all" || canceller.cancels.has(hit.cue)))
        return canceller.id;
    }
  }
  return null;
}
