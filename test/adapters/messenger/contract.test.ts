import { describeContract } from "../contract.ts";
import { messengerChannel } from "./situation.ts";

describeContract("the page", messengerChannel);
