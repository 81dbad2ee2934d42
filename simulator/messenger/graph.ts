import { createHmac } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Refusal } from "../faults.ts";
import { answerJson, perform, readBody } from "../http.ts";
import { isRecord, Parameters, readParameters } from "../parameters.ts";
import { appEdges, pageEdges } from "./edges.ts";
import type { SimulatedMessenger } from "./messenger.ts";
import type { MessengerPage } from "./page.ts";
import { graphRefusal } from "./refusals.ts";

/** Answers a request to the Graph API; `path` is what follows its root: `/v26.0/me/messages`, version optional. */
export async function serveGraph(
  messenger: SimulatedMessenger,
  path: string,
  query: URLSearchParams,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const body = await readBody(request);
    const given = parametersOf(query, request, body);
    const token = tokenOf(request, given);
    const { access_token: _, appsecret_proof: proof, ...values } = given.values;
    const parameters = new Parameters(values, given.files);
    const { version, method, edge, account, act } = routeOf(messenger, path, request, token);
    checkProof(messenger, token, proof);
    const recipient = parameters.nested("recipient");
    await perform({
      call: {
        method,
        account,
        chat: isRecord(recipient) && typeof recipient.id === "string" ? recipient.id : null,
        parameters: parameters.values,
        at: messenger.clock.now(),
      },
      faults: messenger.faults,
      calls: messenger.calls,
      response,
      act: () => act(parameters, edge),
      headers: usageHeaders(messenger, account, version),
    });
  } catch (error) {
    const refusal = error instanceof Refusal ? error : graphRefusal.unexpected();
    answerJson(response, refusal.status, refusal.body);
  }
}

/** Finds what a path means for the owner of a token. */
function routeOf(messenger: SimulatedMessenger, path: string, request: IncomingMessage, token: string) {
  const match = /^(?:\/(v\d+\.\d+))?\/([^/]+)(?:\/([a-z_]+))?\/?$/.exec(path);
  if (match === null) throw graphRefusal.noPath();
  const [, version = "v26.0", node = "", edge = ""] = match;
  const verb = request.method ?? "GET";
  if (token === messenger.appToken) {
    const act = appEdges.get(`${verb} ${node === "debug_token" ? node : edge}`);
    if (act === undefined) throw graphRefusal.noObject(node);
    const method = `${verb} ${edge || node}`;
    return { version, method, edge: node, account: "app", act: act.bind(null, messenger) };
  }
  const page = pageOf(messenger, token);
  const known = pageEdges.get(`${verb} ${edge}`);
  const isPage = node === "me" || node === page.id;
  if (known === undefined || (!isPage && edge !== "")) throw graphRefusal.noObject(node);
  const method = edge === "" ? `${verb} ${isPage ? "page" : "person"}` : `${verb} ${edge}`;
  return { version, method, edge: isPage ? page.id : node, account: page.id, act: known.bind(null, page) };
}

function pageOf(messenger: SimulatedMessenger, token: string): MessengerPage {
  if (token === "") throw graphRefusal.noToken();
  const page = messenger.pages.find((one) => one.token === token);
  if (page !== undefined) return page;
  throw messenger.revokedTokens.has(token) ? graphRefusal.revokedToken() : graphRefusal.badToken();
}

function tokenOf(request: IncomingMessage, parameters: Parameters): string {
  const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? "")?.[1];
  return bearer ?? parameters.text("access_token");
}

function checkProof(messenger: SimulatedMessenger, token: string, proof: unknown): void {
  if (proof === undefined || proof === "") {
    if (messenger.requireProof && token !== messenger.appToken) throw graphRefusal.proofRequired();
    return;
  }
  const right = createHmac("sha256", messenger.app.secret).update(token).digest("hex");
  if (proof !== right) throw graphRefusal.badProof();
}

function usageHeaders(
  messenger: SimulatedMessenger,
  account: string,
  version: string,
): Record<string, string> {
  const { usage } = messenger;
  const used = { call_count: usage, total_cputime: usage, total_time: usage };
  const business = [{ type: "messenger", ...used, estimated_time_to_regain_access: 0 }];
  return {
    "facebook-api-version": version,
    "x-app-usage": JSON.stringify(used),
    "x-business-use-case-usage": JSON.stringify({ [account]: business }),
  };
}

function parametersOf(query: URLSearchParams, request: IncomingMessage, body: Buffer): Parameters {
  try {
    return readParameters(query, request.headers["content-type"] ?? "", body);
  } catch (error) {
    if (error instanceof SyntaxError) throw graphRefusal.parameter("The request body can't be parsed");
    throw error;
  }
}
