/** What a dialect is, and the newest Mastodon, from which each dialect says how it differs (docs/networks/fediverse.md). */
import type { Server, Switches } from "../memory.ts";
import { usualConnecting } from "../oauth/connecting.ts";

/** A kind of server. */
export interface Dialect extends Omit<Server, "switches"> {
  readonly differs: Partial<Switches>;
}

const newest: Switches = {
  api: "mastodon",
  release: "4.6",
  software: "mastodon",
  version: "4.6.2",
  instanceVersion: "",
  nodeinfo: true,
  errors: "mastodon",
  strictFields: false,
  createIntent: "/share?text={content}",
  strictAccept: false,
  stateOnRefusal: true,
  tellsIssuer: false,
  claimedDomain: "",
  tokens: "endless",
  tokenSeconds: 7200,
  reusesTokens: true,
  createdAtUnit: "seconds",
  idempotency: "kept",
  commitSeconds: 0,
  listForStrangers: "whole",
  listScope: "needed",
  listLagSeconds: 0,
  listOrder: "newest-first",
  listPages: "all",
  listPageMost: 40,
  statusTimes: "exact",
  statusIds: "strings",
  content: "escaped",
  listHides: "nothing",
  deletion: "usual",
  deletesAgain: "not-found",
  repeatAfterDelete: "not-found",
  counting: "graphemes",
  maxCharacters: 500,
  urlCharacters: 23,
  enforcesLength: true,
  maxMedia: 4,
  needsPicture: false,
  media: "ready-at-once",
  instanceApi: "v2",
  hostMeta: true,
  movedTo: "",
  userAgents: "any",
  limitsBy: "token",
  statusUrls: true,
  dropsSilently: false,
  rateLimits: true,
  cardDelayMs: 300,
  ids: "decimal",
  ...usualConnecting,
};

/** For servers without instance version 2, OAuth metadata and idempotency keys. */
export const lesser = {
  release: "4.2",
  idempotency: "unsupported",
  listScope: "ignored",
  instanceApi: "v1",
  hostMeta: false,
  createIntent: "",
} as const satisfies Partial<Switches>;

export function toServer({ differs, ...server }: Dialect): Server {
  return { ...server, switches: { ...newest, ...differs } };
}
