import type { IncomingMessage } from "node:http";

/**
 * True for a request that comes from a program on this machine or from the page itself. A site that somebody has open
 * in the same browser can neither call the simulator nor, by giving its own name the address 127.0.0.1, read it.
 */
export function isFromHere({ headers }: IncomingMessage): boolean {
  const { host = "", origin } = headers;
  if (!/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i.test(host)) return false;
  if (origin !== undefined && origin !== `http://${host}`) return false;
  const site = headers["sec-fetch-site"];
  return site === undefined || site === "same-origin" || site === "none";
}
