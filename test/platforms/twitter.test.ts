import { describe } from "vitest";
import { keepsThePromises } from "./contract.ts";

describe("X", () => {
  keepsThePromises({
    name: "twitter",
    publish: "POST /2/tweets",
    whoAmI: "GET /2/users/me",
    list: "GET /2/users/:id/tweets",
  });
});
