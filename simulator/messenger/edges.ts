import type { Parameters } from "../parameters.ts";
import type { SimulatedMessenger } from "./messenger.ts";
import { type MessengerPage, webhookFields } from "./page.ts";
import type { MessengerPerson } from "./person.ts";
import { graphRefusal } from "./refusals.ts";
import { send } from "./send.ts";

/** What a request to a page's edge does; `node` is the id of what was asked for. */
type PageEdge = (page: MessengerPage, parameters: Parameters, node: string) => unknown;
type AppEdge = (messenger: SimulatedMessenger, parameters: Parameters, node: string) => unknown;

const permissions = ["pages_messaging", "pages_manage_metadata", "pages_show_list"];

/** Edges that a page's token opens, by verb and name; an empty name is the object itself. */
export const pageEdges: ReadonlyMap<string, PageEdge> = new Map<string, PageEdge>([
  ["POST messages", send],
  ["GET messenger_profile", (page, parameters) => page.profile.get(parameters)],
  ["POST messenger_profile", (page, parameters) => page.profile.set(parameters)],
  ["DELETE messenger_profile", (page, parameters) => page.profile.delete(parameters)],
  ["GET subscribed_apps", listSubscriptions],
  ["POST subscribed_apps", subscribe],
  ["DELETE subscribed_apps", unsubscribe],
  ["GET messaging_feature_review", listFeatures],
  ["GET ", describe],
]);

/** Edges that the app's own token opens. */
export const appEdges: ReadonlyMap<string, AppEdge> = new Map<string, AppEdge>([
  ["POST subscriptions", setWebhook],
  ["GET subscriptions", listWebhooks],
  ["GET debug_token", describeToken],
]);

function listSubscriptions(page: MessengerPage): object {
  if (page.subscribedFields === null) return { data: [] };
  const app = { id: String(page.messenger.app.id), name: "Simulated app" };
  return { data: [{ ...app, subscribed_fields: [...page.subscribedFields] }] };
}

function subscribe(page: MessengerPage, parameters: Parameters): object {
  const given = parameters.nested("subscribed_fields");
  const fields = Array.isArray(given) ? given.map(String) : parameters.text("subscribed_fields").split(",");
  const wanted = fields.map((field) => field.trim()).filter((field) => field !== "");
  if (wanted.length === 0) throw graphRefusal.parameter("The parameter subscribed_fields is required");
  const unknown = wanted.find((field) => !isKnownField(field));
  if (unknown !== undefined) {
    throw graphRefusal.parameter(`Param subscribed_fields must not have ${unknown}`);
  }
  page.subscribedFields = new Set(wanted);
  page.messenger.changes.announce();
  return { success: true };
}

/** Fields that exist, also those for which nothing ever happens here. */
function isKnownField(field: string): boolean {
  const silent = [
    "messaging_handovers",
    "standby",
    "messaging_policy_enforcement",
    "messaging_optins",
    "feed",
  ];
  return webhookFields.some((known) => known === field) || silent.includes(field);
}

function unsubscribe(page: MessengerPage): object {
  page.subscribedFields = null;
  return { success: true };
}

function listFeatures(page: MessengerPage): object {
  return { data: page.humanAgent ? [{ feature: "human_agent", status: "approved" }] : [] };
}

/** `GET /me`, `GET /{page}` and `GET /{person}`, with `fields`. */
function describe(page: MessengerPage, parameters: Parameters, node: string): object {
  const asked = parameters.text("fields").split(",");
  const only = (all: Record<string, unknown>) =>
    Object.fromEntries(Object.entries(all).filter(([name]) => name === "id" || asked.includes(name)));
  if (node === page.id) {
    const { id, name, username } = page;
    return only({ id, name, username, link: `https://www.facebook.com/${username}`, category: "Community" });
  }
  const person = page.person(node);
  if (person === undefined) throw graphRefusal.noObject(node);
  return only(personFields(person));
}

function personFields({
  id,
  firstName,
  lastName,
  locale,
  shownName,
}: MessengerPerson): Record<string, unknown> {
  return { id, first_name: firstName, last_name: lastName, name: shownName, locale };
}

async function setWebhook(
  messenger: SimulatedMessenger,
  parameters: Parameters,
  node: string,
): Promise<object> {
  checkApp(messenger, node);
  const url = parameters.text("callback_url");
  try {
    await messenger.setWebhook(url, parameters.text("verify_token"));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw graphRefusal.parameter(`(#2200) Callback verification failed: ${why}`);
  }
  return { success: true };
}

function listWebhooks(messenger: SimulatedMessenger, _: Parameters, node: string): object {
  checkApp(messenger, node);
  const { webhook } = messenger;
  const fields = webhookFields.map((name) => ({ name, version: "v26.0" }));
  return {
    data: webhook === null ? [] : [{ object: "page", callback_url: webhook.url, active: true, fields }],
  };
}

function checkApp(messenger: SimulatedMessenger, node: string): void {
  if (node !== String(messenger.app.id)) throw graphRefusal.noObject(node);
}

/** What a page's token is worth: for a set-up command that checks before it begins. */
function describeToken(messenger: SimulatedMessenger, parameters: Parameters): object {
  const page = messenger.pages.find(({ token }) => token === parameters.text("input_token"));
  const app = { app_id: String(messenger.app.id), application: "Simulated app" };
  if (page === undefined) {
    return {
      data: { ...app, is_valid: false, error: { code: 190, message: "Invalid OAuth access token." } },
    };
  }
  const scopes = { scopes: permissions, granular_scopes: permissions.map((scope) => ({ scope })) };
  return { data: { ...app, type: "PAGE", is_valid: true, expires_at: 0, profile_id: page.id, ...scopes } };
}
