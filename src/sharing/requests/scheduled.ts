/** Reads a scheduled request so that the person can change it, without reading a row for each account. */
import { and, count, countDistinct, eq, isNotNull, notInArray, sql } from "drizzle-orm";
import { parsePlatformName } from "../../connections/connection.ts";
import type { Queryable } from "../../database/open.ts";
import { shareRequests, socialConnections, socialShares } from "../../database/schema.ts";
import type { SharedPage } from "../../pages/page.ts";
import type { PlatformName } from "../../platforms/platform.ts";
import type { PictureChoice } from "../pictures/choice.ts";
import type { ShareStatus } from "../share.ts";
import type { NetworkMessages } from "./compose.ts";

interface ScheduledRuntime {
  readonly database: Queryable;
}

/** Returns the page of a request; undefined if the person has no such request. */
export async function findRequestPage(
  { database }: ScheduledRuntime,
  person: { readonly id: string },
  requestId: string,
): Promise<SharedPage | undefined> {
  const [row] = await database
    .select({ share: socialShares, request: shareRequests })
    .from(shareRequests)
    .innerJoin(socialShares, eq(socialShares.shareRequestId, shareRequests.id))
    .where(and(eq(shareRequests.id, requestId), eq(shareRequests.userId, person.id)))
    .limit(1);
  if (row === undefined) return undefined;
  const { share, request } = row;
  return {
    url: request.pageUrl ?? share.sharedUrl,
    canonical: request.url,
    title: share.sharedTitle,
    description: request.description,
    image: request.image ?? undefined,
    imageAlt: request.imageAlt ?? undefined,
    siteName: request.siteName ?? undefined,
    keywords: request.keywords ?? undefined,
  };
}

export interface ScheduledRequest {
  readonly id: string;
  readonly page: SharedPage;
  readonly message: string;
  readonly pictures: PictureChoice;
  readonly scheduledAt: Date | undefined;
  /** A share of it is still scheduled. */
  readonly isChangeable: boolean;
}

/** Returns a request with its message, pictures and moment; undefined if the person has no such request. */
export async function findScheduled(
  runtime: ScheduledRuntime,
  person: { readonly id: string },
  requestId: string,
): Promise<ScheduledRequest | undefined> {
  const page = await findRequestPage(runtime, person, requestId);
  const [request] = await runtime.database
    .select({
      message: shareRequests.message,
      pictures: shareRequests.pictures,
      scheduledAt: shareRequests.scheduledAt,
      statuses: sql<string[]>`array(select distinct ${socialShares.status} from ${socialShares}
        where ${socialShares.shareRequestId} = ${requestId})`,
    })
    .from(shareRequests)
    .where(and(eq(shareRequests.id, requestId), eq(shareRequests.userId, person.id)));
  if (page === undefined || request === undefined) return undefined;
  const { message, pictures, scheduledAt, statuses } = request;
  return {
    ...{ id: requestId, page, message, pictures: pictures ?? undefined },
    scheduledAt: scheduledAt ?? undefined,
    isChangeable: statuses.includes("scheduled"),
  };
}

export interface OwnWords {
  /** Texts for networks: all accounts of the network have this same text. */
  readonly networkMessages: NetworkMessages;
  /** Texts for single accounts, by connection id. */
  readonly ownMessages: Readonly<Record<string, string>>;
}

/**
 * Returns the texts that replace the message of a request.
 * @param only limits them to the shares in this state; left out: of all its shares
 */
export async function findOwnWords(
  { database }: ScheduledRuntime,
  requestId: string,
  only?: ShareStatus,
): Promise<OwnWords> {
  const { connectionId, ownMessage, shareRequestId, status } = socialShares;
  const isMeant = and(eq(shareRequestId, requestId), only && eq(status, only));
  const networks = await database
    .select({
      platform: socialConnections.platform,
      shares: count(),
      written: count(ownMessage),
      different: countDistinct(ownMessage),
      words: sql<string | null>`min(${ownMessage})`,
    })
    .from(socialShares)
    .innerJoin(socialConnections, eq(socialConnections.id, connectionId))
    .where(isMeant)
    .groupBy(socialConnections.platform);
  const alike = networks.flatMap(
    ({ platform, shares, written, different, words }): [PlatformName, string][] =>
      shares > 1 && written === shares && different === 1 && words !== null
        ? [[parsePlatformName(platform), words]]
        : [],
  );
  const single = await database
    .select({ connectionId, ownMessage })
    .from(socialShares)
    .innerJoin(socialConnections, eq(socialConnections.id, connectionId))
    .where(
      and(
        isMeant,
        isNotNull(ownMessage),
        notInArray(
          socialConnections.platform,
          alike.map(([platform]) => platform),
        ),
      ),
    );
  return {
    networkMessages: Object.fromEntries(alike),
    ownMessages: Object.fromEntries(single.map((row) => [row.connectionId, row.ownMessage ?? ""])),
  };
}
