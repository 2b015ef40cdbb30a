/** `npm run settings`: writes the networks' settings into the documents that list them. */
import { readFileSync, writeFileSync } from "node:fs";
import { settingsDocuments, withNetworkSettings } from "./network-settings.ts";

for (const path of settingsDocuments)
  writeFileSync(path, withNetworkSettings(path, readFileSync(path, "utf8")));
