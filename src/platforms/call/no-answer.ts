/** The error for a network that did not answer, with the reason and the network's name. */
import { explainNoAnswer, type NoAnswerCause } from "../../net/no-answer.ts";
import { inEnglish, type Saying, say, type Told } from "../../words/words.ts";
import { type CalledNetwork, nameOf } from "./network-fetch.ts";

/** Where the request went. */
export interface Asked {
  readonly network: CalledNetwork | undefined;
  readonly host: string;
}

/** There was no answer, or it broke off. */
export class NoAnswer extends Error {
  override name = "NoAnswer";
  /** False if the network certainly did not get the request. */
  readonly sent: boolean;
  readonly code: NoAnswerCause["code"];
  readonly told: Told;

  constructor({ network, host }: Asked, cause: unknown) {
    const { sent, code } = explainNoAnswer(cause);
    const told = tell(code, nameOf(network, host));
    super(inEnglish(told), { cause });
    this.told = told;
    this.sent = sent;
    this.code = code;
  }
}

function tell(code: NoAnswerCause["code"], network: string | Saying): Told {
  switch (code) {
    case "connection-refused":
    case "network-unreachable":
    case "connect-timed-out":
    case "unreachable":
      return say("{network} could not be reached.", { network });
    case "name-not-found":
      return say("{network} could not be reached: there is no server with that name.", { network });
    case "name-server-away":
      return say("{network} could not be reached: looking up its address failed.", { network });
    case "certificate-refused":
      return say("{network} could not be reached securely: its certificate is not valid.", { network });
    case "tls-failed":
      return say("{network} could not be reached securely: no encrypted connection could be set up.", {
        network,
      });
    case "timed-out":
      return say("{network} did not answer in time.", { network });
    case "connection-broken":
      return say("{network} closed the connection before it answered.", { network });
    case "no-answer":
      return say("{network} did not answer.", { network });
  }
}
