import { decodeDocument, decodeFields } from "../bson/decode.ts";
import type { Document, Value } from "../bson/values.ts";
import { type ArrayAtEnd, anyAtPath, type ValueTest } from "./path.ts";

/** A part of a filter that a whole document passes or not. */
export interface FilterNode {
  matches(document: Document): boolean;
}

/** One test of the values at one path. */
export class Leaf implements FilterNode {
  readonly path: string;
  readonly parts: readonly string[];
  readonly predicate: ValueTest;
  readonly arrayAtEnd: ArrayAtEnd;
  private readonly first: string;

  constructor(path: string, predicate: ValueTest, arrayAtEnd: ArrayAtEnd = "elements") {
    this.path = path;
    this.parts = path.split(".");
    this.first = this.parts[0] ?? "";
    this.predicate = predicate;
    this.arrayAtEnd = arrayAtEnd;
  }

  matches(document: Document): boolean {
    if (this.parts.length === 1) {
      const value = document.get(this.first);
      if (!Array.isArray(value)) return this.predicate.test(value);
    }
    return anyAtPath(document, this.parts, 0, this.arrayAtEnd, this.predicate);
  }
}

export class And implements FilterNode {
  readonly children: readonly FilterNode[];

  constructor(children: readonly FilterNode[]) {
    this.children = children;
  }

  matches(document: Document): boolean {
    for (const child of this.children) if (!child.matches(document)) return false;
    return true;
  }
}

export class Or implements FilterNode {
  readonly children: readonly FilterNode[];

  constructor(children: readonly FilterNode[]) {
    this.children = children;
  }

  matches(document: Document): boolean {
    for (const child of this.children) if (child.matches(document)) return true;
    return false;
  }
}

export class Not implements FilterNode {
  readonly child: FilterNode;

  constructor(child: FilterNode) {
    this.child = child;
  }

  matches(document: Document): boolean {
    return !this.child.matches(document);
  }
}

/** Passes every document, or none. */
export class Always implements FilterNode {
  readonly answer: boolean;

  constructor(answer: boolean) {
    this.answer = answer;
  }

  matches(): boolean {
    return this.answer;
  }
}

/** `$expr`. */
export class ExpressionFilter implements FilterNode {
  private readonly evaluate: (document: Document) => boolean;

  constructor(evaluate: (document: Document) => boolean) {
    this.evaluate = evaluate;
  }

  matches(document: Document): boolean {
    return this.evaluate(document);
  }
}

/** Elements that are documents (or arrays, seen as documents) and pass a filter. */
export class ElementMatches implements ValueTest {
  readonly filter: FilterNode;

  constructor(filter: FilterNode) {
    this.filter = filter;
  }

  test(value: Value | undefined): boolean {
    return Array.isArray(value) && this.firstMatch(value) >= 0;
  }

  firstMatch(array: Value[]): number {
    return array.findIndex((element) => {
      if (element instanceof Map) return this.filter.matches(element);
      return Array.isArray(element) && this.filter.matches(arrayAsDocument(element));
    });
  }
}

function arrayAsDocument(array: Value[]): Document {
  return new Map(array.map((element, at) => [String(at), element]));
}

/** Elements that pass every one of several tests, as in `{ $elemMatch: { $gt: 1, $lt: 5 } }`. */
export class ElementPasses implements ValueTest {
  private readonly filter: FilterNode;

  /** The filter's leaves ask for the field "" of a document that holds the element. */
  constructor(filter: FilterNode) {
    this.filter = filter;
  }

  test(value: Value | undefined): boolean {
    return Array.isArray(value) && this.firstMatch(value) >= 0;
  }

  firstMatch(array: Value[]): number {
    const holder: Document = new Map();
    return array.findIndex((element) => {
      holder.set("", element);
      return this.filter.matches(holder);
    });
  }
}

/** A filter that is ready to be asked. */
export class Filter {
  readonly root: FilterNode;
  /** The top-level fields that the answer depends on; null: the whole document. */
  readonly fields: ReadonlySet<string> | null;

  constructor(root: FilterNode, fields: ReadonlySet<string> | null) {
    this.root = root;
    this.fields = fields;
  }

  matches(document: Document): boolean {
    return this.root.matches(document);
  }

  /** Whether a stored document passes; only the fields that matter are read. */
  matchesRaw(bytes: Buffer): boolean {
    if (this.root instanceof Always) return this.root.answer;
    return this.root.matches(this.fields ? decodeFields(bytes, this.fields) : decodeDocument(bytes));
  }

  get matchesAll(): boolean {
    return this.root instanceof Always && this.root.answer;
  }
}
