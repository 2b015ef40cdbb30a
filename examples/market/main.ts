import { startFromCommandLine } from "../site/start.ts";
import { market } from "./site.tsx";

await startFromCommandLine(market, 4109);
