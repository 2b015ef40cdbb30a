/** WordPress with Enable Mastodon Apps: no NodeInfo, no links in texts. */
import { type Dialect, lesser } from "./dialect.ts";

export const wordpress: Dialect = {
  host: "wordpress.localhost",
  title: "WordPress with Enable Mastodon Apps",
  differs: {
    ...lesser,
    software: "wordpress",
    version: "6.1.9",
    instanceVersion: "WordPress/6.1.9, EMA/1.6.1",
    nodeinfo: false,
    statusUrls: false,
    listForStrangers: "partial",
    content: "plain",
    ownAccount: "local",
  },
};
