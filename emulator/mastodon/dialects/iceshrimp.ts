/** Iceshrimp.NET: wants `scope` with the code, and counts UTF-16 units. */
import { type Dialect, lesser } from "./dialect.ts";

export const iceshrimp: Dialect = {
  host: "iceshrimp.localhost",
  title: "An Iceshrimp",
  differs: {
    ...lesser,
    software: "Iceshrimp.NET",
    version: "2026.5.1",
    instanceVersion: "4.2.1 (compatible; Iceshrimp 2026.5.1)",
    idempotency: "burnt",
    counting: "units",
    enforcesLength: false,
    exchangeScope: "needed",
    clientCredentials: "unsupported",
  },
};
