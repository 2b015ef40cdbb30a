/** The kinds of schedules: who does what while shares are delivered. */
import * as accounts from "./acts/accounts.ts";
import type { Play } from "./acts/act.ts";
import * as people from "./acts/people.ts";
import * as shares from "./acts/shares.ts";
import * as workers from "./acts/workers.ts";

export const kinds = [
  "cancel",
  "disconnect",
  "delete",
  "schedule",
  "resolve",
  "leave",
  "upkeep",
  "submit",
  "notices",
  "block",
  "stolen",
  "mixed",
] as const;
export type Kind = (typeof kinds)[number];

export function isKind(name: string): name is Kind {
  return kinds.some((kind) => kind === name);
}

const { cancelOne, cancelAll, retry, startNow, deletePost, tellWhatIsThere, change } = shares;
const { submitAgain, submitThrice, submitInTwoTabs, submitMore } = shares;
const { disconnect, reconnect, reconnectInAProcessThatDies, neverChoose, takeAnothersAccount } = accounts;
const { verify, group, endToken, removeApp, hearOldNews, forget, changeKeys } = accounts;
const { blockAna, blockBen, leave, benLeaves } = people;
const { deliverInA, deliverInB, wake, handBack, standStill, verifyAll, renewAll } = workers;
const { mail, goWrong, letTimePass } = workers;

/** Possible actions. An action that is listed several times is more likely. */
export const plays: Readonly<Record<Kind, readonly Play[]>> = {
  cancel: [cancelOne, cancelOne, cancelAll, deliverInB, wake, retry, handBack, goWrong],
  disconnect: [
    ...[disconnect, disconnect, disconnect, reconnect, reconnect, deliverInB, wake],
    ...[goWrong, verify, group, letTimePass, endToken],
  ],
  delete: [deletePost, deletePost, deletePost, disconnect, reconnect, goWrong, goWrong, endToken, changeKeys],
  schedule: [
    ...[change, change, cancelAll, cancelOne, startNow, wake, wake, deliverInB],
    ...[disconnect, reconnect, letTimePass],
  ],
  resolve: [
    ...[tellWhatIsThere, tellWhatIsThere, tellWhatIsThere, retry, deliverInB, deliverInA, wake],
    ...[letTimePass, cancelOne, goWrong, reconnect, disconnect, mail],
  ],
  leave: [
    ...[leave, leave, benLeaves, reconnect, neverChoose, takeAnothersAccount, deliverInB, deliverInA],
    ...[wake, verifyAll, renewAll, mail, retry, disconnect],
  ],
  upkeep: [
    ...[verifyAll, renewAll, changeKeys, removeApp, removeApp, hearOldNews, forget, endToken, deliverInB],
    ...[verify, verify, reconnect, reconnectInAProcessThatDies, disconnect],
  ],
  submit: [submitAgain, submitThrice, submitInTwoTabs, submitMore, cancelAll, group],
  notices: [mail, mail, mail, retry, reconnect, goWrong, letTimePass, endToken, deliverInB, wake],
  block: [blockAna, blockAna, blockBen, submitMore, deliverInB, change, startNow, wake, retry, benLeaves],
  stolen: [standStill, standStill, cancelOne, handBack, goWrong, deliverInB, retry, tellWhatIsThere],
  mixed: [
    ...[cancelOne, cancelAll, disconnect, reconnect, retry, tellWhatIsThere, deletePost, deliverInB, wake],
    ...[verifyAll, renewAll, changeKeys, goWrong, goWrong, letTimePass, standStill, handBack, mail, group],
    ...[endToken, change, startNow, submitMore, removeApp, blockAna, leave],
  ],
};
