/** A Page as an account that people connect (docs/networks/facebook.md, section 2). */
import { z } from "zod";
import { say, type Told } from "../../words/words.ts";
import { type MetaPage, mayPost } from "../meta/pages.ts";
import { type Account, PlatformError } from "../platform.ts";
import { webAddress } from "../posts/web-address.ts";

export const profileShape = z.object({
  id: z.string().min(1),
  name: z.string().min(1),
  username: z.string().min(1).optional().catch(undefined),
  picture: z
    .object({ data: z.object({ url: webAddress }) })
    .optional()
    .catch(undefined),
});
export const PROFILE_FIELDS = "id,name,username,picture{url}";

export function toAccount({ id, name, username, picture }: z.infer<typeof profileShape>): Account {
  return {
    id,
    username: username ?? name,
    displayName: name,
    ...(picture === undefined ? {} : { avatarUrl: picture.data.url }),
    extra: {},
  };
}

/** Tells the person why we cannot post on a Page; empty if we can. */
export function hindranceOf(page: MetaPage): { hindrance?: Told } {
  if (page.access_token !== undefined && mayPost(page)) return {};
  const hindrance = say(
    "You can manage this Page but not post on it. Ask its admin for full access, then connect again.",
  );
  return { hindrance };
}

/** @param sawPortfolios whether we were allowed to list the Pages of business portfolios */
export function noPages(sawPortfolios: boolean): PlatformError {
  const message = sawPortfolios
    ? say(
        "Facebook did not show us any of your Pages. Connect again and tick the Pages that you want to post on. Apps cannot post on personal profiles.",
      )
    : say(
        "Facebook did not show us any of your Pages. Connect again and tick the Pages that you want to post on. Pages in a business portfolio only appear if you also keep “Manage your business” ticked. Apps cannot post on personal profiles.",
      );
  return new PlatformError("rejected", { code: "no-pages", message });
}
