import { isRecord, type Parameters } from "../parameters.ts";
import type { QuickReply } from "./message.ts";
import { graphRefusal } from "./refusals.ts";

/** What a page sets once for its conversations. */
const properties = ["get_started", "greeting", "persistent_menu", "ice_breakers", "whitelisted_domains"];

/** The Messenger profile of a page: `POST`, `GET` and `DELETE /{page}/messenger_profile`. */
export class MessengerProfile {
  readonly #set = new Map<string, unknown>();

  /** The payload of Get Started, or null when there is no such button. */
  get getStarted(): string | null {
    const value = this.#set.get("get_started");
    return isRecord(value) && typeof value.payload === "string" ? value.payload : null;
  }

  /** The greeting that stands above an empty conversation, in the default language. */
  get greeting(): string {
    const value = this.#set.get("greeting");
    const first = Array.isArray(value) ? value[0] : undefined;
    return isRecord(first) && typeof first.text === "string" ? first.text : "";
  }

  /** The entries of the persistent menu, in the default language. */
  get menuEntries(): QuickReply[] {
    const value = this.#set.get("persistent_menu");
    const menu = Array.isArray(value) ? value[0] : undefined;
    const actions = isRecord(menu) && Array.isArray(menu.call_to_actions) ? menu.call_to_actions : [];
    return actions.filter(isPostback).map(({ title, payload }) => ({ label: title, payload }));
  }

  set(parameters: Parameters): object {
    const given = properties.filter((name) => parameters.nested(name) !== undefined);
    if (given.length === 0)
      throw graphRefusal.parameter(`Requires one of the params: ${properties.join(", ")}`);
    for (const name of given) this.#set.set(name, checked(name, parameters.nested(name)));
    if (this.#set.has("persistent_menu") && this.getStarted === null) {
      this.#set.delete("persistent_menu");
      throw graphRefusal.parameter(
        "You must set a Get Started button if you also wish to use persistent menu",
      );
    }
    return { result: "success" };
  }

  get(parameters: Parameters): object {
    const asked = parameters.text("fields").split(",");
    const found = [...this.#set].filter(([name]) => asked.includes(name));
    return { data: found.length === 0 ? [] : [Object.fromEntries(found)] };
  }

  delete(parameters: Parameters): object {
    const fields = parameters.nested("fields");
    for (const name of Array.isArray(fields) ? fields : []) this.#set.delete(String(name));
    return { result: "success" };
  }
}

interface Postback {
  type: "postback";
  title: string;
  payload: string;
}

function isPostback(action: unknown): action is Postback {
  return isRecord(action) && typeof action.title === "string" && typeof action.payload === "string";
}

function checked(name: string, value: unknown): unknown {
  if (name === "greeting") {
    const texts = Array.isArray(value) ? value : [];
    for (const one of texts) {
      const text = isRecord(one) && typeof one.text === "string" ? one.text : "";
      if (text.length > 160) throw graphRefusal.tooLong("greeting[text]", 160);
    }
    if (!texts.some((one) => isRecord(one) && one.locale === "default")) {
      throw graphRefusal.parameter("Param greeting must have an entry with locale default");
    }
  }
  if (name === "get_started" && !(isRecord(value) && typeof value.payload === "string")) {
    throw graphRefusal.parameter("Param get_started[payload] is required");
  }
  return value;
}
