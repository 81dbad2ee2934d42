import { randomBytes } from "node:crypto";
import { Refusal } from "../faults.ts";

/** A Graph API error as it goes over the wire; the trace id differs each time, as the real one's does. */
function refusal(
  message: string,
  code: number,
  subcode?: number,
  { type = "OAuthException", status = 400 }: { type?: string; status?: number } = {},
): Refusal {
  return new Refusal(status, {
    error: {
      message,
      type,
      code,
      ...(subcode === undefined ? {} : { error_subcode: subcode }),
      fbtrace_id: `A${randomBytes(8).toString("base64url")}`,
    },
  });
}

const graph = { type: "GraphMethodException" };

/**
 * Every way in which the simulated Graph API says no: code and subcode as Meta documents them or as their users
 * report them; the sentence where it is known. Also for fault plans: `fault.refuse(graphRefusal.pageRate())`.
 */
export const graphRefusal = {
  outsideWindow: () =>
    refusal(
      "(#10) This message is sent outside of allowed window. Learn more about the new policy here: " +
        "https://developers.facebook.com/docs/messenger-platform/policy-overview",
      10,
      2018278,
    ),
  pageRestricted: () => refusal("(#10) This Page is restricted from sending messages.", 10, 1893063),
  humanAgentNotApproved: () =>
    refusal("(#100) Cannot tag messages with 'HUMAN_AGENT' without prior approval.", 100, 2018276),
  tagNotAllowed: (tag: string) => refusal(`(#100) Message tag ${tag} is not supported.`, 100),
  parameter: (what: string) => refusal(`(#100) ${what}`, 100),
  noMatchingUser: () => refusal("(#100) No matching user found", 100, 2018001),
  messageEmpty: () =>
    refusal("(#100) Message cannot be empty, must provide valid attachment or text", 100, 2018034),
  tooLong: (name: string, most: number) =>
    refusal(`(#100) Length of param ${name} must be less than or equal to ${most}`, 100),
  noFile: () => refusal("(#100) Upload attachment failure.", 100, 2018047),
  fileTooBig: () => refusal("(#100) Attachment size exceeds allowable limit", 100, 2018109),
  wrongFileType: (wanted: string, given: string) =>
    refusal(`(#100) Incorrect file type: ${given} can't be sent as ${wanted}`, 100, 2018007),
  unavailable: () => refusal("(#551) This person isn't available right now.", 551, 1545041),
  permission: () =>
    refusal(
      "(#200) Cannot message users who are not admins, developers or testers of the app until " +
        "pages_messaging permission is reviewed and the app is live.",
      200,
      2018028,
    ),
  noToken: () => refusal("An access token is required to request this resource.", 104),
  badToken: () => refusal("Invalid OAuth access token - Cannot parse access token", 190),
  revokedToken: () =>
    refusal(
      "Error validating access token: The session has been invalidated because the user changed their password or " +
        "Facebook has changed the session for security reasons.",
      190,
      460,
    ),
  badProof: () => refusal("Invalid appsecret_proof provided in the API argument", 100, undefined, graph),
  proofRequired: () =>
    refusal("API calls from the server require an appsecret_proof argument", 100, undefined, graph),
  noObject: (id: string) =>
    refusal(
      `Unsupported request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, or ` +
        "does not support this operation. Please read the Graph API documentation at " +
        "https://developers.facebook.com/docs/graph-api",
      100,
      33,
      graph,
    ),
  noPath: () => refusal("Unknown path components", 2500),
  appRate: () => refusal("(#4) Application request limit reached", 4, 2018022),
  pageRate: () => refusal("(#32) Page request limit reached", 32),
  callRate: () => refusal("(#613) Calls to this api have exceeded the rate limit.", 613),
  businessRate: () =>
    refusal(
      "(#80006) There have been too many calls to this messenger account. Wait a bit and try again.",
      80006,
    ),
  temporary: () => refusal("(#1200) Temporary send message failure. Please try again later.", 1200),
  unexpected: () =>
    refusal("An unexpected error has occurred. Please retry your request later.", 2, undefined, {
      status: 500,
    }),
} as const satisfies Record<string, (...values: never[]) => Refusal>;
