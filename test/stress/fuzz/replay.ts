/** A request that can be sent again to another world: with names in place of ids, which are different each time. */
import type { FuzzRequest } from "./requests.ts";
import type { Ids } from "./routes.ts";

export function withNames(ids: Ids, request: FuzzRequest): FuzzRequest {
  const known = listIds(ids).toSorted(([, one], [, other]) => other.length - one.length);
  return rewrite(request, (text) => known.reduce((before, [name, id]) => before.replaceAll(id, name), text));
}

export function withIds(ids: Ids, request: FuzzRequest): FuzzRequest {
  const known = new Map(listIds(ids));
  return rewrite(request, (text) => text.replaceAll(/~\w+\.\d+~/g, (name) => known.get(name) ?? name));
}

/** Generated ids are long; "~share.3~" stands for itself in addresses and forms. */
function listIds(ids: Ids): [name: string, id: string][] {
  return Object.entries(ids).flatMap(([kind, all]) =>
    all.flatMap((id, index): [string, string][] => (id.length < 16 ? [] : [[`~${kind}.${index}~`, id]])),
  );
}

function rewrite(request: FuzzRequest, change: (text: string) => string): FuzzRequest {
  const { target, body } = request;
  return {
    ...request,
    target: change(target),
    ...(body === undefined
      ? {}
      : {
          body: Buffer.from(change(Buffer.from(body, "base64").toString("latin1")), "latin1").toString(
            "base64",
          ),
        }),
  };
}
