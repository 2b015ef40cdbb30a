/** The Instagram account that is linked to a Facebook Page, as a choice for the person. */
import { say, type Told } from "../../../words/words.ts";
import type { MetaPerson } from "../../meta/login.ts";
import { type MetaPage, mayPost } from "../../meta/pages.ts";
import type { OAuthResult } from "../../platform.ts";
import { commentsAllowed } from "../comment.ts";

/** The account to connect, or the Page with the reason why it cannot be. */
export function toResult(page: MetaPage, person: MetaPerson): OAuthResult {
  const linked = page.instagram_business_account;
  const hindrance = findHindrance(page);
  return {
    account: {
      id: linked?.id ?? page.id,
      username: linked?.username ?? page.name,
      displayName: linked?.name ?? linked?.username ?? page.name,
      ...(linked?.profile_picture_url === undefined ? {} : { avatarUrl: linked.profile_picture_url }),
      grantedBy: person.grantedBy,
      extra: { way: "facebook", pageId: page.id, ...commentsAllowed(person.granted) },
    },
    tokens: { accessToken: page.access_token ?? "", ownerToken: person.token, scopes: person.granted },
    ...(hindrance === undefined ? {} : { hindrance }),
  };
}

function findHindrance(page: MetaPage): Told | undefined {
  if (page.instagram_business_account === undefined)
    return say(
      "The Page {name} has no professional Instagram account linked to it. Link one in the Page's settings, under Linked accounts, then connect again.",
      { name: page.name },
    );
  if (!mayPost(page) || page.access_token === undefined)
    return say(
      "Your role on the Page {name} does not let you post. Ask someone who manages the Page to let you create content, then connect again.",
      { name: page.name },
    );
  return undefined;
}
