/** What a failed connection says about a request: did it certainly not arrive, or may it have? */

/** Failures before a single byte of the request was written: no address, no connection, no trust in the server. */
const beforeSending = new Set([
  "ENOTFOUND",
  "EAI_AGAIN",
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
  "CERT_HAS_EXPIRED",
  "CERT_NOT_YET_VALID",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);

/**
 * The code of a network failure, `ECONNREFUSED` and the like, wherever in the chain of causes it stands; null when
 * there is none. Only the code: the message of such an error can hold the address that was called, token included.
 */
export function networkCode(error: unknown): string | null {
  for (let cause = error, depth = 0; isObject(cause) && depth < 5; depth++) {
    if ("code" in cause && typeof cause.code === "string" && /^[A-Z][A-Z_]+$/.test(cause.code))
      return cause.code;
    cause = "cause" in cause ? cause.cause : "error" in cause ? cause.error : null;
  }
  return null;
}

/** True when a request that failed with this code certainly did not arrive. */
export function neverArrived(code: string | null): boolean {
  return code !== null && beforeSending.has(code);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
