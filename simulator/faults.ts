/**
 * What goes wrong on purpose. A plan is a list of rules, each for the next or a later call that it fits; the
 * platform asks it once for each call. Faults with an effect let the call do its work when it arrives and spoil only
 * the answer: that is how "it may have arrived" is tested.
 */
export type Fault =
  /** The platform refuses, with a body of its own kind. Nothing happens. */
  | { kind: "refuse"; refusal: Refusal }
  /** The connection is closed without an answer. */
  | { kind: "drop"; effect: boolean }
  /** No answer comes until the caller gives up. */
  | { kind: "hang"; effect: boolean }
  /** Something in between answers, with a body that is not the platform's. */
  | { kind: "garble"; effect: boolean; status: number; contentType: string; body: string }
  /** All goes well, but the answer takes a while (real milliseconds). The effect does not wait. */
  | { kind: "delay"; milliseconds: number };

/** A platform's "no": the HTTP status and the body exactly as the platform writes them. Thrown by what refuses. */
export class Refusal extends Error {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;

  constructor(status: number, body: Readonly<Record<string, unknown>>) {
    super(JSON.stringify(body));
    this.status = status;
    this.body = body;
  }
}

/** Ready-made faults, to be read aloud: `faults.next({ method: "sendMessage" }, fault.dropAfter)`. */
export const fault = {
  dropBefore: { kind: "drop", effect: false },
  dropAfter: { kind: "drop", effect: true },
  hangBefore: { kind: "hang", effect: false },
  hangAfter: { kind: "hang", effect: true },
  /** A proxy's HTML page; the call never reached the platform. */
  badGateway: {
    kind: "garble",
    effect: false,
    status: 502,
    contentType: "text/html",
    body: "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>",
  },
  /** The same page, but the call had reached the platform. */
  badGatewayAfter: {
    kind: "garble",
    effect: true,
    status: 502,
    contentType: "text/html",
    body: "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>",
  },
  emptyAnswer: { kind: "garble", effect: false, status: 502, contentType: "text/plain", body: "" },
  delay: (milliseconds: number): Fault => ({ kind: "delay", milliseconds }),
  refuse: (refusal: Refusal): Fault => ({ kind: "refuse", refusal }),
} as const satisfies Record<string, Fault | ((...values: never[]) => Fault)>;

/** A call as a rule sees it. */
export interface FaultyCall {
  /** `sendMessage` on Telegram; `POST messages`, `GET subscribed_apps` on the Graph API. */
  method: string;
  /** Whom it is for, when it is for somebody: a chat id or a page-scoped id. */
  chat: string | null;
  /** Who calls: a bot's username or a page's id. */
  account: string;
}

/** Which calls a rule is for: all that is left out fits every call. */
export interface FaultMatch {
  method?: string;
  chat?: string | number;
  account?: string;
  /** The first call it is for, counted from now: 1 is the next that fits. */
  nth?: number;
  /** How many calls in a row, 1 unless told; Infinity until `clear`. */
  times?: number;
}

interface Rule {
  match: FaultMatch;
  fault: Fault;
  skip: number;
  left: number;
}

export class FaultPlan {
  #rules: Rule[] = [];

  /** Plans a fault. Several rules are asked in the order in which they were planned. */
  next(match: FaultMatch, planned: Fault): void {
    this.#rules.push({ match, fault: planned, skip: (match.nth ?? 1) - 1, left: match.times ?? 1 });
  }

  /** From now on nothing goes wrong. */
  clear(): void {
    this.#rules = [];
  }

  /** True when every planned fault has happened: a plan that is not used up tested nothing. */
  get usedUp(): boolean {
    return this.#rules.every((rule) => rule.left === Number.POSITIVE_INFINITY);
  }

  /** The fault for this call, if one is planned; it is counted. */
  take(call: FaultyCall): Fault | null {
    for (const rule of this.#rules) {
      if (!fits(rule.match, call)) continue;
      if (rule.skip > 0) {
        rule.skip -= 1;
        continue;
      }
      rule.left -= 1;
      if (rule.left <= 0) this.#rules = this.#rules.filter((other) => other !== rule);
      return rule.fault;
    }
    return null;
  }
}

function fits(match: FaultMatch, call: FaultyCall): boolean {
  if (match.method !== undefined && match.method.toLowerCase() !== call.method.toLowerCase()) return false;
  if (match.chat !== undefined && String(match.chat) !== call.chat) return false;
  return match.account === undefined || match.account === call.account;
}
