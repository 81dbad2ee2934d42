/** What each way in which the Graph API says no means for us. */
import type { FailureKind, SendFailure } from "../channel.ts";
import { neverArrived } from "../network.ts";
import { type GraphError, GraphUnreachable } from "./graph.ts";

interface Refusal {
  code: number;
  /** Only with this subcode. */
  subcode?: number;
  /** Only when Meta's sentence says so. */
  says?: RegExp;
  failure: FailureKind;
  /** False where the message may have gone out in spite of it; certain unless told. */
  certain?: boolean;
  meaning: string;
}

/** The first row that fits counts. */
const refusals: readonly Refusal[] = [
  { code: 1, failure: "unreachable", certain: false, meaning: "Meta does not know what went wrong" },
  { code: 2, failure: "unreachable", certain: false, meaning: "Meta is down for a moment" },
  { code: 4, failure: "throttled_all", meaning: "the app calls too often" },
  { code: 10, subcode: 2018278, failure: "window_closed", meaning: "outside the messaging window" },
  { code: 10, subcode: 2018065, failure: "window_closed", meaning: "outside the messaging window" },
  { code: 10, subcode: 2018108, failure: "blocked", meaning: "the person takes no messages" },
  { code: 10, subcode: 1893063, failure: "misconfigured", meaning: "the page is restricted" },
  { code: 10, failure: "misconfigured", meaning: "a permission is missing" },
  { code: 32, failure: "throttled_all", meaning: "the page calls too often" },
  { code: 100, says: /appsecret_proof/i, failure: "misconfigured", meaning: "the app secret does not fit" },
  { code: 100, says: /length of param|too long/i, failure: "too_large", meaning: "too long" },
  { code: 100, subcode: 33, failure: "blocked", meaning: "no such person" },
  { code: 100, subcode: 2018001, failure: "blocked", meaning: "no such person" },
  { code: 100, subcode: 2018276, failure: "window_closed", meaning: "HUMAN_AGENT is not approved" },
  { code: 100, subcode: 2018109, failure: "too_large", meaning: "too big" },
  { code: 100, failure: "rejected", meaning: "a bad parameter" },
  { code: 102, failure: "unauthorized", meaning: "the token is refused" },
  { code: 104, failure: "unauthorized", meaning: "the token is missing" },
  { code: 190, failure: "unauthorized", meaning: "the token is refused" },
  { code: 200, subcode: 1545041, failure: "blocked", meaning: "the person takes no messages" },
  { code: 200, failure: "misconfigured", meaning: "a permission is missing" },
  { code: 230, failure: "misconfigured", meaning: "pages_messaging is missing" },
  { code: 294, failure: "misconfigured", meaning: "a permission is missing" },
  { code: 368, failure: "misconfigured", meaning: "Meta has blocked the page for a while" },
  { code: 551, failure: "blocked", meaning: "the person takes no messages" },
  { code: 613, failure: "throttled", meaning: "called too often" },
  { code: 1200, failure: "unreachable", meaning: "sending failed for a moment" },
  { code: 2500, failure: "misconfigured", meaning: "no such path" },
  { code: 80006, failure: "throttled_all", meaning: "the page sends too often" },
];

/** What became of a call that failed. Meta's own sentence is never passed on: it can quote what we sent. */
export function failureOf(error: GraphError | GraphUnreachable): SendFailure {
  if (error instanceof GraphUnreachable) {
    const certain = neverArrived(error.code);
    const failure = certain ? "unreachable" : "uncertain";
    return { sent: false, failure, certain, detail: `messenger: ${error.code ?? "no answer in time"}` };
  }
  const { code, subcode, says, traceId, status, regainAfter } = error;
  if (code === null) return { ...unreadable, detail: `${unreadable.detail} (${status})` };
  const row = refusals.find(
    (known) =>
      known.code === code &&
      (known.subcode === undefined || known.subcode === subcode) &&
      (known.says === undefined || known.says.test(says)),
  );
  const usual: Omit<Refusal, "code"> =
    status >= 500
      ? { failure: "unreachable", certain: false, meaning: "Meta is down for a moment" }
      : { failure: "rejected", meaning: "a refusal that we do not know" };
  const { failure, certain = true, meaning } = row ?? usual;
  const tooFast = failure === "throttled" || failure === "throttled_all";
  const trace = traceId !== null && /^[\w-]{1,40}$/.test(traceId) ? `, trace ${traceId}` : "";
  return {
    sent: false,
    failure,
    certain,
    detail: `messenger ${code}/${subcode ?? 0}: ${meaning}${trace}`,
    ...(tooFast && regainAfter !== null ? { retryAfter: regainAfter } : {}),
  };
}

/** An answer that is none: a proxy's page, half a body, or a success without a message's id. */
export const unreadable: SendFailure = {
  sent: false,
  failure: "unreachable",
  certain: false,
  detail: "messenger: an answer that can't be read",
};
