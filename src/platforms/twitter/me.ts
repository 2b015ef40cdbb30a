/** Reads the account that a token belongs to (docs/networks/x.md, section 2). */
import { z } from "zod";
import { say } from "../../words/words.ts";
import { type Account, PlatformError } from "../platform.ts";
import { webAddress } from "../posts/web-address.ts";
import type { Send } from "./media.ts";

const meShape = z.object({
  data: z.object({
    id: z.string().min(1),
    username: z.string().min(1),
    name: z.string().min(1).optional().catch(undefined),
    profile_image_url: webAddress.optional().catch(undefined),
    subscription_type: z.string().optional().catch(undefined),
  }),
});

/** @throws {PlatformError} */
export async function readMe(send: Send): Promise<Account> {
  const path = "/2/users/me?user.fields=profile_image_url,subscription_type";
  const answer = await send({ method: "GET", path });
  const me = meShape.safeParse(answer.body).data?.data;
  if (me === undefined) {
    const message = say("X sent an answer that we could not read.");
    throw new PlatformError("transient", { code: "unreadable", message, status: answer.status });
  }
  return {
    id: me.id,
    username: me.username,
    displayName: me.name ?? me.username,
    ...(me.profile_image_url === undefined ? {} : { avatarUrl: me.profile_image_url }),
    extra: me.subscription_type === undefined ? {} : { subscription: me.subscription_type },
  };
}
