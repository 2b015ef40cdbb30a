/** The draft that shares a page again: with the message and the accounts of an earlier share. */
import { z } from "zod";
import { listSelected } from "../../connections/selection.ts";
import type { SharedPage } from "../../pages/page.ts";
import { spellOutChosen } from "../../sharing/requests/options.ts";
import { findRequestOptions } from "../../sharing/requests/request-options.ts";
import { findOwnWords, findScheduled } from "../../sharing/requests/scheduled.ts";
import type { WebContext } from "../guards/context.ts";
import { FEW } from "./measure.ts";
import type { Draft } from "./share-draft.tsx";
import { sharePath } from "./share-path.ts";

/** Returns the path of the share page that starts from an earlier request. */
export function againPath(request: { readonly id: string; readonly page: SharedPage }): string {
  return `${sharePath(request.page)}&${new URLSearchParams({ again: request.id })}`;
}

/** Returns what the request that the address names was shared with; undefined if it names none of the person's. */
export async function findAgain(c: WebContext): Promise<Partial<Draft> | undefined> {
  const { runtime, person } = c.var;
  const id = z.uuid().safeParse(c.req.query("again"));
  const request = id.success ? await findScheduled(runtime, person, id.data) : undefined;
  if (request === undefined) return undefined;
  const selection = { connectionIds: [], requestIds: [request.id] };
  const chosen = await listSelected(runtime.database, { person, selection }, runtime.now());
  const options = await findRequestOptions(runtime, request.id);
  return {
    ...{ message: request.message, pictures: request.pictures },
    ...(await findOwnWords(runtime, request.id)),
    ...(chosen.length > FEW
      ? { requestIds: [request.id], ...options }
      : {
          connectionIds: chosen.map((connection) => connection.id),
          ...spellOutChosen(runtime, chosen, options),
        }),
  };
}
