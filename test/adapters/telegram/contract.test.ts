import { describeContract } from "../contract.ts";
import { telegramChannel } from "./situation.ts";

describeContract("the public bot", () => telegramChannel("public"));
describeContract("the team bot", () => telegramChannel("team"));
