import { MAX_DOCUMENT_BYTES } from "../update/update.ts";
import { MAX_MESSAGE_BYTES } from "../wire.ts";
import type { Command, Commands, Invocation, Reply } from "./command.ts";

/** The version of MongoDB whose behaviour this database has, as drivers ask for it. */
const VERSION = "7.0.0";
const WIRE_VERSION = 21;

function hello(invocation: Invocation): Reply {
  const primary = invocation.name === "hello" ? { isWritablePrimary: true } : { ismaster: true };
  return {
    helloOk: true,
    ...primary,
    maxBsonObjectSize: MAX_DOCUMENT_BYTES,
    maxMessageSizeBytes: MAX_MESSAGE_BYTES,
    maxWriteBatchSize: 100000,
    localTime: new Date(),
    logicalSessionTimeoutMinutes: 30,
    connectionId: 1,
    minWireVersion: 0,
    maxWireVersion: WIRE_VERSION,
    readOnly: false,
  };
}

function buildInfo(): Reply {
  return {
    version: VERSION,
    gitVersion: "embedded",
    modules: [],
    versionArray: VERSION.split(".").map(Number).concat(0),
    bits: 64,
    debug: false,
    maxBsonObjectSize: MAX_DOCUMENT_BYTES,
    storageEngines: ["embedded"],
  };
}

function serverStatus(): Reply {
  return {
    host: "localhost",
    version: VERSION,
    process: "embedded",
    pid: BigInt(process.pid),
    uptime: process.uptime(),
    localTime: new Date(),
  };
}

/** A command that answers at once; it takes whatever fields a client sends along. */
function simple(reply: (invocation: Invocation) => Reply): Command {
  return {
    kind: "read",
    fields: null,
    // biome-ignore lint/correctness/useYield: answered at once
    *run(invocation) {
      return reply(invocation);
    },
  };
}

const nothing = simple(() => ({}));

/** The commands by which clients get to know the server and keep their sessions. */
export const handshakeCommands: Commands = {
  hello: simple(hello),
  isMaster: simple(hello),
  ismaster: simple(hello),
  ping: nothing,
  buildInfo: simple(buildInfo),
  buildinfo: simple(buildInfo),
  serverStatus: simple(serverStatus),
  connectionStatus: simple(() => ({ authInfo: { authenticatedUsers: [], authenticatedUserRoles: [] } })),
  endSessions: nothing,
  refreshSessions: nothing,
  killSessions: nothing,
};
