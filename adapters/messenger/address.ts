/** Messenger's addresses: `messenger:<page-scoped id>`. Stored, so the format stays. */
import type { Address } from "../channel.ts";

/** What a page-scoped id looks like; anything else is nobody. */
export const personId = /^\d{1,20}$/;

export function addressOf(person: string): Address {
  return `messenger:${person}` as Address;
}

/** @throws when the address is not one of Messenger's: a message must never leave by the wrong channel */
export function personOf(address: Address): string {
  const person = address.startsWith("messenger:") ? address.slice("messenger:".length) : "";
  if (!personId.test(person)) throw new TypeError("not an address of Messenger");
  return person;
}
