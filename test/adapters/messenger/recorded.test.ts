import { createHmac } from "node:crypto";
import { join } from "node:path";
import { createMessengerAdapter } from "../../../adapters/messenger/index.ts";
import { testRecorded } from "../recorded.ts";

const appSecret = "the-secret-of-the-app";

testRecorded(join(import.meta.dirname, "recorded"), async () => {
  const adapter = await createMessengerAdapter({
    pageId: "100000000000001",
    pageToken: "token",
    appSecret,
    verifyToken: "verify",
    graphRoot: "http://127.0.0.1:2",
    graphVersion: "v26.0",
    humanAgent: true,
    prove: () => "proof",
  });
  const signed = (body: Buffer) => {
    const signature = createHmac("sha256", appSecret).update(body).digest("hex");
    return {
      method: "POST",
      headers: { "x-hub-signature-256": `sha256=${signature}` },
      query: {},
      body,
    } as const;
  };
  return { adapter, signed };
});
