import { describe } from "vitest";
import { keepsThePromises } from "./contract.ts";

describe.each(["mastodon", "old", "gotosocial", "hollo", "akkoma", "social"])("on %s.localhost", (host) => {
  keepsThePromises({
    name: "mastodon",
    host: `${host}.localhost`,
    publish: "POST /api/v1/statuses",
    whoAmI: "GET /api/v1/accounts/verify_credentials",
    list: "GET /api/v1/accounts/:id/statuses",
  });
});
