/**
 * Files on Messenger: fetched from the address that the webhook named, which is only trusted as far as it leads to
 * Meta's own servers; nobody is ever handed that address.
 */
import { lookup } from "node:dns";
import type { IncomingMessage } from "node:http";
import { get as getInClear } from "node:http";
import { get as getSecurely } from "node:https";
import { BlockList, isIPv6, type LookupFunction } from "node:net";
import type { OpenedFile } from "../channel.ts";
import type { FileRef, MediaLimits } from "../content.ts";
import { filePatience, guarded, lengthOf } from "../files.ts";
import { networkCode } from "../network.ts";

const megabyte = 1024 * 1024;
const shown = <As extends string>(as: As, megabytes = 25) => ({
  as,
  most: megabytes * megabyte,
  caption: 0,
});

export const mediaLimits: MediaLimits = {
  fetch: 25 * megabyte,
  shows: {
    photo: shown("photo", 8),
    video: shown("video"),
    round_video: shown("video"),
    voice: shown("voice"),
    audio: shown("audio"),
    document: shown("document"),
    sticker: shown("photo", 8),
    animation: shown("video"),
  },
  plays: ["audio/mp4", "audio/mpeg", "audio/aac", "audio/wav"],
};

/** Where Meta keeps what people send. */
const hosts = /(?:^|\.)(?:fbcdn\.net|fbsbx\.com|cdninstagram\.com)$/;
const mostRedirects = 3;
/** Milliseconds in which nothing comes. */
const longestSilence = 20_000;

/** What `open` needs to know of a file. */
export function fileRef(url: string): FileRef {
  return { channel: "messenger", id: url };
}

/**
 * @param trusted the origin of the Graph API itself: a platform that is played on one machine keeps its files there
 */
export async function openFile(address: string, trusted: string): Promise<OpenedFile> {
  let next = address;
  for (let redirects = 0; redirects <= mostRedirects; redirects += 1) {
    const url = allowed(next, trusted);
    if (url === null) return failed("gone", "a file at an address that is not Meta's");
    const response = await ask(url, url.origin === trusted).catch((error: unknown) => networkCode(error));
    if (response === null || typeof response === "string") {
      return failed(response === forbidden ? "gone" : "away", `no file, ${response ?? "no answer"}`);
    }
    const { statusCode: status = 0, headers } = response;
    if (status === 200) return opened(response);
    response.destroy();
    if (status < 300 || status > 399 || headers.location === undefined) {
      // A signed address that has run out answers 403.
      const gone = [400, 401, 403, 404, 410].includes(status);
      return failed(gone ? "gone" : "away", `a file answered ${status}`);
    }
    next = URL.canParse(headers.location, url.href) ? new URL(headers.location, url).href : "";
  }
  return failed("gone", "a file that is always elsewhere");
}

function opened(response: IncomingMessage): OpenedFile {
  const size = lengthOf(response.headers["content-length"]);
  const close = (): void => void response.destroy();
  if (size !== null && size > mediaLimits.fetch) {
    close();
    return failed("too_large", "a file too big");
  }
  const tooLong = setTimeout(close, filePatience).unref();
  response.once("close", () => clearTimeout(tooLong));
  return { opened: true, size, bytes: guarded(response, mediaLimits.fetch), close };
}

function failed(failure: "gone" | "too_large" | "away", detail: string): OpenedFile {
  return { opened: false, failure, detail: `messenger: ${detail}` };
}

/** Null for an address that leads, or might lead, anywhere but to Meta. */
function allowed(address: string, trusted: string): URL | null {
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  if (url.origin === trusted) return url;
  const plain = url.username === "" && url.password === "" && url.port === "";
  return url.protocol === "https:" && plain && hosts.test(url.hostname) ? url : null;
}

function ask(url: URL, isTrusted: boolean): Promise<IncomingMessage> {
  const get = url.protocol === "https:" ? getSecurely : getInClear;
  return new Promise((resolve, reject) => {
    const request = get(url, isTrusted ? {} : { lookup: lookupOutside }, resolve);
    request.setTimeout(longestSilence, () => request.destroy());
    request.once("error", reject);
  });
}

const forbidden = "EADDRFORBIDDEN";

/** Looks a name up, and refuses whatever is an address of this machine or of a network of one's own. */
export const lookupOutside: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, []);
    if (addresses.length === 0 || addresses.some(({ address }) => isInside(address))) {
      return callback(Object.assign(new Error("an address inside"), { code: forbidden }), []);
    }
    const [first] = addresses;
    if (options.all || !first) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
};

/** Two lists: to one list, every address of the old kind is one of the new. */
const inside4 = blocked("ipv4", [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["224.0.0.0", 3],
]);
const inside6 = blocked("ipv6", [
  ["::", 127],
  ["::ffff:0:0", 96],
  ["64:ff9b::", 96],
  ["fc00::", 7],
  ["fe80::", 10],
  ["ff00::", 8],
]);

function blocked(family: "ipv4" | "ipv6", networks: [network: string, bits: number][]): BlockList {
  const list = new BlockList();
  for (const [network, bits] of networks) list.addSubnet(network, bits, family);
  return list;
}

/** Whether an address is one of this machine, of a network of one's own, or of none. */
export function isInside(address: string): boolean {
  return isIPv6(address) ? inside6.check(address, "ipv6") : inside4.check(address, "ipv4");
}
